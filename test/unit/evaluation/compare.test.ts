import { describe, expect, it } from 'vitest';
import { type ComparedQuery, compareRuns } from '../../../src/engine/evaluation/compare.ts';

function run(scores: Record<string, number>): ComparedQuery[] {
  return Object.entries(scores).map(([id, x]) => ({
    id,
    scores: { ndcg10: x, recall10: x / 2, recall100: 1, mrr10: 0 },
  }));
}

describe('compareRuns', () => {
  it('pairs queries by id, in whatever order they are', () => {
    const { ndcg10, recall10, recall100 } = compareRuns(
      run({ a: 0.1, b: 0.5, c: 0.9 }),
      run({ c: 1, a: 0.3, b: 0.5 }),
    );
    // Differences .2, 0 and .1
    expect(ndcg10.a).toBeCloseTo(0.5, 12);
    expect(ndcg10.b).toBeCloseTo(0.6, 12);
    expect(ndcg10.difference.mean).toBeCloseTo(0.1, 12);
    expect(recall10.difference.mean).toBeCloseTo(0.05, 12);
    // Of the 8 choices of signs, the 4 with +.2 +.1 and −.2 −.1 are as far: p = 1/2.
    expect(ndcg10.p).toBeGreaterThan(0.48);
    expect(ndcg10.p).toBeLessThan(0.52);
    expect(recall100).toEqual({ a: 1, b: 1, difference: { mean: 0, low: 0, high: 0 }, p: 1 });
  });

  it('is sure of a small difference that every query shows, as unpaired intervals are not', () => {
    const base = Array.from({ length: 50 }, (_, i) => [`q${i}`, (i % 10) / 10] as const);
    const better = base.map(([id, x]) => [id, x + 0.02 + (id.length % 2) * 0.01] as const);
    const { ndcg10 } = compareRuns(run(Object.fromEntries(base)), run(Object.fromEntries(better)));
    expect(ndcg10.difference.low).toBeGreaterThan(0.015);
    expect(ndcg10.p).toBeLessThan(0.001);
  });

  it.each([
    ['another query', run({ a: 1, x: 1 })],
    ['one less', run({ a: 1 })],
    ['one more', run({ a: 1, b: 1, c: 1 })],
    ['none', []],
  ])('refuses runs over different queries: %s', (_, other) => {
    expect(() => compareRuns(run({ a: 1, b: 1 }), other)).toThrow(
      'did not answer the same queries',
    );
  });
});
