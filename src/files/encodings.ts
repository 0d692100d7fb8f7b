/**
 * Encodings by name, and decoding in one of them without guessing. The decoder is the platform's TextDecoder (ICU)
 * with `fatal`. Its tables were compared with Python's codecs, code by code; where they are wrong or silent
 * about what they do not know, it is put right here.
 */

/** Names of the WHATWG standard (encoding.spec.whatwg.org), those left out that no text is written in. */
const NAMES = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-jp', 'iso-2022-jp'],
  ...['gb18030', 'gbk', 'big5', 'euc-kr'],
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((page) => `windows-125${page}`),
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15].map((part) => `iso-8859-${part}`),
  ...['koi8-r', 'koi8-u', 'ibm866', 'macintosh', 'x-mac-cyrillic', 'windows-874'],
];

/** Every encoding that this Node knows; one built with little of ICU knows fewer. */
export function knownEncodings(): readonly string[] {
  return NAMES.filter((name) => encodingNamed(name) === name);
}

/**
 * An encoding by one of its names: `SJIS` and `windows-31j` are `shift_jis`, `latin1` is `windows-1252`.
 *
 * @returns null if there is none of this name
 */
export function encodingNamed(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/**
 * Decodes bytes that are in an encoding.
 *
 * @param encoding a name as {@link encodingNamed} gives it
 * @returns without BOM; null if they are not in it, or hold what it does not know
 */
export function decodeIn(bytes: Uint8Array, encoding: string): string | null {
  if (encoding === 'windows-1252') return decodeWindows1252(bytes);
  const text = decodeRaw(bytes, encoding);
  if (text === null || encoding.startsWith('utf-')) return text;
  if (encoding === 'shift_jis') return withIbmControls(text);
  return UNKNOWN.test(text) || (encoding === 'big5' && PRIVATE.test(text)) ? null : text;
}

/** Bytes that an encoding has nothing for come out as these controls: half of a letter of Windows-949 in EUC-KR. */
const UNKNOWN = /[\x80-\x9f]/;

/** Where ICU puts the letters that Hong Kong has added to Big5. */
const PRIVATE = /[\ue000-\uf8ff]/;

function decodeRaw(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Of the bytes 80 to 9F; a space where there is none. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** Node takes it for Latin-1, which has controls in the place of quotes and dashes. */
function decodeWindows1252(bytes: Uint8Array): string | null {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const text = latin1.replace(
    /[\x80-\x9f]/g,
    (code) => WINDOWS_1252[code.charCodeAt(0) - 0x80] ?? ' ',
  );
  return /[\x81\x8d\x8f\x90\x9d]/.test(latin1) ? null : text;
}

/** ICU's Shift_JIS turns three control codes around (IBM-943): the DOS end mark 1A becomes 1C. */
function withIbmControls(text: string): string {
  const turned = new TextDecoder('shift_jis').decode(Uint8Array.of(0x1a, 0x1c, 0x7f));
  if (turned === '\x1a\x1c\x7f') return text;
  return text.replace(/[\x1a\x1c\x7f]/g, (code) => '\x1a\x1c\x7f'[turned.indexOf(code)] ?? code);
}
