/**
 * A known word among other texts, to find servers whose vectors are right one by one and wrong together: in
 * another order than the texts, one for all of them, or rounded to whole numbers. Each looks like an answer.
 * Pure.
 */
import { PROBE_TEXT } from './embed-request.ts';

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

/** Texts to be asked for, with the known word among them. */
export interface AmongKnown {
  /** As many as there are texts: a request holds no more than its caller wants. */
  readonly sent: readonly string[];
  /** Where the texts stand in it; end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Texts that found no room. */
  readonly rest: readonly string[];
}

/**
 * Puts the known word before the texts and twice behind them. In another order (reversed, rotated, sorted by
 * length) one of these places holds the vector of another text. Among few texts there is room for the first alone.
 *
 * @param texts at least two: a single one is in no order
 */
export function amongKnown(texts: readonly string[]): AmongKnown {
  const behind = texts.length > 4 ? 2 : 0;
  const end = texts.length - behind;
  const known = Array<string>(behind).fill(PROBE_TEXT);
  const own = texts.slice(0, end - 1);
  return { sent: [PROBE_TEXT, ...own, ...known], start: 1, end, rest: texts.slice(end - 1) };
}

/**
 * Looks at an answer. Vectors must not be zero, must be equally long, and need not have length 1.
 *
 * @param sent what was asked for; the known word anywhere in it must have its vector
 * @param alone the word's vector from a request of its own
 */
export function findSpotFault(
  sent: readonly string[],
  vectors: readonly Float32Array[],
  alone: Float32Array,
): SpotFault | null {
  if (vectors.every((vector) => vector.every(Number.isInteger))) return 'whole-numbers';
  const isNear = (most: number) => (vector: Float32Array) => distance(vector, alone) <= most;
  if (sent.some(isAnother) && vectors.every(isNear(ALIKE_DISTANCE))) return 'alike';
  const known = vectors.filter((_, i) => sent[i] === PROBE_TEXT);
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
