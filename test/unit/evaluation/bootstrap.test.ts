/** Intervals and p-values against every possible sample, where these can be counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapMean, signFlipP } from '../../../src/engine/evaluation/bootstrap.ts';

/** The means of all n^n samples with replacement, ascending. */
function everySampleMean(values: readonly number[]): number[] {
  const n = values.length;
  return Array.from({ length: n ** n }, (_, code) => {
    let sum = 0;
    for (let i = 0, rest = code; i < n; i++, rest = Math.floor(rest / n)) sum += values[rest % n]!;
    return sum / n;
  }).sort((a, b) => a - b);
}

/** The share of all 2^n choices of signs whose mean is as far from 0 as the real one. */
function everySignFlip(differences: readonly number[]): number {
  const n = differences.length;
  const distance = (code: number): number =>
    Math.abs(differences.reduce((sum, d, i) => sum + ((code >> i) & 1 ? -d : d), 0));
  const all = Array.from({ length: 2 ** n }, (_, code) => distance(code));
  return all.filter((d) => d >= distance(0) - 1e-9).length / all.length;
}

describe('bootstrapMean', () => {
  it.each([[[0, 0.5, 1, 1, 0.25]], [[1, 0, 0, 0, 0, 0]], [[0.1, 0.2, 0.3, 0.4, 0.5, 0.9]]])(
    'has the interval of all possible samples of %j',
    (values) => {
      const all = everySampleMean(values);
      const { mean, low, high } = bootstrapMean(values, { resamples: 20_000 });
      expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 12);
      // Samples of so few values have steps: one step beside the exact end is the same end.
      const below = all.findLast((m) => m < all[Math.floor(0.025 * all.length)]! - 1e-9) ?? all[0]!;
      const above = all.find((m) => m > all[Math.ceil(0.975 * all.length)]! + 1e-9) ?? all.at(-1)!;
      expect(low).toBeGreaterThanOrEqual(below - 1e-9);
      expect(low).toBeLessThanOrEqual(all[Math.floor(0.035 * all.length)]! + 1e-9);
      expect(high).toBeLessThanOrEqual(above + 1e-9);
      expect(high).toBeGreaterThanOrEqual(all[Math.floor(0.965 * all.length)]! - 1e-9);
    },
  );

  it('comes near the normal interval of many values', () => {
    const values = Array.from({ length: 400 }, (_, i) => ((i * 7919) % 400) / 400);
    const variance = values.reduce((sum, v) => sum + (v - 0.49875) ** 2, 0) / 400;
    const { low, high } = bootstrapMean(values);
    const half = 1.96 * Math.sqrt(variance / 400);
    expect(high - low).toBeGreaterThan(2 * half * 0.9);
    expect(high - low).toBeLessThan(2 * half * 1.1);
  });

  it('gives the same answer every time, and another for another seed', () => {
    const values = [0, 1, 0.5, 0.2, 0.9, 0.33, 0.71];
    expect(bootstrapMean(values)).toEqual(bootstrapMean([...values]));
    const ends = new Set([1, 2, 3, 4].map((seed) => bootstrapMean(values, { seed }).low));
    expect(ends.size).toBeGreaterThan(1);
  });

  it('holds the mean between its ends, and is a point where all values are one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8 }), (all) => {
        const { low, high } = bootstrapMean(all, { resamples: 200 });
        expect(low).toBeGreaterThanOrEqual(Math.min(...all) - 1e-12);
        expect(high).toBeLessThanOrEqual(Math.max(...all) + 1e-12);
        expect(low).toBeLessThanOrEqual(high);
      }),
      { numRuns: 50 },
    );
    expect(bootstrapMean([0.5, 0.5, 0.5])).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  it('refuses to have a mean of nothing', () => {
    expect(() => bootstrapMean([])).toThrow(RangeError);
    expect(() => signFlipP([])).toThrow(RangeError);
  });
});

describe('signFlipP', () => {
  it.each([
    [[0.1, 0.2, 0.3, 0.1, 0.2]],
    [[0.5, -0.1, 0.3, 0, 0, 0.2, -0.05, 0.4]],
    [[1, -1, 1, -1]],
    [[0.9, 0.8, 0.7, 0.9, 0.6, 0.8, 0.9, 0.7, 0.5, 0.3]],
  ])('is the share of all possible signs of %j', (differences) => {
    const exact = everySignFlip(differences);
    const p = signFlipP(differences, { resamples: 40_000 });
    // Four standard errors of a share of 40,000.
    expect(Math.abs(p - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 40_000) + 1e-4);
  });

  it('is 1 without a difference, never 0, and the same whichever run comes first', () => {
    expect(signFlipP([0, 0, 0])).toBe(1);
    const clear = Array.from({ length: 60 }, (_, i) => 0.2 + (i % 5) / 10);
    expect(signFlipP(clear, { resamples: 999 })).toBe(0.001);
    expect(signFlipP([0.3, -0.1, 0.2])).toBe(signFlipP([-0.3, 0.1, -0.2]));
  });
});
