/** What a wire's reader makes of the frames of an answer. */
import type { AdviceTopic } from '../server/advice.ts';
import type { ChatOutcome, ChatUsage } from './chat-model.ts';

/** An answer that broke off, and why. */
export interface Fault {
  readonly type: 'fault';
  /** In our own words. */
  readonly what: string;
  readonly advice: AdviceTopic;
}

/** How a stream ended. */
export type Ending = ChatOutcome | Fault;

/** What one frame brings. */
export interface Step {
  /** '' for none. */
  readonly text: string;
  /** '' for none. */
  readonly thinking: string;
  /** Nothing more is read behind it; null to go on. */
  readonly ending: Ending | null;
}

/** Reads the frames of one answer. */
export interface AnswerReader {
  /** Lines of NDJSON, or server-sent events. */
  readonly framing: 'lines' | 'events';
  /** @param frame a line, or the data of an event */
  read(frame: string): Step;
  /** What the end of the stream means, where no frame was the end. */
  end(): Ending;
}

/** A step that brings nothing. */
export const NOTHING: Step = { text: '', thinking: '', ending: null };

/** A frame that is no JSON: the connection was cut, or something between changed it. */
export const UNREADABLE: Fault = {
  type: 'fault',
  what: 'a part of the answer is not JSON',
  advice: 'checkNetwork',
};

/** What bounds an answer, as it was asked for. */
export interface Bounds {
  readonly maxTokens: number | undefined;
  /** What the server was told, or is known to have; null if unknown. */
  readonly contextTokens: number | null;
}

/**
 * A stop that is called `length`: at the number of tokens that were asked for, or because the context was
 * full. Servers use one word for both; their counts tell them apart.
 */
export function cutAt(bounds: Bounds, usage: ChatUsage): ChatOutcome & { readonly type: 'cut' } {
  const { promptTokens, answerTokens } = usage;
  if (reached(answerTokens, bounds.maxTokens)) return { type: 'cut', reason: 'length', usage };
  if (promptTokens !== null && answerTokens !== null && bounds.contextTokens !== null) {
    // The last place may stay empty.
    const isFull = promptTokens + answerTokens + 1 >= bounds.contextTokens;
    return { type: 'cut', reason: isFull ? 'context' : 'length', usage };
  }
  const reason = bounds.maxTokens === undefined ? 'context' : 'length';
  return { type: 'cut', reason, usage };
}

/** Whether the counts say that an answer was stopped, though the server calls it finished. */
export function isAtBound({ maxTokens, contextTokens }: Bounds, usage: ChatUsage): boolean {
  const { promptTokens, answerTokens } = usage;
  if (reached(answerTokens, maxTokens)) return true;
  return reached((promptTokens ?? 0) + (answerTokens ?? 0), contextTokens ?? undefined);
}

function reached(count: number | null, bound: number | undefined): boolean {
  return count !== null && bound !== undefined && count >= bound;
}
