/**
 * The hash that names a feature, and the places in a vector that a hash stands for. Part of every
 * recipe, and of the frequencies' file: every constant here is fixed.
 */

/** Where the hash of each group starts, so that equal letters in two groups are two features. */
export const SEED = {
  stem: 0x1111,
  word: 0x2222,
  wordNgram: 0x3333,
  cjkNgram: 0x4444,
  kanjiRun: 0x5555,
  /** The one feature of a text that has none. */
  empty: 0x6666,
} as const;

/** The 32-bit prime of FNV (http://www.isthe.com/chongo/tech/comp/fnv/). */
const FNV_PRIME = 16777619;

/** 2³² divided by the golden ratio: keeps the positions of one feature apart. */
const GOLDEN = 0x9e3779b1;

/** Hashes one more UTF-16 unit, in the manner of FNV-1a. Returns a signed 32-bit integer. */
export function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, FNV_PRIME);
}

/** Hashes the units of a string from a seed of {@link SEED}. Returns a signed 32-bit integer. */
export function hashString(seed: number, text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    hash = hashUnit(hash, text.charCodeAt(i));
  }
  return hash;
}

/**
 * Where a feature goes: `turn` is 1 or 2, for its first and second position. The low 31 bits of the result
 * choose the component, its sign is the sign of the value there.
 * The mixing is the finaliser of MurmurHash3 (https://github.com/aappleby/smhasher).
 */
export function position(hash: number, turn: 1 | 2): number {
  let mixed = (hash + Math.imul(turn, GOLDEN)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
