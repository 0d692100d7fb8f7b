/**
 * The form of the lexicon's file, checked and made ready to be searched in place: 400,000 keys as JavaScript
 * objects would cost a hundred megabytes and most of a second at every start.
 *
 * All numbers are little-endian. scripts/lexicon/pack.mjs writes it:
 *
 * 1. the header of `data-file.ts` with the magic `UMKL`, then six counts: kanji, stems, blocks, bytes of
 *    stems, bytes of translations, bytes of entries
 * 2. the kanji that occur in keys, ascending: 16 bits each
 * 3. where each block starts within the entries: 32 bits each
 * 4. where each group of 16 stems starts within the stems: 32 bits each
 * 5. the English stems, each as a byte of length and ASCII; a stem's number is its place, from 0
 * 6. the translations, which keys share: a byte of length, then for each English stem its number as a varint
 *    (low seven bits first) and a byte that is 255 · √p
 * 7. the entries, in ascending order of their keys' bytes, in blocks. An entry is a byte that says how much
 *    of the key before it repeats (high four bits; 0 in the first of a block) and how many bytes follow (low
 *    four bits; when these are 0, two more bytes hold both numbers), these bytes, and 24 bits: where its
 *    translations are among the translations (low 23 bits), and whether they count half (the highest bit).
 *
 * In a key a kana is one byte, its unit − U+3000; a kanji is two, its place among the kanji (from 1), high
 * byte first. That high byte is lower than any kana's byte: no character's bytes begin another's.
 */

import { readHeader } from './data-file.ts';

/** `UMKL`, the first four bytes. @public for scripts/lexicon/pack.mjs */
export const LEXICON_MAGIC = 0x4c4b4d55;

/** The unit of a kana minus this is its byte in a key. */
export const KANA_BASE = 0x3000;

/** Bytes from this one on are kana; a lower one is the first of a kanji's two. */
export const FIRST_KANA_BYTE = 0x41;

/** How many stems there are from one known place to the next. */
export const STEMS_A_GROUP = 16;

/** Bytes of an entry behind its key. */
export const PLACE_BYTES = 3;

/** The bit of a place that says that the translations count half. */
export const HALF: number = 1 << 23;

/** More kanji have no codes below {@link FIRST_KANA_BYTE}. */
const MAX_KANJI = FIRST_KANA_BYTE * 256 - 1;

/** Where the parts of the file are in its bytes, which are read where they lie. */
export interface LexiconSections {
  /** The whole file. */
  readonly bytes: Uint8Array;
  readonly stemCount: number;
  readonly blockCount: number;
  /** Each start, in the file's bytes. */
  readonly blocksAt: number;
  readonly groupsAt: number;
  readonly stemsAt: number;
  readonly translationsAt: number;
  readonly entriesAt: number;
  /** Code of each kanji by its unit − {@link KANA_BASE}; 0: in no key. */
  readonly kanjiCodes: Uint16Array;
}

/**
 * Checks a lexicon's file and finds its parts.
 *
 * @throws Error with what is wrong, without the file's name
 */
export function readSections(bytes: Uint8Array): LexiconSections {
  const { view, counts, start } = readHeader(bytes, LEXICON_MAGIC, 6);
  const [kanji = 0, stemCount = 0, blockCount = 0, ...lengths] = counts;
  const [stemBytes = 0, translationBytes = 0, entryBytes = 0] = lengths;
  const blocksAt = start + 2 * kanji;
  const groupsAt = blocksAt + 4 * blockCount;
  const stemsAt = groupsAt + 4 * Math.ceil(stemCount / STEMS_A_GROUP);
  const translationsAt = stemsAt + stemBytes;
  const entriesAt = translationsAt + translationBytes;
  if (entriesAt + entryBytes !== bytes.length || kanji > MAX_KANJI) {
    throw new Error('its parts do not fill it');
  }
  const kanjiCodes = new Uint16Array(0x10000 - KANA_BASE);
  for (let i = 0; i < kanji; i++) {
    kanjiCodes[view.getUint16(start + 2 * i, true) - KANA_BASE] = i + 1;
  }
  const places = { blocksAt, groupsAt, stemsAt, translationsAt, entriesAt };
  return { bytes, stemCount, blockCount, ...places, kanjiCodes };
}
