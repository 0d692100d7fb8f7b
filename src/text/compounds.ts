/**
 * Words that hold words: `camelCase`, `snake_case`, `kebab-case`, `dotted.names`, versions, numbers with
 * thousands separators, English with hyphens and apostrophes. People search for the parts and for the
 * whole, and write the whole in many ways.
 */

import { CharacterClass, classOf } from './characters.ts';
import type { FoldedText } from './fold.ts';

/** A word at one place of a text. */
export interface Compound {
  /** Lower case, in order; a single one for most words. */
  readonly parts: readonly string[];
  /** The parts in one piece, where they are several: `getUserName`, `get_user_name` → `getusername`. */
  readonly whole: readonly string[];
  /** Where the text goes on. */
  readonly end: number;
}

/** Words are cut to this many UTF-16 units: a longer one is base64 or a missing space. */
const MAX_WORD_UNITS = 64;

/** With more parts it is no name, and nobody types it. */
const MAX_PARTS = 8;

const NOTHING: readonly string[] = [];

const HYPHEN = 0x2d;
const DOT = 0x2e;
const COMMA = 0x2c;
const UNDERSCORE = 0x5f;
const APOSTROPHE = 0x27;
const PLUS = 0x2b;
const SHARP = 0x23;

/**
 * Where the word that starts at `start` ends, if it is a plain one: nothing is joined to it, and its
 * case changes nowhere. -1 if not. Nearly all words are, and need no more work.
 */
export function plainWordEnd({ cased, lower }: FoldedText, start: number): number {
  const end = wordEnd(lower, start);
  if (end - start > MAX_WORD_UNITS || isJoined(lower, end) || suffixAt(lower, end) !== '')
    return -1;
  for (let i = start + 1; i < end; i++) {
    if (isUpper(cased.charCodeAt(i))) return -1;
  }
  return end;
}

/** Reads the word that starts at `start`, with everything that is joined to it. */
export function cutCompound({ cased, lower }: FoldedText, start: number): Compound {
  const parts: string[] = [];
  let whole = '';
  let from = start;
  for (;;) {
    const to = wordEnd(lower, from);
    if (!(parts.length > 0 && isPossessive(lower, from, to))) {
      // Beyond that it is thrown away; a text may be one word.
      if (whole.length <= MAX_WORD_UNITS)
        whole += joint(whole, lower, from) + lower.slice(from, to);
      cutCase(cased, lower, { from, to, parts });
    }
    if (!isJoined(lower, to)) return finish(lower, parts, { whole, end: to });
    from = to + 1;
  }
}

function finish(
  lower: string,
  parts: string[],
  { whole, end }: { whole: string; end: number },
): Compound {
  const suffix = suffixAt(lower, end);
  if (parts.length === 1 && suffix === '') return { parts, whole: NOTHING, end };
  if (parts.length > MAX_PARTS || whole.length > MAX_WORD_UNITS) {
    return { parts, whole: NOTHING, end };
  }
  const wholes = [whole + suffix];
  // v1.2.3 is 1.2.3.
  if (/^v\d+\./.test(whole)) wholes.push(whole.slice(1));
  return { parts, whole: wholes, end: end + suffix.length };
}

function wordEnd(lower: string, from: number): number {
  let to = from + 1;
  while (to < lower.length && isWord(lower.charCodeAt(to))) to += 1;
  return to;
}

function isWord(unit: number): boolean {
  if (unit < 0x80) return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
  return classOf(unit) === CharacterClass.word && !(unit >= 0xac00 && unit <= 0xd7a3);
}

/** True if one joining character stands at `at` and a word behind it. */
function isJoined(lower: string, at: number): boolean {
  const unit = lower.charCodeAt(at);
  if (unit === 0x20) return false;
  switch (unit) {
    case HYPHEN:
    case DOT:
    case UNDERSCORE:
    case APOSTROPHE:
    case 0x2010:
    case 0x2019:
      return at + 1 < lower.length && isWord(lower.charCodeAt(at + 1));
    case COMMA:
      return isDigit(lower.charCodeAt(at - 1)) && /^\d{3}(?!\d)/.test(lower.slice(at + 1, at + 5));
    default:
      return false;
  }
}

/** What stays between two parts of the whole: between numbers a dot, or 1.23 would be 12.3. */
function joint(whole: string, lower: string, from: number): string {
  if (whole === '' || !isDigit(lower.charCodeAt(from))) return '';
  const before = lower.charCodeAt(from - 1);
  const separates = before !== COMMA && before !== UNDERSCORE;
  return separates && isDigit(whole.charCodeAt(whole.length - 1)) ? '.' : '';
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** The s of `Parkinson's`. */
function isPossessive(lower: string, from: number, to: number): boolean {
  const before = lower.charCodeAt(from - 1);
  return to === from + 1 && lower[from] === 's' && (before === APOSTROPHE || before === 0x2019);
}

/** `C++`, `C#`: the sign belongs to the name if no word follows it. */
function suffixAt(lower: string, end: number): string {
  const unit = lower.charCodeAt(end);
  if (unit !== PLUS && unit !== SHARP) return '';
  const sign = unit === SHARP ? '#' : '++';
  const next = end + sign.length;
  return lower.startsWith(sign, end) && !isWord(lower.charCodeAt(next)) && lower[next] !== sign[0]
    ? sign
    : '';
}

/** Cuts one word where its case says that another one begins: getUserName, HTTPServer. */
function cutCase(
  cased: string,
  lower: string,
  { from, to, parts }: { from: number; to: number; parts: string[] },
): void {
  let begin = from;
  for (let i = from + 1; i < to; i++) {
    if (!isUpper(cased.charCodeAt(i))) continue;
    const afterLower = !isUpper(cased.charCodeAt(i - 1));
    const beforeLower = i + 1 < to && isLowerLetter(cased.charCodeAt(i + 1));
    if (afterLower || beforeLower) {
      parts.push(cut(lower, begin, i));
      begin = i;
    }
  }
  parts.push(cut(lower, begin, to));
}

function cut(lower: string, from: number, to: number): string {
  return lower.slice(from, Math.min(to, from + MAX_WORD_UNITS));
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}

function isLowerLetter(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}
