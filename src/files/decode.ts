/**
 * Bytes become text, or a reason why not. Never mojibake: what is not certain is left out.
 *
 * Decoding is the platform's TextDecoder (ICU) with `fatal`. It was compared with Python's cp932
 * and euc_jp on every code: they differ only in where WHATWG maps seven signs (～ － ∥ ￠ ￡ ￢),
 * which is Windows' way and makes one text out of one text whatever it was saved as.
 */
import { detectJapanese } from './japanese.ts';
import { surveyUtf8 } from './utf8.ts';
import { detectUtf16 } from './utf16.ts';

/** The encodings that are understood. */
export type TextEncoding =
  | 'utf-8'
  | 'utf-16le'
  | 'utf-16be'
  | 'shift_jis'
  | 'euc-jp'
  | 'iso-2022-jp';

/** Decoded. */
export interface DecodedText {
  /** Without BOM; line ends as found; NUL as U+FFFD. */
  readonly text: string;
  readonly encoding: TextEncoding;
}

/** Not decoded. */
export interface UndecodableText {
  readonly reason: 'binary' | 'encoding';
  /** For people; never content. */
  readonly detail: string;
}

/**
 * Decodes a whole file. In this order: BOM, UTF-16 without BOM, ISO-2022-JP (its bytes are all
 * ASCII, so before UTF-8), UTF-8, Shift_JIS (with the CP932 extensions) or EUC-JP, if the result
 * reads as Japanese.
 */
export function decodeText(bytes: Uint8Array): DecodedText | UndecodableText {
  const marked = byMark(bytes);
  if (marked !== null) return decodeMarked(bytes, marked);
  if (bytes.includes(0) && !strayNulsOnly(bytes)) {
    const encoding = detectUtf16(bytes);
    if (encoding === null) return { reason: 'binary', detail: 'NUL bytes' };
    return decodeAs(bytes, encoding) ?? { reason: 'binary', detail: 'NUL bytes' };
  }
  return decodeIso2022Jp(bytes) ?? decodeAs(bytes, 'utf-8') ?? decodeJapanese(bytes);
}

type Mark = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32';

function byMark(bytes: Uint8Array): Mark | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'utf-32' : null;
}

function decodeMarked(bytes: Uint8Array, mark: Mark): DecodedText | UndecodableText {
  if (mark === 'utf-32') return { reason: 'encoding', detail: 'UTF-32' };
  const text = decodeRaw(bytes, mark);
  if (text === null) {
    return { reason: 'encoding', detail: `not the ${mark.toUpperCase()} its byte order mark says` };
  }
  if (text.includes('\0') && !strayNulsOnly(Uint16Array.from(text, codeUnit)))
    return { reason: 'binary', detail: 'NUL characters' };
  return { text: withoutNul(text), encoding: mark };
}

/** Null if the bytes are not that encoding. */
function decodeAs(bytes: Uint8Array, encoding: TextEncoding): DecodedText | null {
  const text = decodeRaw(bytes, encoding);
  return text === null ? null : { text: withoutNul(text), encoding };
}

/** The decoder takes the BOM off. */
function decodeRaw(bytes: Uint8Array, encoding: TextEncoding): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const codeUnit = (character: string): number => character.charCodeAt(0);

/** As CommonMark asks (2.3, insecure characters); offsets stay. NUL ends a string in SQL and C. */
function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}

/** One in so many characters may be NUL. */
const NUL_SHARE = 1000;

/**
 * A slip in a text, or a binary file? Records, padding and UTF-16 have many NULs or runs of them;
 * a text with one pasted by accident is still wanted.
 */
function strayNulsOnly(units: Uint8Array | Uint16Array): boolean {
  let count = 0;
  for (let at = units.indexOf(0); at !== -1; at = units.indexOf(0, at + 1)) {
    count += 1;
    if (units[at + 1] === 0) return false;
  }
  return count <= 1 || count * NUL_SHARE <= units.length;
}

const ESCAPE = 0x1b;

/**
 * Escape sequences that bring in Japanese: `ESC $ B`, `ESC $ @`, `ESC ( I`. Others are in terminal
 * logs too (`ESC ( B`), so a text without Japanese is left to UTF-8.
 */
function decodeIso2022Jp(bytes: Uint8Array): DecodedText | null {
  if (!bytes.includes(ESCAPE) || bytes.some((byte) => byte >= 0x80)) return null;
  if (!/\x1b(?:\$[@B]|\(I)/.test(Buffer.from(bytes).toString('latin1'))) return null;
  return decodeAs(bytes, 'iso-2022-jp');
}

/** Bytes that are not UTF-8. Damaged UTF-8 is often well-formed Shift_JIS, and then nonsense. */
function decodeJapanese(bytes: Uint8Array): DecodedText | UndecodableText {
  const { firstInvalid, sequences, invalid } = surveyUtf8(bytes);
  if (sequences > invalid) {
    return { reason: 'encoding', detail: `damaged UTF-8 at byte ${firstInvalid + 1}` };
  }
  const encoding = detectJapanese(bytes);
  const decoded = encoding && decodeAs(bytes, encoding);
  if (decoded === null) return { reason: 'encoding', detail: 'unknown encoding' };
  return encoding === 'euc-jp' ? decoded : { ...decoded, text: withIbmControls(decoded.text) };
}

/** ICU's Shift_JIS turns three control codes around (IBM-943): the DOS end mark 1A becomes 1C. */
function withIbmControls(text: string): string {
  const turned = new TextDecoder('shift_jis').decode(Uint8Array.of(0x1a, 0x1c, 0x7f));
  if (turned === '\x1a\x1c\x7f') return text;
  return text.replace(/[\x1a\x1c\x7f]/g, (code) => '\x1a\x1c\x7f'[turned.indexOf(code)] ?? code);
}
