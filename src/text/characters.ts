/**
 * What kind of character a UTF-16 unit is. The table is pinned here, because `\p{L}` grows with the
 * Unicode version of the running Node, and what is stored today must be found by the Node of tomorrow.
 */

/**
 * The classes, as small integers so that a loop over a text compares numbers.
 *
 * - `separator`: everything that is in no other class: white space, punctuation, symbols, marks
 * - `word`: letters and decimal digits of all other scripts of the BMP (Latin, Cyrillic, Hangul, …)
 * - `hiragana`: U+3041–309F
 * - `katakana`: U+30A1–30FF without the middle dot U+30FB; the long vowel mark is one of them
 * - `kanji`: U+4E00–9FFF, U+3400–4DBF, U+3005–3007 (々〆〇), U+F900–FAFF, and every surrogate, since
 *   nearly all letters beyond the BMP in real text are rare kanji
 */
export const CharacterClass = {
  separator: 0,
  word: 1,
  hiragana: 2,
  katakana: 3,
  kanji: 4,
} as const;

/** One of the numbers of {@link CharacterClass}. */
export type CharacterClass = (typeof CharacterClass)[keyof typeof CharacterClass];

/**
 * The ranges of class `word`: `[\p{L}\p{Nd}]` of the BMP in Unicode 17.0 (as Node 20.20 has it) without
 * the Japanese classes. Numbers in base 36, in pairs: units skipped since the last range, length.
 */
const WORD_RANGES = `
  1c a 7 q 6 q 1b 1 a 1 4 1 5 n 1 v 1 cq 4 c e 5 7 1 1 1 3l 5 1 2 2 4 1 1 6 1 1 3 1 1 1 k 1 2b
  1 3v 8 4m 1 12 2 1 6 15 1z r 4 4 19 17 l a 4 2 1 2r 1 1 f 2 7 f 2 1 g 1 1 u t 2h b 1 e 17 9
  2 4 1 5 m 4 1 9 1 3 1 n p 7 b 5 o 1 7 g 16 1m 1i 3 1 i 1 7 a 4 a 1 g 4 8 2 2 2 m 1 7 1 1 3 4
  3 1 g 1 d 2 1 3 4 c a 1 8 6 4 2 2 m 1 7 1 2 1 2 1 2 v 4 1 1 7 a 2 3 g 9 1 3 1 m 1 7 1 2 1 5
  3 1 i 1 f 2 4 a 9 1 b 8 2 2 2 m 1 7 1 2 1 5 3 1 u 2 1 3 4 a 1 1 h 1 1 6 3 3 1 4 3 2 1 1 1 2
  3 2 3 3 3 c m 1 l a l 8 1 3 1 n 1 g 3 1 q 3 1 2 2 2 4 a g 1 4 8 1 3 1 n 1 a 1 5 3 1 u 3 1 2
  4 a 1 2 h 9 1 3 1 15 2 1 g 1 5 3 8 3 4 a a 6 5 i 3 o 1 9 1 1 2 7 v a h 1c 1 2 c 7 9 a 13 2 1
  1 1 5 1 o 1 1 1 a 1 2 9 1 2 5 1 1 9 a 2 4 w 1 v a m 8 1 10 r 5 37 17 k b 6 6 4 4 3 1 3 2 7 3
  4 d c 1 1 a 6 12 1 1 5 1 2 17 1 99 1 4 2 7 1 1 1 4 2 15 1 4 2 x 1 4 2 7 1 1 1 4 2 f 1 1l 1 4
  2 1v 11 g g 2e 2 6 3 h8 2 h 1 q 5 23 6 8 7 i d j e i e d 1 3 f 1g z 1 4 1 3 a 12 a 6 2h 7 5
  2 y 1 1 5 1y a v 13 14 2 5 b 18 4 q 6 a 12 n 9 1h 17 a 6 a d 1 2l 1b h 8 3 a 15 u d 1k q 10
  s a 3 1d 2 b 5 17 2 3 15 4 1 6 1 2 3 1 5 5c 1s 7q 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 7
  1 1 3 3 1 7 3 4 2 6 4 d 5 3 1 7 38 1 d 1 g d 2t 1 4 1 2 a 1 1 3 5 6 1 1 1 1 1 1 4 1 b 2 4 5
  5 4 1 1g 2 22j 6d 6 4 3 2 c 12 1 1 5 1 2 1k 7 1 g n 9 7 1 7 1 7 1 7 1 7 1 7 1 7 1 7 28 1 e9
  5 5 2 5k 17 1 2m h w 1c g lq8 wd 1v 1a 2 7h 3 s k 1b g v 2 1y 1d 9 2 2v 2 2a k h 1 3 1 4 1 n
  t 1g e 1e s a o 6 3 1 1 2 1 12 a n p t 7 1b s b 6 5 1 p 1 15 n 3 1 8 4 a 6 n 3 1 3 1e 1 1 3
  2 2 5 2 1 1 1 o 3 2 b 7 3 c 6 2 6 2 6 9 7 1 7 1 17 1 e 6 37 d a 6 8mc c n 4 1d 6x0 7 c 5 5 1
  1 a 1 d 1 5 1 1 1 2 1 2 1 30 x a3 i 1s 2 1i 14 c 38 5 1 3r j a 7 q 6 q b 2h 3 6 2 6 2 6 2 3
`;

/** First and last unit (inclusive) of each Japanese class. */
const JAPANESE_RANGES: readonly (readonly [number, number, CharacterClass])[] = [
  [0x3041, 0x309f, CharacterClass.hiragana],
  [0x30a1, 0x30fa, CharacterClass.katakana],
  [0x30fc, 0x30ff, CharacterClass.katakana],
  [0x3005, 0x3007, CharacterClass.kanji],
  [0x3400, 0x4dbf, CharacterClass.kanji],
  [0x4e00, 0x9fff, CharacterClass.kanji],
  [0xd800, 0xdfff, CharacterClass.kanji],
  [0xf900, 0xfaff, CharacterClass.kanji],
];

/** One byte a UTF-16 unit: 64 kB, filled once, then only read. */
const CLASSES: Uint8Array = buildTable();

function buildTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  const numbers = WORD_RANGES.trim()
    .split(/\s+/)
    .map((digits) => Number.parseInt(digits, 36));
  let unit = 0;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const start = unit + (numbers[i] ?? 0);
    unit = start + (numbers[i + 1] ?? 0);
    table.fill(CharacterClass.word, start, unit);
  }
  for (const [first, last, characterClass] of JAPANESE_RANGES) {
    table.fill(characterClass, first, last + 1);
  }
  return table;
}

/**
 * The class of one UTF-16 unit (as `charCodeAt` gives it). The same on every machine and Node version.
 * Half-width katakana and full-width Latin have their own units: normalise to NFKC before asking, if
 * they should count as what they stand for. Numbers that are no unit are separators.
 */
export function classOf(unit: number): CharacterClass {
  return (CLASSES[unit] ?? CharacterClass.separator) as CharacterClass;
}
