/**
 * The words of a query, found in a text as people see them: without regard to case, full and half
 * width, composed and decomposed characters. Pure.
 */
import type { TextRange } from '../model/search.ts';
import { graphemeSegments } from './graphemes.ts';
import { enlargeKana } from './kana-variants.ts';
import { foldKanji } from './kanji-variants.ts';

/** A stretch of a text that shows a term of the query. */
export interface Match extends TextRange {
  /** Which term: the same number for the same one. */
  readonly term: number;
}

/** Finds the terms of one query in a text: in order, without overlaps, from grapheme to grapheme. */
export type FindMatches = (text: string) => readonly Match[];

/** Characters of a query that are looked at; nobody highlights a whole page. */
const MAX_QUERY = 1000;
const MAX_TERMS = 64;

/** A query that is not longer may stand in a passage as it is. Characters. */
const MAX_PHRASE = 40;

/** Shorter Latin terms are whole words; longer ones may begin one: `restore` in `restored`. */
const MIN_STEM = 4;

/** Words that say nothing about a passage. */
const STOP_WORDS = new Set(
  'a an and are as at be by can do does for from how i if in is it its me my not of on or our so that the their then there this to was we what when where which who why will with you your'.split(
    ' ',
  ),
);

/** The stretches of a text that hold words of a query. For many texts, see {@link createFinder}. */
export function findMatches(text: string, query: string): readonly TextRange[] {
  return createFinder(query)(text).map(({ start, end }) => ({ start, end }));
}

/**
 * Makes a function that finds the words of a query. The query is cut with the first text: words of
 * Japanese take the first object of Intl, 10 ms.
 */
export function createFinder(query: string): FindMatches {
  let pattern: RegExp | null | undefined;
  return (text) => {
    if (pattern === undefined) pattern = patternOf(matchTerms(query));
    return pattern === null ? [] : find(text, pattern);
  };
}

/**
 * The terms of a query, longest first: all of it if it is short, and its words, but not particles,
 * stop words and single letters.
 */
export function matchTerms(query: string): readonly string[] {
  const folded = fold(query.slice(0, MAX_QUERY)).trim();
  const terms = new Set<string>();
  if (folded !== '' && folded.length <= MAX_PHRASE) terms.add(folded);
  for (const word of wordsOf(folded)) {
    if (tellsSomething(word)) terms.add(word);
  }
  return [...terms].sort((a, b) => b.length - a.length).slice(0, MAX_TERMS);
}

/** What Intl.Segmenter takes for a word in ASCII: letters and digits, and single signs inside one. */
const ASCII_WORD =
  /[a-z0-9_]+(?:(?:(?<=[a-z])[.':](?=[a-z])|(?<=[0-9])[.,';](?=[0-9]))[a-z0-9_]+)*/g;

/** Words of a folded text; ASCII does without Intl. */
function wordsOf(text: string): readonly string[] {
  if (/^[\n -~]*$/.test(text)) return text.match(ASCII_WORD) ?? [];
  const words = new Intl.Segmenter('ja', { granularity: 'word' }).segment(text);
  return [...words].filter(({ isWordLike }) => isWordLike === true).map(({ segment }) => segment);
}

function tellsSomething(word: string): boolean {
  if (STOP_WORDS.has(word) || /^\p{Script=Hiragana}{1,2}$/u.test(word)) return false;
  return word.length > 1 || /\p{Script=Han}/u.test(word);
}

/** A group for each term; null without any. */
function patternOf(terms: readonly string[]): RegExp | null {
  if (terms.length === 0) return null;
  return new RegExp(terms.map((term) => `(${toSource(term)})`).join('|'), 'gu');
}

function find(text: string, pattern: RegExp): readonly Match[] {
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
  const signs = term.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
  const escaped = withSpellings(signs);
  const before = isLetter.test(term[0] ?? '') ? `(?<!${LETTER})` : '';
  const isWhole = term.length < MIN_STEM && isLetter.test(term.at(-1) ?? '');
  return `${before}${escaped}${isWhole ? `(?!${LETTER})` : ''}`;
}

/** The sounds of b, as they are folded: with ヴ, and without. */
const B_SOUNDS = ['ヴア|バ', 'ヴイ|ビ', 'ヴエ|ベ', 'ヴオ|ボ', 'ヴ|ブ'];
const B_SOUND = new RegExp(B_SOUNDS.map((sound) => `(${sound})`).join('|'), 'g');

/** With the other spellings of katakana that a search finds: サーバ of サーバー, バイオリン of ヴァイオリン. */
function withSpellings(source: string): string {
  return source
    .replace(/(?<=[ァ-ヺー]{3})(?<!ー)ー(?![ァ-ヺー])/g, 'ー?')
    .replace(B_SOUND, (_, ...groups: unknown[]) => {
      const which = groups.slice(0, B_SOUNDS.length).findIndex((group) => group !== undefined);
      return `(?:${B_SOUNDS[which]})`;
    });
}

function fold(text: string): string {
  return foldKanji(enlargeKana(text.normalize('NFKC').toLowerCase()));
}

/** Characters that fold to one each, and are graphemes of their own. */
const SIMPLE =
  '\\n -~\\u2013-\\u2015\\u2018-\\u201f\\u3001-\\u3029\\u3041-\\u3096\\u30a1-\\u30fc\\u4e00-\\u9fff';
const IS_SIMPLE = new RegExp(`^[${SIMPLE}]*$`);

/** These are full width and accented letters, too: what they fold to is as long as they are. */
const KEEPS_LENGTH = new RegExp(`^[${SIMPLE}\\u00c0-\\u012f\\uff01-\\uff5e]*$`);

/** Folded text, and for every UTF-16 unit of it where its grapheme stands in the text. */
interface Folded {
  readonly folded: string;
  startOf(unit: number): number | undefined;
  /** Exclusive. */
  endOf(unit: number): number | undefined;
}

/** Most texts are simple as a whole; folding character by character takes time. */
function foldWithOffsets(text: string): Folded {
  if (KEEPS_LENGTH.test(text)) {
    return { folded: fold(text), startOf: (unit) => unit, endOf: (unit) => unit + 1 };
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
  // What is a letter for a letter, some of them by their neighbours.
  const whole = foldKanji(enlargeKana(folded));
  return { folded: whole, startOf: (unit) => starts[unit], endOf: (unit) => ends[unit] };
}
