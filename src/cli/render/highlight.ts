/**
 * The words of a query, found in a text as people see them: without regard to case, full and half
 * width, composed and decomposed characters. Pure.
 */

import { graphemeSegments } from '../../text/graphemes.ts';

/** A part of a text; `term` is the index of the term that it shows. */
export interface Match {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly term: number;
}

/** Characters of a query that are looked at; nobody highlights a whole page. */
const MOST_CHARACTERS = 1000;
const MOST_TERMS = 64;

/** A query that is not longer may stand in a passage as it is. Characters. */
const LONGEST_PHRASE = 40;

/** Shorter Latin terms are whole words; longer ones may begin one: `restore` in `restored`. */
const SHORTEST_STEM = 4;

/** Words that say nothing about a passage. */
const STOP_WORDS = new Set(
  'a an and are as at be by can do does for from how i if in is it its me my not of on or our so that the their then there this to was we what when where which who why will with you your'.split(
    ' ',
  ),
);

/**
 * The terms of a query, longest first: all of it if it is short, and its words, but not particles,
 * stop words and single letters.
 */
export function queryTerms(query: string): readonly string[] {
  const folded = fold(query).trim();
  const terms = new Set<string>();
  if (folded !== '' && folded.length <= LONGEST_PHRASE) terms.add(folded);
  for (const word of wordsOf(folded.slice(0, MOST_CHARACTERS))) {
    if (tellsSomething(word)) terms.add(word);
  }
  return [...terms].sort((a, b) => b.length - a.length).slice(0, MOST_TERMS);
}

/** What Intl.Segmenter takes for a word in ASCII: letters and digits, and single signs inside one. */
const ASCII_WORD =
  /[a-z0-9_]+(?:(?:(?<=[a-z])[.':](?=[a-z])|(?<=[0-9])[.,';](?=[0-9]))[a-z0-9_]+)*/g;

/** Words of a folded text. The first object of Intl costs 10 ms: ASCII does without. */
function wordsOf(text: string): readonly string[] {
  if (/^[\n -~]*$/.test(text)) return text.match(ASCII_WORD) ?? [];
  const words = new Intl.Segmenter('ja', { granularity: 'word' }).segment(text);
  return [...words].filter(({ isWordLike }) => isWordLike === true).map(({ segment }) => segment);
}

function tellsSomething(word: string): boolean {
  if (STOP_WORDS.has(word) || /^\p{Script=Hiragana}{1,2}$/u.test(word)) return false;
  return word.length > 1 || /\p{Script=Han}/u.test(word);
}

/** The places of terms in a text, in order, without overlaps; they begin and end at graphemes. */
export function findTerms(text: string, terms: readonly string[]): readonly Match[] {
  if (terms.length === 0) return [];
  const pattern = new RegExp(terms.map((term) => `(${toSource(term)})`).join('|'), 'gu');
  const { folded, startOf, endOf } = foldWithOffsets(text);
  const matches: Match[] = [];
  for (const match of folded.matchAll(pattern)) {
    const start = startOf(match.index);
    const end = endOf(match.index + match[0].length - 1);
    const before = matches.at(-1)?.end ?? 0;
    if (start === undefined || end === undefined || start < before) continue;
    matches.push({ start, end, term: match.slice(1).findIndex((group) => group !== undefined) });
  }
  return matches;
}

const LETTER = '[\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}]';
const isLetter = new RegExp(`^${LETTER}$`, 'u');

function toSource(term: string): string {
  const escaped = term.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
  const before = isLetter.test(term[0] ?? '') ? `(?<!${LETTER})` : '';
  const isWhole = term.length < SHORTEST_STEM && isLetter.test(term.at(-1) ?? '');
  return `${before}${escaped}${isWhole ? `(?!${LETTER})` : ''}`;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Characters that fold to one each, and are graphemes of their own. */
const SIMPLE =
  '\\n -~\\u2013-\\u2015\\u2018-\\u201f\\u3001-\\u3029\\u3041-\\u3096\\u30a1-\\u30fc\\u4e00-\\u9fff';
const IS_SIMPLE = new RegExp(`^[${SIMPLE}]*$`);

/** Folded text, and for every UTF-16 unit of it where its grapheme stands in the text. */
interface Folded {
  readonly folded: string;
  startOf(unit: number): number | undefined;
  /** Exclusive. */
  endOf(unit: number): number | undefined;
}

/** Most texts are simple as a whole; folding character by character takes time. */
function foldWithOffsets(text: string): Folded {
  if (IS_SIMPLE.test(text)) {
    return { folded: text.toLowerCase(), startOf: (unit) => unit, endOf: (unit) => unit + 1 };
  }
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = '';
  for (const { segment, index } of graphemeSegments(text)) {
    const piece = IS_SIMPLE.test(segment) ? segment.toLowerCase() : fold(segment);
    folded += piece;
    for (let i = 0; i < piece.length; i++) {
      starts.push(index);
      ends.push(index + segment.length);
    }
  }
  return { folded, startOf: (unit) => starts[unit], endOf: (unit) => ends[unit] };
}
