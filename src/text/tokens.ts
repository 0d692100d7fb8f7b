/**
 * How many tokens a text costs a model, without the model's tokenizer: chunk sizes must mean the
 * same in Japanese and in English, and indexing runs where no tokenizer can be had.
 */

/** Units in one estimated token. Integers keep sums exact whatever the order of adding. */
export const TOKEN_UNITS = 100;

/** A word's first letter carries the fixed cost of a word, the further ones what long words add. */
const WORD_START = 60;
const WORD_LETTER = 17;
/** `camelCase`, `README` and base64 are taken apart by every tokenizer. */
const CAPITAL_INSIDE = 55;
/** Letters with marks and other alphabets: tokenizers know fewer of their words. */
const FOREIGN_START = 80;
const FOREIGN_LETTER = 40;
const DIGIT = 80;
const SYMBOL = 95;
/** The second and later ones of a run of one symbol (`-----`, `====`). */
const SYMBOL_REPEAT = 25;
const SPACE = 8;
const LINE_BREAK = 60;
/** The second and later ones of a run of line ends: tokenizers join them. */
const LINE_BREAK_REPEAT = 10;
const HIRAGANA = 67;
const KATAKANA = 67;
const KANJI = 95;
const WIDE_SYMBOL = 92;
const HANGUL = 80;
/** Anything else: byte fallback costs up to three tokens a UTF-16 unit. */
const OTHER = 150;

/**
 * Estimates the tokens of `text`: each script has a cost of its own. Linear time.
 * How far it is off, and against which tokenizers, is in docs/internals/chunking.md.
 *
 * @returns whole tokens, rounded up; 0 only for ''
 */
export function estimateTokens(text: string): number {
  return Math.ceil(tokenUnits(text, 0, text.length) / TOKEN_UNITS);
}

/**
 * The estimate of `text.slice(from, to)` in units. Never more than the sum over the parts of any
 * partition of the range, so that packed parts cannot outgrow their limit.
 */
export function tokenUnits(text: string, from: number, to: number): number {
  let units = 0;
  let previous = -1;
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index);
    units += code < 128 ? asciiUnits(code, previous) : wideUnits(code, previous);
    previous = code;
  }
  return units;
}

function asciiUnits(code: number, previous: number): number {
  if (isAsciiLetter(code)) {
    if (!isAsciiLetter(previous)) return WORD_START;
    return code <= 90 ? CAPITAL_INSIDE : WORD_LETTER;
  }
  // A carriage return belongs to the line feed behind it.
  if (code === 32 || code === 9 || code === 13) return SPACE;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 10) return code === previous ? LINE_BREAK_REPEAT : LINE_BREAK;
  return code === previous ? SYMBOL_REPEAT : SYMBOL;
}

function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function wideUnits(code: number, previous: number): number {
  if (code >= 0x3041 && code <= 0x309f) return HIRAGANA;
  if (code >= 0x4e00 && code <= 0x9fff) return KANJI;
  if ((code >= 0x30a0 && code <= 0x30ff) || (code >= 0xff66 && code <= 0xff9f)) return KATAKANA;
  if (code === 0x3000) return SPACE;
  if (isAlphabetic(code)) return isAlphabetic(previous) ? FOREIGN_LETTER : FOREIGN_START;
  if ((code >= 0x2010 && code <= 0x2030) || (code >= 0x3001 && code <= 0x303f)) {
    return code === previous ? SYMBOL_REPEAT : WIDE_SYMBOL;
  }
  if (code >= 0xff01 && code <= 0xff65) return WIDE_SYMBOL;
  if (code >= 0xac00 && code <= 0xd7a3) return HANGUL;
  return OTHER;
}

/** Latin with marks, Greek, Cyrillic, Armenian, Hebrew, Arabic. */
function isAlphabetic(code: number): boolean {
  return (code >= 0xc0 && code <= 0x24f) || (code >= 0x370 && code <= 0x6ff);
}
