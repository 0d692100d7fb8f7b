/** The part of a passage that tells most about a query, as people read it. Pure. */
import type { Excerpt } from '../model/search.ts';
import { graphemeBorderFrom, graphemeSegments, isSureBorder } from './graphemes.ts';
import type { FindMatches, Match } from './matches.ts';
import { type PlainLine, plainLines, textLines } from './plain-text.ts';

/** How much of a text there is room for, from its start: UTF-16 units, up to the border of a grapheme. */
export type Room = (text: string) => number;

/** How an excerpt is made. */
export interface ExcerptOptions {
  /** Finds the words of the query. */
  readonly find: FindMatches;
  readonly room: Room;
  /** False for a text in which signs are no markup. */
  readonly isMarkdown: boolean;
  /** Titles and headings that stand above the excerpt anyway: left out at its start. */
  readonly shownHeadings: readonly string[];
  /** The line on which the passage begins, 1-based. */
  readonly startLine: number;
}

/** An excerpt, and where it says most. */
export interface PlacedExcerpt extends Excerpt {
  /** The line that shows most of the query, 1-based, in the document; its first line without any. */
  readonly bestLine: number;
}

/** More of a passage is not looked at; chunks are shorter. In UTF-16 units. */
const MAX_PASSAGE = 16_384;

/** Places that are tried; a passage is short. */
const MAX_STARTS = 100;

const LINE_END = 0x0a;

/** A word that would be cut at the end is left out, unless it is longer. */
const MAX_WORD = 24;

/**
 * An excerpt of a passage. It begins at the start, or a little before the place where more of the query's
 * terms stand together. Lines without text are left out.
 */
export function createExcerpt(passage: string, options: ExcerptOptions): PlacedExcerpt {
  const source = passage.slice(0, MAX_PASSAGE);
  const lines = linesOf(source, options);
  const text = lines.map((line) => line.text).join('\n');
  const matches = options.find(text);
  const fromStart = options.room(text);
  const start = fromStart >= text.length ? 0 : bestStart(text, fromStart, matches);
  const rest = text.slice(start);
  const room = start === 0 ? fromStart : options.room(rest);
  const fitting = rest.slice(0, wholeWords(rest, room)).trimEnd();
  const end = start + fitting.length;
  const shown = matches.filter((match) => match.start >= start && match.end <= end);
  return {
    text: fitting,
    matches: shown.map((match) => ({ start: match.start - start, end: match.end - start })),
    startLine: options.startLine + lineAt(lines, start),
    bestLine: options.startLine + (bestLineOf(lines, shown) ?? lineAt(lines, start)),
    isCut: { before: start > 0, after: end < text.length || source.length < passage.length },
  };
}

/** Room for so many lines and, on all of them together, columns, of which a kanji takes two. */
export function roomOf({ columns, lines }: { columns: number; lines: number }): Room {
  return (text) => {
    let width = 0;
    let ends = 0;
    const isFull = (code: number, units: number): boolean => {
      // Many marks on one letter take room as well.
      width += Math.max(code >= 0x1100 ? 2 : 1, Math.ceil(units / 2));
      if (code === LINE_END) ends += 1;
      return width > columns || ends === lines;
    };
    let at = 0;
    // Most texts are of single units: to make segments of them takes as long as all the rest.
    for (; at + 1 < text.length && isSureBorder(text, at + 1); at++) {
      if (isFull(text.charCodeAt(at), 1)) return at;
    }
    for (const { segment, index } of graphemeSegments(text.slice(at))) {
      if (isFull(segment.charCodeAt(0), segment.length)) return at + index;
    }
    return text.length;
  };
}

/** What is to be read of a passage: all of it, if it is nothing but markup or headings. */
function linesOf(
  source: string,
  { isMarkdown, shownHeadings }: ExcerptOptions,
): readonly PlainLine[] {
  if (!isMarkdown) return textLines(source);
  const plain = plainLines(source);
  const lines = plain.length > 0 ? plain : textLines(source);
  const shown = new Set(shownHeadings.map(comparable));
  const first = lines.findIndex((line) => !line.isHeading || !shown.has(comparable(line.text)));
  return first < 0 ? lines : lines.slice(first);
}

function comparable(heading: string): string {
  return heading.replace(/\s+/gu, ' ').trim();
}

/** The line of the source that an offset is on. */
function lineAt(lines: readonly PlainLine[], offset: number): number {
  let end = 0;
  for (const { text, line } of lines) {
    end += text.length + 1;
    if (offset < end) return line;
  }
  return 0;
}

/** The line of the source that shows most of the query, the first of equals; null without matches. */
function bestLineOf(lines: readonly PlainLine[], matches: readonly Match[]): number | null {
  const byLine = new Map<number, Match[]>();
  for (const match of matches) {
    const line = lineAt(lines, match.start);
    byLine.set(line, [...(byLine.get(line) ?? []), match]);
  }
  let best: number | null = null;
  let most = 0;
  for (const [line, own] of byLine) {
    const shown = lengthOfTerms(own);
    if (shown > most) [best, most] = [line, shown];
  }
  return best;
}

/** The offset from which so many characters show most of the query; the first of equals. */
function bestStart(text: string, characters: number, matches: readonly Match[]): number {
  const lead = Math.floor(characters / 6);
  // An excerpt that begins later would leave lines empty.
  const latest = text.length - characters + lead;
  let best = 0;
  let most = shownFrom(0, characters, matches);
  for (const match of matches.slice(0, MAX_STARTS)) {
    const start = match.start <= lead ? 0 : leadIn(text, Math.min(match.start, latest), lead);
    const shown = shownFrom(start, characters, matches);
    if (shown > most) {
      best = start;
      most = shown;
    }
  }
  return best;
}

/** How much of the query is seen. */
function shownFrom(start: number, characters: number, matches: readonly Match[]): number {
  const end = start + characters;
  return lengthOfTerms(matches.filter((match) => match.start >= start && match.end <= end));
}

/** The length of each term that is there, once. */
function lengthOfTerms(matches: readonly Match[]): number {
  const lengths = new Map(matches.map(({ term, start, end }) => [term, end - start]));
  return [...lengths.values()].reduce((sum, length) => sum + length, 0);
}

/** A little before a place: the start of its line or sentence if that is near, else of a word. */
function leadIn(text: string, place: number, lead: number): number {
  const from = graphemeBorderFrom(text, 0, place - lead);
  const before = text.slice(from, place);
  const sentence = /^.*(?:\n|[。！？]|[.!?] )/su.exec(before);
  if (sentence !== null) return graphemeBorderFrom(text, from, from + sentence[0].length);
  const space = /[!-~] ?$/.test(before) ? before.indexOf(' ') : -1;
  return graphemeBorderFrom(text, from, from + space + 1);
}

/** Not to cut a word in two: the end of what fits, or of the word before. */
function wholeWords(text: string, end: number): number {
  if (end >= text.length || !/^[\w-]{2}/.test(text.slice(end - 1, end + 1))) return end;
  const space = text.lastIndexOf(' ', end);
  return space > 0 && end - space <= MAX_WORD ? space : end;
}
