/**
 * How much an English word or n-gram says: less, the more texts have it. For `builtin/lexical-2`; measured on
 * English prose when the data file was made, not on the corpus, so that vectors stay right while it grows.
 */

import { readHeader } from './data-file.ts';

/** `UMKF`, the first four bytes of the file. @public for scripts/lexicon/pack.mjs, as are the next ones */
export const COMMONNESS_MAGIC = 0x464b4d55;

/** @public There are 2¹³ buckets: about four features in each, which are read one after the other. */
export const BUCKETS = 8192;
/** @public The bucket is in the bits from this one on. */
export const BUCKET_SHIFT = 19;

/** Bytes of a feature: three of what tells it from others in its bucket, one of its weight. */
const FEATURE_BYTES = 4;

/**
 * Weights by the hash of a feature, searched where they lie in the file. That has the header of
 * `data-file.ts` with one count, the number of features (below 2¹⁶); then for each bucket how many features
 * are in those before it (16 bits), and how many there are; then the features in the order of
 * {@link mixed}: its low 24 bits, and a byte that is 255 · weight. The high 13 bits are the bucket.
 */
export class Commonness {
  readonly #bytes: Uint8Array;
  readonly #bucketsAt: number;
  readonly #featuresAt: number;

  /**
   * @param file the whole file; kept, not copied
   * @throws Error with what is wrong with the file
   */
  constructor(file: Uint8Array) {
    const { counts, start } = readHeader(file, COMMONNESS_MAGIC, 1);
    const [features = 0] = counts;
    this.#bytes = file;
    this.#bucketsAt = start;
    this.#featuresAt = start + 2 * (BUCKETS + 1);
    if (file.length !== this.#featuresAt + FEATURE_BYTES * features) {
      throw new Error('its parts do not fill it');
    }
  }

  /** The weight of a feature, 0 … 1; 1 for all that the file does not name, Japanese features too. */
  weightOf(hash: number): number {
    const bytes = this.#bytes;
    const name = mixed(hash);
    const bucket = this.#bucketsAt + 2 * (name >>> BUCKET_SHIFT);
    const first = (bytes[bucket] ?? 0) | ((bytes[bucket + 1] ?? 0) << 8);
    const behind = (bytes[bucket + 2] ?? 0) | ((bytes[bucket + 3] ?? 0) << 8);
    const end = this.#featuresAt + FEATURE_BYTES * behind;
    for (let at = this.#featuresAt + FEATURE_BYTES * first; at < end; at += FEATURE_BYTES) {
      const isThis =
        bytes[at] === (name & 0xff) &&
        bytes[at + 1] === ((name >>> 8) & 0xff) &&
        bytes[at + 2] === ((name >>> 16) & 0xff);
      if (isThis) {
        return (bytes[at + 3] ?? 0) / 255;
      }
    }
    return 1;
  }
}

/** @public A hash with its bits mixed, as an unsigned number: no two hashes become one. */
export function mixed(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> 0;
}
