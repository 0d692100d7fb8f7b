/** The part of a passage that fits on a few lines of a terminal. Pure. */
import type { Match } from './highlight.ts';
import { boundaryAt, clip, ELLIPSIS } from './width.ts';
import { type Slice, wrap } from './wrap.ts';

/** The room for an excerpt. */
export interface Room {
  /** Of a line; at least 4. */
  readonly columns: number;
  readonly lines: number;
}

/** A wrapped excerpt: `lines` are slices of `text`. */
export interface Excerpt {
  readonly text: string;
  readonly lines: readonly Slice[];
}

/**
 * An excerpt of a passage: white space folded, everything else as it is. It begins at the start,
 * or a little before the place where more of the query's terms stand together.
 *
 * @param find the places of the query's terms in a text
 */
export function excerpt(
  passage: string,
  room: Room,
  find: (text: string) => readonly Match[],
): Excerpt {
  const text = passage.replace(/\s+/gu, ' ').trim();
  const fromStart = fill(text, room);
  if (fromStart.text === text) return fromStart;
  const start = bestStart(text, fromStart.text.length, find(text));
  return start === 0 ? fromStart : fill(ELLIPSIS + text.slice(start).trimStart(), room);
}

/** As many lines as there is room for; the last one says if the text goes on. */
function fill(text: string, { columns, lines: most }: Room): Excerpt {
  const lines = wrap(text, columns, most + 1);
  const last = lines[most - 1];
  if (last === undefined || lines.length <= most) return { text, lines };
  const tail = clip(text.slice(last.start), columns);
  const cut = { start: last.start, end: last.start + tail.length };
  return { text: text.slice(0, last.start) + tail, lines: [...lines.slice(0, most - 1), cut] };
}

/** Places that are tried; a passage is short. */
const MOST_STARTS = 100;

/** The offset from which so many characters show most of the query; the first of equals. */
function bestStart(text: string, characters: number, matches: readonly Match[]): number {
  const shownFrom = (start: number): number => {
    const lengths = new Map(
      matches
        .filter((match) => match.start >= start && match.end <= start + characters)
        .map((match) => [match.term, match.end - match.start]),
    );
    return [...lengths.values()].reduce((sum, length) => sum + length, 0);
  };
  const lead = Math.floor(characters / 6);
  // An excerpt that begins later would leave lines empty.
  const latest = text.length - characters + lead;
  let best = 0;
  let most = shownFrom(0);
  for (const match of matches.slice(0, MOST_STARTS)) {
    const start = match.start <= lead ? 0 : leadIn(text, Math.min(match.start, latest), lead);
    const shown = shownFrom(start);
    if (shown > most) {
      best = start;
      most = shown;
    }
  }
  return best;
}

/** A little before a place: the start of its sentence if that is near, else of a word. */
function leadIn(text: string, place: number, lead: number): number {
  const from = boundaryAt(text, place - lead);
  const before = text.slice(from, place);
  const sentence = /^.*(?:[。！？]|[.!?] )/su.exec(before);
  if (sentence !== null) return boundaryAt(text, from + sentence[0].length);
  const space = /[!-~] ?$/.test(before) ? before.indexOf(' ') : -1;
  return boundaryAt(text, from + space + 1);
}
