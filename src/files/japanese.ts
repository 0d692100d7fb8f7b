/**
 * Shift_JIS or EUC-JP, or neither? Almost any bytes are well-formed in one of them: "It’s" of
 * Windows-1252 is "It痴" in Shift_JIS, Chinese GB 2312 is well-formed EUC-JP. Detectors that
 * look for the first encoding without an error accept both. Here the result must read as Japanese.
 */

/** What a code stands for. */
type Kind =
  /** ASCII. */
  | 'ascii'
  /** Full-width hiragana and katakana. */
  | 'kana'
  /** JIS level 1 kanji: what Japanese is written with. */
  | 'kanji'
  /** CJK punctuation, full-width letters, symbols. */
  | 'sign'
  /** Half-width katakana. */
  | 'half'
  /** Level 2 kanji, vendor and user characters: rare in Japanese, common in mojibake. */
  | 'rare';

type Lexer = (bytes: Uint8Array, at: number) => { kind: Kind; length: number } | null;

/**
 * @param bytes that are not UTF-8
 * @returns null if neither reads as Japanese
 */
export function detectJapanese(bytes: Uint8Array): 'shift_jis' | 'euc-jp' | null {
  const euc = kanaShare(bytes, eucCode);
  const sjis = kanaShare(bytes, shiftJisCode);
  if (euc === null && sjis === null) return null;
  return (euc ?? -1) > (sjis ?? -1) ? 'euc-jp' : 'shift_jis';
}

/**
 * Japanese has kana: one in thirty is far below any prose (a third to two thirds) and reached by
 * lists of names. Chinese and Korean read as EUC-JP have none, Cyrillic none.
 */
const MIN_KANA = 0.03;
/** Level 2 kanji and gaiji are a few in a hundred, in classical texts and lists of names more. */
const MAX_RARE = 0.25;
/** A Japanese character alone beside ASCII letters is mostly an accented letter misread. */
const MAX_LONELY = 0.1;

/** Kanji that are to be believed without kana (lists of names): as many, and nothing rare. */
const KANJI_ALONE = 8;

interface Survey {
  readonly count: Record<Kind, number>;
  /** Runs of one, and of one or two, Japanese characters beside an ASCII letter. */
  readonly lonely: number;
  readonly short: number;
}

/** How Japanese it is: its share of kana, 0 for lists of kanji; null if it is not. */
function kanaShare(bytes: Uint8Array, lexer: Lexer): number | null {
  const survey = surveyWith(bytes, lexer);
  if (survey === null) return null;
  const { count, lonely, short } = survey;
  const all = count.kana + count.kanji + count.sign + count.half + count.rare;
  const prose =
    count.kana > all * MIN_KANA && count.rare <= all * MAX_RARE && lonely <= all * MAX_LONELY;
  if (prose) return count.kana / all;
  // Chinese and Korean are common kanji as EUC-JP too; hardly anything else is as Shift_JIS.
  const list = count.kanji >= KANJI_ALONE && count.kanji + count.sign === all && short === 0;
  return list && lexer === shiftJisCode ? 0 : null;
}

function surveyWith(bytes: Uint8Array, lexer: Lexer): Survey | null {
  const count = { ascii: 0, kana: 0, kanji: 0, sign: 0, half: 0, rare: 0 };
  const runs = { lonely: 0, short: 0 };
  let run = 0;
  let before = 0;
  for (let at = 0; at <= bytes.length; ) {
    const code = at < bytes.length ? lexer(bytes, at) : END;
    if (code === null) return null;
    if (code.kind === 'ascii') {
      const byte = bytes[at] ?? 0;
      const beside = isLetter(before) || isLetter(byte);
      if (run === 1 && beside) runs.lonely += 1;
      if (run > 0 && run <= 2 && beside) runs.short += 1;
      run = 0;
      before = byte;
    } else run += 1;
    count[code.kind] += 1;
    at += code.length;
  }
  return { count, ...runs };
}

/** Closes the last run. */
const END = { kind: 'ascii', length: 1 } as const;

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

/** JIS X 0208 rows: 1–2 and 3, 6–8 signs, 4–5 kana, 16–47 level 1; the rest is rare. */
function kindOfRow(row: number): Kind {
  if (row === 4 || row === 5) return 'kana';
  if (row <= 8 || row === 13) return 'sign';
  return row >= 16 && row <= 47 ? 'kanji' : 'rare';
}

function eucCode(bytes: Uint8Array, at: number): ReturnType<Lexer> {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return { kind: 'ascii', length: 1 };
  const trail = bytes[at + 1] ?? 0;
  if (lead === 0x8e) return trail >= 0xa1 && trail <= 0xdf ? { kind: 'half', length: 2 } : null;
  if (lead === 0x8f) return trail >= 0xa1 ? { kind: 'rare', length: 3 } : null;
  if (lead < 0xa1 || lead > 0xfe || trail < 0xa1 || trail > 0xfe) return null;
  return { kind: kindOfRow(lead - 0xa0), length: 2 };
}

function shiftJisCode(bytes: Uint8Array, at: number): ReturnType<Lexer> {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return { kind: 'ascii', length: 1 };
  if (lead >= 0xa1 && lead <= 0xdf) return { kind: 'half', length: 1 };
  const trail = bytes[at + 1] ?? 0;
  if (lead === 0x80 || lead === 0xa0 || lead > 0xfc) return null;
  if (trail < 0x40 || trail === 0x7f || trail > 0xfc) return null;
  // Two rows share a lead byte: trails up to 9E are the odd one (JIS X 0208:1997, annex 1).
  const pair = lead - (lead < 0xa0 ? 0x81 : 0xc1);
  return { kind: kindOfRow(pair * 2 + (trail < 0x9f ? 1 : 2)), length: 2 };
}
