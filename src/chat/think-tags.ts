/**
 * Thinking that a server leaves in the content, between `<think>` and `</think>`. Templates may have written
 * the start tag themselves, so that only the end tag comes. Tags are found across the borders of pieces. Pure.
 */
import type { ChatDelta, ChatRetraction } from './chat-model.ts';

const START = '<think>';
const END = '</think>';

/** What is to be expected of content. */
export type ThinkingInContent =
  /** It may begin in the middle of a thought: nothing is given out before that is known. */
  | 'likely'
  /** It is text; should an end tag come all the same, what was given out is taken back. */
  | 'unlikely';

type Event = ChatDelta | ChatRetraction;

/** Takes content piece by piece and tells text from thinking. */
export class ThinkTags {
  readonly #isLikely: boolean;
  #state: 'begin' | 'thinking' | 'maybe-thinking' | 'answer' = 'begin';
  /** What was not given out yet. */
  #held = '';
  /** Whether anything but spaces was given out as text. */
  #hasText = false;
  /** Whether the thinking is over, or comes apart from content: an end tag is text then. */
  #isOver = false;
  /** The last character that was given out. */
  #last = '';

  constructor(expected: ThinkingInContent) {
    this.#isLikely = expected === 'likely';
  }

  /** The server itself keeps thinking apart: no thought comes without its start tag. */
  separated(): void {
    this.#isOver = true;
    if (this.#state === 'maybe-thinking') this.#state = 'answer';
  }

  /** What a piece of content brings. */
  push(piece: string): readonly Event[] {
    this.#held += piece;
    const events: Event[] = [];
    for (let before = ''; before !== this.#mark(); ) {
      before = this.#mark();
      events.push(...this.#step());
    }
    return events;
  }

  /** What is left when the content is over: without an end tag, it was no thought. */
  end(): readonly Event[] {
    const rest = this.#held;
    this.#held = '';
    return this.#state === 'thinking' ? thinking(rest) : this.#text(rest);
  }

  #mark(): string {
    return `${this.#state} ${this.#held.length}`;
  }

  #step(): readonly Event[] {
    switch (this.#state) {
      case 'begin':
        return this.#begin();
      case 'thinking':
        return this.#think();
      case 'maybe-thinking':
        return this.#wait();
      case 'answer':
        return this.#answer();
    }
  }

  /** A start tag counts only before anything else. */
  #begin(): readonly Event[] {
    const text = this.#held.trimStart();
    if (text.startsWith(START)) {
      this.#held = text.slice(START.length);
      this.#state = 'thinking';
    } else if (!START.startsWith(text)) {
      this.#state = this.#isLikely && !this.#isOver ? 'maybe-thinking' : 'answer';
    }
    return [];
  }

  #think(): readonly Event[] {
    const at = this.#held.indexOf(END);
    if (at >= 0) {
      const thought = this.#held.slice(0, at);
      this.#startAnswer(at);
      return thinking(thought);
    }
    return thinking(this.#take(this.#held.length - tailOf(this.#held)));
  }

  #wait(): readonly Event[] {
    const at = endTagIn(this.#held, '');
    if (at < 0) return [];
    const thought = this.#held.slice(0, at);
    this.#startAnswer(at);
    return thinking(thought);
  }

  #answer(): readonly Event[] {
    if (this.#isOver) return this.#text(this.#take(this.#held.length));
    const at = endTagIn(this.#held, this.#last);
    if (at < 0) return this.#text(this.#take(this.#held.length - tailOf(this.#held)));
    const thought = this.#held.slice(0, at);
    const hadText = this.#hasText;
    this.#startAnswer(at);
    this.#hasText = false;
    return [...(hadText ? [{ type: 'retracted' } as const] : []), ...thinking(thought)];
  }

  /** Behind the end tag. */
  #startAnswer(at: number): void {
    this.#held = this.#held.slice(at + END.length);
    this.#state = 'begin';
    this.#isOver = true;
    this.#last = '';
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }

  #text(text: string): readonly Event[] {
    // An answer begins with its first word, also behind a thought.
    const shown = this.#hasText ? text : text.trimStart();
    if (shown === '') return [];
    this.#hasText = true;
    this.#last = shown.slice(-1);
    return [{ type: 'text', text: shown }];
  }
}

function thinking(text: string): readonly Event[] {
  return text === '' ? [] : [{ type: 'thinking', text }];
}

/** How much of the end may be the beginning of an end tag. In UTF-16 units. */
function tailOf(text: string): number {
  for (let length = Math.min(END.length - 1, text.length); length > 0; length--) {
    if (END.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

/** An end tag that is not quoted: an answer may be about such tags. -1 if there is none. */
function endTagIn(text: string, before: string): number {
  for (let at = text.indexOf(END); at >= 0; at = text.indexOf(END, at + 1)) {
    const previous = at === 0 ? before : text.charAt(at - 1);
    if (!/[`"'「“]/.test(previous)) return at;
  }
  return -1;
}
