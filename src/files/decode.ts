/**
 * Bytes become text, or a reason why not. Never mojibake: what is not certain is left out, unless its source
 * declares an encoding. That one takes the place of the last step alone, where Japanese is told by how it
 * reads: what is certain by itself (a BOM, UTF-8, UTF-16 with its NULs, ISO-2022-JP) needs no declaration.
 *
 * Decoding was compared with Python's cp932 and euc_jp on every code: they differ only in where WHATWG maps
 * seven signs (～ － ∥ ￠ ￡ ￢), which is Windows' way and makes one text out of one text whatever it was
 * saved as.
 */
import { decodeIn } from './encodings.ts';
import { detectJapanese } from './japanese.ts';
import { surveyUtf8 } from './utf8.ts';
import { detectUtf16 } from './utf16.ts';

/** Decoded. */
export interface DecodedText {
  /** Without BOM; line ends as found; NUL as U+FFFD. */
  readonly text: string;
  /** Its name in the WHATWG standard. */
  readonly encoding: string;
}

/** Not decoded. */
export interface UndecodableText {
  readonly reason: 'binary' | 'encoding';
  /** For people; never content. */
  readonly detail: string;
}

/**
 * Decodes a whole file. In this order: BOM, UTF-16 without BOM, ISO-2022-JP (its bytes are all
 * ASCII, so before UTF-8), UTF-8, and then the declared encoding, or without one Shift_JIS (with the CP932
 * extensions) or EUC-JP, if the result reads as Japanese.
 *
 * @param declared what the source says of its files, by the name in the WHATWG standard; null for nothing
 */
export function decodeText(
  bytes: Uint8Array,
  declared: string | null = null,
): DecodedText | UndecodableText {
  const marked = byMark(bytes);
  if (marked !== null) return decodeMarked(bytes, marked);
  if (bytes.includes(0) && (isUtf16(declared) || !strayNulsOnly(bytes))) {
    const encoding = isUtf16(declared) ? declared : detectUtf16(bytes);
    return (encoding && decodeUtf16(bytes, encoding)) ?? { reason: 'binary', detail: 'NUL bytes' };
  }
  return decodeIso2022Jp(bytes) ?? decodeAs(bytes, 'utf-8') ?? decodeOther(bytes, declared);
}

type Utf16 = 'utf-16le' | 'utf-16be';

function isUtf16(encoding: string | null): encoding is Utf16 {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
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
  const text = decodeIn(bytes, mark);
  if (text === null) {
    return { reason: 'encoding', detail: `not the ${mark.toUpperCase()} its byte order mark says` };
  }
  if (hasManyNuls(text)) return { reason: 'binary', detail: 'NUL characters' };
  return { text: withoutNul(text), encoding: mark };
}

/** Null for what is no text, read in this order. */
function decodeUtf16(bytes: Uint8Array, encoding: Utf16): DecodedText | null {
  const text = decodeIn(bytes, encoding);
  return text === null || hasManyNuls(text) ? null : { text: withoutNul(text), encoding };
}

function hasManyNuls(text: string): boolean {
  return text.includes('\0') && !strayNulsOnly(Uint16Array.from(text, codeUnit));
}

/** Null if the bytes are not that encoding. */
function decodeAs(bytes: Uint8Array, encoding: string): DecodedText | null {
  const text = decodeIn(bytes, encoding);
  return text === null ? null : { text: withoutNul(text), encoding };
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

/** Bytes that are not UTF-8. Damaged UTF-8 is often well-formed in another encoding, and then nonsense. */
function decodeOther(bytes: Uint8Array, declared: string | null): DecodedText | UndecodableText {
  const { firstInvalid, sequences, invalid } = surveyUtf8(bytes);
  if (sequences > invalid) {
    return { reason: 'encoding', detail: `damaged UTF-8 at byte ${firstInvalid + 1}` };
  }
  const encoding = declared ?? detectJapanese(bytes);
  const decoded = encoding && decodeAs(bytes, encoding);
  if (decoded) return decoded;
  const detail = declared === null ? 'unknown encoding' : `not the ${declared} its source declares`;
  return { reason: 'encoding', detail };
}
