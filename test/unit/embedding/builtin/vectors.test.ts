import { describe, expect, it } from 'vitest';
import { FeatureCounts } from '../../../../src/embedding/builtin/feature-counts.ts';
import { position, SEED } from '../../../../src/embedding/builtin/hashing.ts';
import { DIMENSIONS } from '../../../../src/embedding/builtin/sums.ts';
import { hashedVector, seventhTenthsPower } from '../../../../src/embedding/builtin/vectors.ts';

const component = (hash: number, turn: 1 | 2) => (position(hash, turn) & 0x7fffffff) % DIMENSIONS;
const sign = (hash: number, turn: 1 | 2) => (position(hash, turn) < 0 ? -1 : 1);

/** A vector of features given as [hash, weight, count]. */
function vectorOf(...features: [number, number, number][]): Float32Array {
  const counts = new FeatureCounts();
  for (const [hash, weight, count] of features) {
    for (let i = 0; i < count; i++) counts.add(hash, weight);
  }
  return hashedVector(counts);
}

describe('hashedVector', () => {
  it('puts a feature at two places with the signs of its hash', () => {
    const vector = vectorOf([1, 0.5, 1]);
    expect(component(1, 1)).not.toBe(component(1, 2));
    expect(vector[component(1, 1)]).toBeCloseTo(sign(1, 1) * Math.SQRT1_2, 6);
    expect(vector[component(1, 2)]).toBeCloseTo(sign(1, 2) * Math.SQRT1_2, 6);
    expect(vector.filter((value) => value !== 0)).toHaveLength(2);
  });

  it('weighs a feature by weight · √count to the power of .7', () => {
    const vector = vectorOf([1, 0.5, 9], [2, 1, 1]);
    const ratio = Math.abs(vector[component(1, 1)]! / vector[component(2, 1)]!);
    expect(ratio).toBeCloseTo((0.5 * 3) ** 0.7, 5);
  });

  it('is never zero: not without features, not when the two places of the only one cancel out', () => {
    const empty = vectorOf();
    const cancelling = Array.from({ length: 100_000 }, (_, hash) => hash).find(
      (hash) => component(hash, 1) === component(hash, 2) && sign(hash, 1) !== sign(hash, 2),
    );
    expect(cancelling).toBeDefined();
    expect(vectorOf([cancelling!, 1, 1])).toEqual(empty);
    expect(empty).toEqual(vectorOf([SEED.empty, 1, 1]));
    expect(Math.hypot(...empty)).toBeCloseTo(1, 6);
  });
});

describe('seventhTenthsPower', () => {
  it.each([
    [0.001, 100, 1e-9],
    [100, 1e6, 1e-3],
  ])('is x^.7 between %d and %d to a relative error of %d', (from, to, error) => {
    for (let x = from; x <= to; x *= 1.01) {
      expect(Math.abs(seventhTenthsPower(x) / x ** 0.7 - 1)).toBeLessThan(error);
    }
  });
});
