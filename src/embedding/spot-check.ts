/**
 * A known word among other texts, to find servers whose vectors are right one by one and wrong together: in
 * another order than the texts, one for all of them, or rounded to whole numbers. Each looks like an answer.
 * Pure.
 */
import { PROBE_TEXT } from './embed-request.ts';

/**
 * How often the word stands before and behind the texts. In another order (reversed, rotated, sorted by
 * length) one of these places holds the vector of another text.
 */
const [BEFORE, BEHIND] = [1, 2] as const;

/** How many texts {@link amongKnown} adds. */
export const KNOWN_TEXTS: number = BEFORE + BEHIND;

/** What is wrong with an answer. */
export type SpotFault =
  /** The word has another vector than alone: the order is another one, or the company counts. */
  | 'mixed'
  /** Different texts have the same vector. */
  | 'alike'
  /** Rounded: what makes a direction is gone. */
  | 'whole-numbers';

/**
 * The most that two vectors of one text may be apart (1 − cosine). Servers compute a batch in another way
 * than a single text, and round: 0.001 apart were seen. The nearest other text was 0.06 away
 * (docs/internals/server-answers.md).
 */
const SAME_DISTANCE = 0.02;

/** Vectors that are nearer are one vector, but for the rounding of float32. */
const ALIKE_DISTANCE = 1e-6;

/** Texts with the known word around them. */
export function amongKnown(texts: readonly string[]): readonly string[] {
  const known = (count: number): readonly string[] => Array(count).fill(PROBE_TEXT);
  return [...known(BEFORE), ...texts, ...known(BEHIND)];
}

/** The vectors of what {@link amongKnown} was given, out of those of what it made. */
export function withoutKnown(vectors: readonly Float32Array[]): readonly Float32Array[] {
  return vectors.slice(BEFORE, -BEHIND);
}

/**
 * Looks at an answer to what {@link amongKnown} made of texts. Vectors must not be zero, must be equally
 * long, and need not have length 1.
 *
 * @param texts without the known ones; none for the word alone
 * @param alone the word's vector from a request of its own
 */
export function findSpotFault(
  texts: readonly string[],
  vectors: readonly Float32Array[],
  alone: Float32Array,
): SpotFault | null {
  if (vectors.every((vector) => vector.every(Number.isInteger))) return 'whole-numbers';
  const isNear = (most: number) => (vector: Float32Array) => distance(vector, alone) <= most;
  if (texts.some(isAnother) && vectors.every(isNear(ALIKE_DISTANCE))) return 'alike';
  const known = [...vectors.slice(0, BEFORE), ...vectors.slice(-BEHIND)];
  return known.every(isNear(SAME_DISTANCE)) ? null : 'mixed';
}

/** Models may read `Umekomi` as the word itself. */
function isAnother(text: string): boolean {
  return text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase() !== PROBE_TEXT;
}

/** 1 − cosine. */
function distance(a: Float32Array, b: Float32Array): number {
  let [dot, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  return 1 - dot / Math.sqrt(left * right);
}
