/**
 * Where prose may be cut: behind paragraph-like lines, sentences, clauses, words, and at last
 * between graphemes. Every line ends with LF (or CRLF) here.
 */
import { graphemeBorderFrom } from '../text/graphemes.ts';
import { Border, type BorderKind } from './pieces.ts';

/** A place to cut: the offset at which the next piece begins, and what kind of border it is. */
export interface Cut {
  readonly offset: number;
  readonly border: BorderKind;
}

/** Finds the first cut of its kind behind `from`; `to` if there is none before it. */
export type CutFinder = (text: string, from: number, to: number) => Cut;

const LF = 10;
/** Sentence ends that need no space behind them. */
const WIDE_END = new Set('。！？｡．…‥');
/** Sentence ends only if a space or line end follows. */
const ASCII_END = new Set('.!?');
const CLOSERS = new Set('」』）】〕》〉］｝”’"\')]*_');
const WIDE_CLAUSE = new Set('、，；：');
const ASCII_CLAUSE = new Set(',;:');
/** Sentence marks, or closing signs, that are read as one; a longer run is parted. */
const MAX_MARKS = 64;
const OPENING_LINE = /[\s「『（【〈《“—]/u;

/** Line ends that part paragraphs although no blank line stands between. */
export const findParagraphLine: CutFinder = (text, from, to) => {
  for (
    let end = text.indexOf('\n', from);
    end >= 0 && end + 1 < to;
    end = text.indexOf('\n', end + 1)
  ) {
    const next = skipBlankLines(text, end + 1, to);
    if (next > end + 1 || partsParagraphs(text, end)) return { offset: next, border: Border.Item };
  }
  return { offset: to, border: Border.Item };
};

function partsParagraphs(text: string, lineEnd: number): boolean {
  if (OPENING_LINE.test(text.charAt(lineEnd + 1))) return true;
  const last = lastVisible(text, lineEnd);
  return (
    WIDE_END.has(last) || ASCII_END.has(last) || CLOSERS.has(last) || last === '：' || last === ':'
  );
}

function lastVisible(text: string, end: number): string {
  let index = end - 1;
  while (index > 0 && isBlank(text.charCodeAt(index))) index -= 1;
  return text.charAt(index);
}

/** Blank lines inside a block of code or HTML. */
export const findBlankLine: CutFinder = (text, from, to) => {
  for (
    let end = text.indexOf('\n', from);
    end >= 0 && end + 1 < to;
    end = text.indexOf('\n', end + 1)
  ) {
    const next = skipBlankLines(text, end + 1, to);
    if (next > end + 1) return { offset: next, border: Border.Item };
  }
  return { offset: to, border: Border.Item };
};

/** Every line end. */
export const findLine: CutFinder = (text, from, to) => {
  const end = text.indexOf('\n', from);
  const offset = end < 0 || end >= to ? to : skipBlankLines(text, end + 1, to);
  return { offset, border: Border.Inner };
};

/** Sentence ends, and line ends inside sentences, which are worse. */
export const findSentence: CutFinder = (text, from, to) => {
  for (let index = from; index < to; index += 1) {
    const character = text.charAt(index);
    if (character === '\n') {
      return cutAtGrapheme(text, from, skipBlankLines(text, index + 1, to), to, Border.Line);
    }
    if (!isMark(character) && character !== '」') continue;
    const marks = endOfRun(text, index + 1, to, isMark);
    const end = sentenceEnd(text, marks, to);
    // Every other mark of the run ends as much.
    index = marks - 1;
    if (end > 0) return cutAtGrapheme(text, from, end, to, Border.Sentence);
  }
  return { offset: to, border: Border.Sentence };
};

/** Where the next sentence begins if the marks before `closers` end one; 0 if they do not. */
function sentenceEnd(text: string, closers: number, to: number): number {
  const end = endOfRun(text, closers, to, isCloser);
  const mark = text.charAt(closers - 1);
  const next = text.charAt(end);
  const spaced = next === '' || isBlank(next.charCodeAt(0)) || next === '\n';
  if (ASCII_END.has(mark) && !spaced) return 0;
  if (ASCII_END.has(mark) && /\p{Ll}/u.test(text.charAt(skipBlanks(text, end, to)))) return 0;
  // 「はい。」と答えた: the sentence goes on behind the quotation.
  if ((end > closers || mark === '…' || mark === '‥') && /[ぁ-ゖ、。]/u.test(next)) return 0;
  if (mark === '」' && !spaced && next !== '「') return 0;
  return skipToNext(text, end, to);
}

