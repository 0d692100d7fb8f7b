/**
 * Makes spellings of one text equal before it is cut into terms: width, case, composed and decomposed
 * letters, voicing marks, accents, invisible characters, katakana in several spellings, kanji in several shapes. NFKC of assigned
 * characters never changes (Unicode's stability policy) and everything else here names its characters,
 * so the result does not depend on the Unicode version of the running Node.
 */
import { foldKana } from './kana-variants.ts';
import { foldKanji } from './kanji-variants.ts';

/** Spacing voiced and semi-voiced marks: NFKC would make a space and a combining mark of them. */
const SPACING_VOICING = /[\u309b\u309c]/g;

/** Latin letters with marks, and sharp s. */
const ACCENTED = /[\u00c0-\u024f\u1e00-\u1eff]+/g;
const SHARP_S = /[\u00df\u1e9e]/g;

/**
 * What does not show or only decorates a letter: combining marks, soft hyphen, zero-width characters,
 * direction marks, variation selectors (those beyond the BMP tell kanji shapes apart).
 */
const IGNORED =
  /\u00ad|[\u0300-\u036f]|[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|[\ufe00-\ufe0f]|\udb40[\udd00-\uddef]/g;

/** Dots inside a katakana word: データ・ベース is データベース. */
const KATAKANA_DOT = /(?<=[\u30a1-\u30fa\u30fc])[\u30fb\u30a0]+(?=[\u30a1-\u30fa])/g;

/** Dashes typed for the long vowel mark inside a katakana word. */
const KATAKANA_DASH = /(?<=[\u30a1-\u30fa])[\u2010-\u2015\u2212](?=[\u30a1-\u30fa])/g;

/** Halves of a pair: they cannot be stored as UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Nothing of the above and nothing that NFKC changes: most English text. */
const ASCII_ONLY = /^[\0-\x7f]*$/;

/** A text whose spelling no longer matters, with and without its upper case. */
export interface FoldedText {
  /** Case kept: it shows where the words of `camelCase` begin. */
  readonly cased: string;
  /** Lower case, unit for unit as long as `cased`. */
  readonly lower: string;
}

/** Folds a text. Any string is allowed, lone surrogates included. */
export function foldText(text: string): FoldedText {
  if (ASCII_ONLY.test(text)) return { cased: text, lower: text.toLowerCase() };
  const cased = foldSpelling(text);
  // ς and σ are one letter; lower-casing ends Greek words with the former.
  return { cased, lower: cased.toLowerCase().replaceAll('ς', 'σ') };
}

function foldSpelling(text: string): string {
  const folded = text
    .replace(SPACING_VOICING, (mark) => (mark === '\u309b' ? '\u3099' : '\u309a'))
    .normalize('NFKC')
    .replace(SHARP_S, 'ss')
    // İ among them: it is the one letter whose lower case has another length.
    .replace(ACCENTED, (letters) => letters.normalize('NFD'))
    .replace(IGNORED, '')
    .replace(KATAKANA_DOT, '')
    .replace(KATAKANA_DASH, 'ー')
    .replace(LONE_SURROGATE, ' ');
  return foldKanji(foldKana(folded));
}
