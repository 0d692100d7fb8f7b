/** From counted features to the vector: signed feature hashing, a root against bursts, unit length. */

import type { Commonness } from './commonness.ts';
import type { FeatureCounts } from './feature-counts.ts';
import { SEED } from './hashing.ts';
import { addFeature, DIMENSIONS } from './sums.ts';
import type { Translation } from './translation.ts';

/**
 * The vector of the counted features: length {@link DIMENSIONS}, unit norm, never zero.
 *
 * Each feature adds `weight · √count` at two places, with a sign from its hash; then
 * `x ← sign(x) · |x|^.7`, then division by the norm.
 */
export function hashedVector(counts: FeatureCounts): Float32Array {
  const sums = new Float64Array(DIMENSIONS);
  for (let feature = 0; feature < counts.size; feature++) {
    const value = (counts.weights[feature] ?? 0) * Math.sqrt(counts.counts[feature] ?? 0);
    addFeature(sums, counts.hashes[feature] ?? 0, value);
  }
  return toVector(sums);
}

/** {@link hashedVector} with the counted features weighted by their commonness, and a translation's added, if any. */
export function refinedVector(
  counts: FeatureCounts,
  commonness: Commonness,
  translation: Translation | null,
): Float32Array {
  const sums = new Float64Array(DIMENSIONS);
  for (let feature = 0; feature < counts.size; feature++) {
    const hash = counts.hashes[feature] ?? 0;
    const value = (counts.weights[feature] ?? 0) * Math.sqrt(counts.counts[feature] ?? 0);
    addFeature(sums, hash, value * commonness.weightOf(hash));
  }
  translation?.addTo(sums);
  return toVector(sums);
}

function toVector(sums: Float64Array): Float32Array {
  let squares = flatten(sums);
  if (squares === 0) {
    // No feature at all, or only such whose two places cancel each other out.
    addFeature(sums, SEED.empty, 1);
    squares = flatten(sums);
  }
  const norm = Math.sqrt(squares);
  const vector = new Float32Array(DIMENSIONS);
  for (let i = 0; i < DIMENSIONS; i++) {
    vector[i] = (sums[i] ?? 0) / norm;
  }
  return vector;
}

/** Puts every sum to the power of .7, keeping its sign; returns the sum of their squares. */
function flatten(sums: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i] ?? 0;
    if (sum !== 0) {
      const root = seventhTenthsPower(Math.abs(sum));
      sums[i] = sum < 0 ? -root : root;
      squares += root * root;
    }
  }
  return squares;
}

/**
 * x^.7 = √x · ⁵√x for x > 0. Not `Math.pow`, whose last bits ECMAScript leaves to the engine: here only
 * operations that IEEE 754 defines to the last bit, so that vectors are equal on every machine.
 * The fifth root is Halley's iteration from x^¼: relative error below 1e-9 for .001 ≤ x ≤ 100, where nearly
 * all sums are, and below .001 for x ≤ 10⁶.
 */
export function seventhTenthsPower(x: number): number {
  const half = Math.sqrt(x);
  let root = Math.sqrt(half);
  for (let round = 0; round < 3; round++) {
    const squared = root * root;
    const fifth = squared * squared * root;
    root *= (2 * fifth + 3 * x) / (3 * fifth + 2 * x);
  }
  return half * root;
}
