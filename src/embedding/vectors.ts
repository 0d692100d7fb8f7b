/**
 * Every vector is looked at before anyone may store it: a zero or NaN vector ranks first in
 * sqlite-vec, and servers answer with them under status 200.
 */

/** What is wrong with a vector; null if nothing. */
export type VectorFault = 'dimensions' | 'not-finite' | 'zero';

/**
 * Below this norm a vector has no direction worth keeping. Float32 keeps full precision down to
 * 1.2e-38 per component; servers answer with unit vectors, so anything this small is a failure.
 */
const MIN_NORM = 1e-12;

/**
 * Looks at one vector.
 *
 * @param dimensions - the length it must have; null accepts any but 0.
 */
export function findVectorFault(
  vector: Float32Array,
  dimensions: number | null,
): VectorFault | null {
  if (vector.length === 0 || (dimensions !== null && vector.length !== dimensions)) {
    return 'dimensions';
  }
  const norm = normOf(vector);
  if (!Number.isFinite(norm)) return 'not-finite';
  return norm < MIN_NORM ? 'zero' : null;
}

/**
 * A copy of length 1 in a buffer of its own (never a view of a larger one, whose `buffer` would
 * be the whole batch).
 */
export function toUnitVector(vector: Float32Array): Float32Array {
  const norm = normOf(vector);
  const unit = new Float32Array(vector.length);
  for (let i = 0; i < vector.length; i++) unit[i] = (vector[i] ?? 0) / norm;
  return unit;
}

/** Euclidean length, summed in double precision; NaN or Infinity if a component is. */
function normOf(vector: Float32Array): number {
  let sum = 0;
  // By index: 0.7 µs for 1024 dimensions, 4.5 by iterator.
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] ?? 0;
    sum += value * value;
  }
  return Math.sqrt(sum);
}
