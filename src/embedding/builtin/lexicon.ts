/**
 * The Japanese–English lexicon of `builtin/lexical-2` in the packed form of `lexicon-file.ts`: what a key
 * means. `key-search.ts` finds the keys.
 */

import { int32At } from './data-file.ts';
import { HALF, type LexiconSections, readSections, STEMS_A_GROUP } from './lexicon-file.ts';

/** Keys are shorter than this many bytes. */
const LENGTHS = 64;

/**
 * A key that was found, as one number so that a search allocates nothing: its length in bytes plus
 * {@link LENGTHS} times where in the file its entry says where its translations are. 0 stands for none.
 */
export type FoundKey = number;

/** The share of a translation that is certain; shares are whole numbers, so that their sums are exact. */
export const WHOLE_SHARE: number = 255 * 255 * 2;

/** Makes a {@link FoundKey}. */
export function foundKey(placeAt: number, length: number): FoundKey {
  return placeAt * LENGTHS + length;
}

/** The length in bytes of a key that was found. */
export function keyLength(found: FoundKey): number {
  return found % LENGTHS;
}

/** A lexicon over the bytes of its file. */
export class Lexicon {
  readonly sections: LexiconSections;

  /**
   * @param file the whole file; kept, not copied
   * @throws Error with what is wrong with the file
   */
  constructor(file: Uint8Array) {
    this.sections = readSections(file);
  }

  /** How many English stems there are; their numbers are below it. */
  get stemCount(): number {
    return this.sections.stemCount;
  }

  /** Where in the file a stem is: the byte with its length, before its letters in ASCII. */
  stemAt(stem: number): number {
    const { bytes, groupsAt, stemsAt } = this.sections;
    let at = stemsAt + int32At(bytes, groupsAt + 4 * Math.floor(stem / STEMS_A_GROUP));
    for (let before = stem % STEMS_A_GROUP; before > 0; before--) {
      at += 1 + (bytes[at] ?? 0);
    }
    return at;
  }

  /** Calls back for every English stem of a key; `share` is p · {@link WHOLE_SHARE}, a whole number. */
  forEachTranslation(found: FoundKey, callback: (stem: number, share: number) => void): void {
    const { bytes, translationsAt } = this.sections;
    const place = int32At(bytes, Math.floor(found / LENGTHS)) & 0xffffff;
    const factor = (place & HALF) === 0 ? 2 : 1;
    let at = translationsAt + (place & (HALF - 1));
    const end = at + 1 + (bytes[at] ?? 0);
    at += 1;
    while (at < end) {
      let byte = bytes[at++] ?? 0;
      let stem = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[at++] ?? 0;
        stem |= (byte & 0x7f) << shift;
      }
      const root = bytes[at++] ?? 0;
      callback(stem, root * root * factor);
    }
  }
}