/** Where a run of at most so many signs that begins at `from` ends: bounded, as every mark is asked about. */
function endOfRun(
  text: string,
  from: number,
  to: number,
  isPart: (sign: string) => boolean,
): number {
  const most = Math.min(to, from + MAX_MARKS);
  let end = from;
  while (end < most && isPart(text.charAt(end))) end += 1;
  return end;
}

function isMark(sign: string): boolean {
  return WIDE_END.has(sign) || ASCII_END.has(sign);
}

function isCloser(sign: string): boolean {
  return CLOSERS.has(sign);
}

/** Clause ends. */
export const findClause: CutFinder = (text, from, to) => {
  for (let index = from; index < to; index += 1) {
    const character = text.charAt(index);
    const ends =
      WIDE_CLAUSE.has(character) ||
      (ASCII_CLAUSE.has(character) && isBlank(text.charCodeAt(index + 1)));
    if (ends) return cutAtGrapheme(text, from, skipToNext(text, index + 1, to), to, Border.Clause);
  }
  return { offset: to, border: Border.Clause };
};

/** UTF-16 units of a run without better borders from which, and up to which, a place is chosen. */
const RUN_MIN = 8;
const RUN_MAX = 64;

/** Some of the words, chosen by their text: pieces of a few words are fine enough. */
export const findSomeWord: CutFinder = (text, from, to) => {
  for (let index = from + RUN_MIN; index < to; index += 1) {
    if (!beginsWord(text, index)) continue;
    if (index - from >= RUN_MAX || mix(text, index) % 4 === 0) {
      return cutAtGrapheme(text, from, index, to, Border.Word);
    }
  }
  return { offset: to, border: Border.Word };
};

/** Spaces, and where a Japanese phrase begins: kanji or katakana behind hiragana. */
export const findWord: CutFinder = (text, from, to) => {
  for (let index = from + 1; index < to; index += 1) {
    if (beginsWord(text, index)) return cutAtGrapheme(text, from, index, to, Border.Word);
  }
  return { offset: to, border: Border.Word };
};

function beginsWord(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  const code = text.charCodeAt(index);
  if (isSpace(before)) return !isSpace(code);
  return (
    before >= 0x3041 && before <= 0x3096 && code >= 0x30a1 && code <= 0x9fff && code !== 0x30fc
  );
}

/**
 * Places in a run without words, chosen by what stands there and not by counting, so that a letter
 * put in at the front does not move them all.
 */
export const findGrapheme: CutFinder = (text, from, to) => {
  const last = Math.min(to, from + RUN_MAX);
  let offset = from + RUN_MIN;
  while (offset < last && mix(text, offset) % 16 !== 0) offset += 1;
  return cutAtGrapheme(text, from, offset, to, Border.Grapheme);
};

/** A hash of the two units at each side of `offset`. */
function mix(text: string, offset: number): number {
  let pair = Math.imul(text.charCodeAt(offset - 2), 0x9e3779b1) ^ text.charCodeAt(offset - 1);
  pair = Math.imul(pair, 0x9e3779b1) ^ text.charCodeAt(offset);
  pair = Math.imul(pair, 0x9e3779b1) ^ text.charCodeAt(offset + 1);
  return Math.imul(pair ^ (pair >>> 15), 0x85ebca6b) >>> 16;
}

/** Every grapheme: the last resort for a limit of a few tokens. */
export const findEachGrapheme: CutFinder = (text, from, to) =>
  cutAtGrapheme(text, from, from + 1, to, Border.Grapheme);

/** A cut at the first grapheme border from `offset` on. */
function cutAtGrapheme(
  text: string,
  from: number,
  offset: number,
  to: number,
  border: BorderKind,
): Cut {
  if (offset >= to) return { offset: to, border };
  return { offset: Math.min(graphemeBorderFrom(text, from, offset), to), border };
}

/** Behind the blanks at `index`, and behind one line end if they lead to it. */
function skipToNext(text: string, index: number, to: number): number {
  const next = skipBlanks(text, index, to);
  return next < to && text.charCodeAt(next) === LF ? next + 1 : next;
}

/** The beginning of the first line from `lineStart` on that is not blank. */
function skipBlankLines(text: string, lineStart: number, to: number): number {
  let start = lineStart;
  for (let index = lineStart; index < to && isSpace(text.charCodeAt(index)); index += 1) {
    if (text.charCodeAt(index) === LF) start = index + 1;
  }
  return start;
}

function skipBlanks(text: string, index: number, to: number): number {
  let next = index;
  while (next < to && isBlank(text.charCodeAt(next))) next += 1;
  return next;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 0x3000 || code === 0xa0;
}

function isSpace(code: number): boolean {
  return isBlank(code) || (code >= LF && code <= 13) || code === 0x2028 || code === 0x2029;
}
