/**
 * Cuts text into the terms of lexical search, the same way for documents and queries: words by their
 * stems, identifiers by their parts and whole, Japanese by pairs of characters and by single kanji. No dictionary and no
 * Intl.Segmenter: a term that is stored today must come out of the Node of tomorrow.
 */

import { asRead, WRAPPED } from './as-read.ts';
import { CharacterClass, classOf } from './characters.ts';
import { cutCompound, plainWordEnd } from './compounds.ts';
import { type FoldedText, foldText } from './fold.ts';
import { numeralsIn } from './numerals.ts';
import { stem } from './stemming.ts';

/** The terms of a text. None is empty or has a space in it. */
export interface Terms {
  /**
   * In the order of the text, so that neighbours in it are neighbours here. Of a run of kana and kanji,
   * the pair that starts at every character, and the last character alone; and the pair across a line end.
   */
  readonly stream: readonly string[];
  /**
   * Identifiers, versions and hyphenated words in one piece, without what joined their parts; numbers
   * in kanji as digits.
   */
  readonly whole: readonly string[];
  /** Every kanji by itself: 茶 of 緑茶, 申 and 込 of 申し込み. */
  readonly kanji: readonly string[];
}

/** A term as a query asks for it. */
export interface QueryTerm {
  readonly term: string;
  /** True if every term that begins with it counts: a single character of a run of kana and kanji. */
  readonly prefix: boolean;
  /** How often it counts. */
  readonly weight: number;
}

/**
 * Hiragana is mostly grammar: pairs without it count this many times as often as those with it.
 * Measured in docs/internals/lexical-search.md.
 */
const CONTENT_WEIGHT = 2;

/**
 * A kanji beside others is part of a word that its pairs stand for, and counts a tenth of these: enough to find
 * 申し込み by 申込, too little for chance. Measured there, too.
 */
const PART_WEIGHT = 0.1;

const HIRAGANA = /[ぁ-ゟ]/;

const { separator, word, hiragana } = CharacterClass;

/** Cuts the text of a document. Any string is allowed. */
export function documentTerms(text: string): Terms {
  const stream: string[] = [];
  const whole: string[] = [];
  const kanji: string[] = [];
  scan(foldText(asRead(text)), {
    onWord: (one) => stream.push(stem(one)),
    onWhole: (one) => whole.push(stem(one)),
    onCharacters: (run) => {
      for (const pair of pairsOf(run)) stream.push(pair);
      stream.push(lastOf(run));
      for (const numeral of numeralsIn(run)) whole.push(numeral);
      for (const one of kanjiOf(run)) kanji.push(one);
    },
    onWrap: (pair) => stream.push(pair),
  });
  return { stream, whole, kanji };
}

/**
 * Cuts a query: the terms that {@link documentTerms} would find, each once, in order of appearance.
 * A single hiragana between others is a particle and left out.
 */
export function queryTerms(text: string): readonly QueryTerm[] {
  const exact = new Set<string>();
  const single = new Set<string>();
  const parts = new Set<string>();
  scan(foldText(asRead(text)), {
    onWord: (one) => exact.add(stem(one)),
    onWhole: (one) => exact.add(stem(one)),
    onCharacters: (run) => {
      for (const one of pairsOf(run).concat(numeralsIn(run))) exact.add(one);
      for (const one of run.match(KANJI_WORD) ?? []) if (!ASKS.test(one)) exact.add(one);
      for (const one of kanjiOf(run)) parts.add(one);
      if (isSingle(run) && !parts.has(run)) single.add(run);
    },
    onWrap: (pair) => exact.add(pair),
  });
  return weighted({ exact, single, parts });
}

interface Asked {
  readonly exact: ReadonlySet<string>;
  /** Runs of one character that is no kanji: they are looked for by what begins with them. */
  readonly single: ReadonlySet<string>;
  /** Every kanji by itself. */
  readonly parts: ReadonlySet<string>;
}

function weighted({ exact, single, parts }: Asked): readonly QueryTerm[] {
  const plain = [...single].filter((run) => !HIRAGANA.test(run));
  const prefixes = exact.size + parts.size + plain.length === 0 ? [...single] : plain;
  const hasHiragana = [...exact].some((term) => HIRAGANA.test(term));
  const content = hasHiragana ? CONTENT_WEIGHT : 1;
  const weightOf = (term: string): number => (HIRAGANA.test(term) ? 1 : content);
  return [
    ...[...exact].map((term) => ({ term, prefix: false, weight: weightOf(term) })),
    ...prefixes.map((term) => ({ term, prefix: true, weight: weightOf(term) })),
    ...[...parts]
      .filter((term) => !exact.has(term))
      .map((term) => ({ term, prefix: false, weight: content * PART_WEIGHT })),
  ];
}

