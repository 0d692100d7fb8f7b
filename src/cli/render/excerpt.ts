/** The part of a passage that fits on a few lines of a terminal. Pure. */
import stringWidth from 'string-width';
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
  const folded = passage.replace(/\s+/gu, ' ').trim();
  const start = startOf(folded, room, find);
  const text = start === 0 ? folded : ELLIPSIS + folded.slice(start);
  // No more is wrapped than could be shown: passages may be long, graphemes seldom are.
  const shown = text.slice(0, boundaryAt(text, room.columns * (room.lines + 1) * 16));
  const lines = wrap(shown, room.columns);
  const isAll = shown.length === text.length && lines.length <= room.lines;
  const last = lines[Math.min(lines.length, room.lines) - 1];
  if (isAll || last === undefined) return { text: shown, lines };
  const before = shown.slice(0, last.start);
  const tail = clip(shown.slice(last.start) + ELLIPSIS, room.columns);
  const cut = { start: last.start, end: last.start + tail.length };
  return { text: before + tail, lines: [...lines.slice(0, room.lines - 1), cut] };
}

/** Where the excerpt begins. */
function startOf(text: string, room: Room, find: (text: string) => readonly Match[]): number {
  const all = room.columns * room.lines;
  const width = stringWidth(text);
  if (width <= all) return 0;
  const characters = Math.floor((all * text.length) / width);
  const matches = find(text);
  const termsFrom = (start: number): number =>
    new Set(
      matches
        .filter((match) => match.start >= start && match.end <= start + characters)
        .map(({ term }) => term),
    ).size;
  const lead = Math.floor(characters / 6);
  // An excerpt that begins later would leave lines empty.
  const latest = text.length - characters + lead;
  let best = 0;
  let most = termsFrom(0);
  for (const match of matches.slice(0, MOST_STARTS)) {
    const start = match.start <= lead ? 0 : leadIn(text, Math.min(match.start, latest), lead);
    const terms = termsFrom(start);
    if (terms > most) {
      best = start;
      most = terms;
    }
  }
  return best;
}

/** Places that are tried; a passage is short. */
const MOST_STARTS = 100;

/** A little before a place: the start of its sentence if that is near, else of a word. */
function leadIn(text: string, place: number, lead: number): number {
  const from = boundaryAt(text, place - lead);
  const before = text.slice(from, place);
  const sentence = /^.*(?:[。！？]|[.!?] )/su.exec(before);
  if (sentence !== null) return boundaryAt(text, from + sentence[0].length);
  const space = /[!-~]$/.test(before) || before.endsWith(' ') ? before.indexOf(' ') : -1;
  return boundaryAt(text, from + space + 1);
}