/** What a scan meets, in the order of the text. */
interface TermVisitor {
  /** A word, or a part of one; lower case. */
  onWord(word: string): unknown;
  /** What the parts before it are in one piece. */
  onWhole(whole: string): unknown;
  /** A run of kana, kanji and Hangul. */
  onCharacters(run: string): unknown;
  /** The characters beside a line end between two runs: a word may go on there. */
  onWrap(pair: string): unknown;
}

/** Walks over a folded text, once and in linear time. */
function scan(folded: FoldedText, visitor: TermVisitor): void {
  const { lower } = folded;
  const { length } = lower;
  let start = 0;
  while (start < length) {
    const unit = lower.charCodeAt(start);
    const kind = classOf(unit);
    if (kind === separator) start += 1;
    else if (isPaired(unit, kind)) start = scanCharacters(lower, start, visitor);
    else start = scanWord(folded, start, visitor);
  }
}

function scanWord(folded: FoldedText, start: number, visitor: TermVisitor): number {
  const plainEnd = plainWordEnd(folded, start);
  if (plainEnd >= 0) {
    visitor.onWord(folded.lower.slice(start, plainEnd));
    return plainEnd;
  }
  const { parts, whole, end } = cutCompound(folded, start);
  for (const part of parts) visitor.onWord(part);
  for (const one of whole) visitor.onWhole(one);
  return end;
}

function scanCharacters(lower: string, start: number, visitor: TermVisitor): number {
  let end = start + 1;
  while (end < lower.length) {
    const unit = lower.charCodeAt(end);
    if (!isPaired(unit, classOf(unit))) break;
    end += 1;
  }
  const run = withoutLongMarks(lower.slice(start, end));
  visitor.onCharacters(run);
  const next = nextLine(lower, end);
  if (next !== '') visitor.onWrap(lastOf(run) + next);
  return end;
}

const LINE_END = new RegExp(WRAPPED, 'y');

/** The character with which the next line goes on, if both are Japanese: Hangul is never wrapped inside a word. */
function nextLine(lower: string, end: number): string {
  if (!/[ \t\r\n]/.test(lower.charAt(end)) || !isJapanese(lower, end - 1)) return '';
  LINE_END.lastIndex = end;
  if (!LINE_END.test(lower)) return '';
  const at = LINE_END.lastIndex;
  return isJapanese(lower, at) ? lower.slice(at, at + unitsAt(lower, at)) : '';
}

function isJapanese(lower: string, at: number): boolean {
  return classOf(lower.charCodeAt(at)) >= hiragana;
}

/** Japanese and Chinese, and Hangul syllables, whose words carry their endings with them. */
function isPaired(unit: number, kind: CharacterClass): boolean {
  return kind >= hiragana || (kind === word && unit >= 0xac00 && unit <= 0xd7a3);
}

/** サーバー is サーバ: the long mark at the end of four or more katakana, as JIS Z 8301 leaves it out. */
function withoutLongMarks(run: string): string {
  return run.includes('ー') ? run.replace(/(?<=[ァ-ヺー]{3})(?<!ー)ー+(?![ァ-ヺー])/g, '') : run;
}

function isSingle(run: string): boolean {
  return run.length === 1 || (run.length === 2 && run.codePointAt(0) !== run.charCodeAt(0));
}

/** Of the Basic Plane and of the planes of rare ones, as they were in Unicode 17.0. */
const KANJI_LETTER =
  '[\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff]|[\\ud840-\\ud88f][\\udc00-\\udfff]';
const KANJI = new RegExp(KANJI_LETTER, 'g');

/** What asks and names nothing. */
const ASKS = /[何誰幾]/;

/** A kanji without others beside it: 茶 in お茶の効能. */
const KANJI_WORD = new RegExp(
  `(?<!々|${KANJI_LETTER})(?:${KANJI_LETTER})(?!々|${KANJI_LETTER})`,
  'g',
);

function kanjiOf(run: string): readonly string[] {
  return run.match(KANJI) ?? [];
}

/** The pairs of neighbours of a run. */
function pairsOf(run: string): readonly string[] {
  const pairs: string[] = [];
  let start = 0;
  for (;;) {
    const next = start + unitsAt(run, start);
    if (next >= run.length) return pairs;
    pairs.push(run.slice(start, next + unitsAt(run, next)));
    start = next;
  }
}

/** The last character of a run: with it, a search by prefix finds every character. */
function lastOf(run: string): string {
  const last = run.charCodeAt(run.length - 1);
  return run.slice(last >= 0xdc00 && last <= 0xdfff ? -2 : -1);
}

function unitsAt(run: string, index: number): number {
  const unit = run.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff ? 2 : 1;
}
