import { describe, expect, it } from 'vitest';
import {
  type ComparedQuery,
  changedQueries,
  compareRuns,
} from '../../../src/engine/evaluation/compare.ts';

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

  it('refuses a run that asked something else under the same ids', () => {
    const asked = (text: string): ComparedQuery[] => run({ a: 1 }).map((q) => ({ ...q, text }));
    expect(() => compareRuns(asked('red'), asked('green'))).toThrow('1 of 1 queries');
    expect(compareRuns(asked('red'), run({ a: 1 })).ndcg10.p).toBe(1);
  });

  it('refuses a run that has an id twice', () => {
    const [query] = run({ a: 1 });
    expect(() => compareRuns([query!, query!], run({ a: 1, b: 1 }))).toThrow('the same queries');
  });

  // By hand, of all choices of signs: the share whose sum is as far from 0 as the real one.
  it.each([
    [[0.1, 0.2, 0.3], 2 / 8],
    [[0.1, 0.2, -0.3], 8 / 8],
    [[0.4, 0.4, -0.2], 4 / 8],
    [[0.5, 0.5, 0.5, 0.5], 2 / 16],
    [[0.5, 0, 0, 0], 1],
    [[0.4, 0.3, 0.2, 0.1, 0.1], 2 / 32],
  ])('has the p-value of differences %j', (differences, exact) => {
    const named = differences.map((d, i) => [`q${i}`, d] as const);
    const base = Object.fromEntries(named.map(([id]) => [id, 0.5]));
    const other = Object.fromEntries(named.map(([id, d]) => [id, 0.5 + d]));
    // Three standard errors of a share of 10,000.
    const error = 3 * Math.sqrt((exact * (1 - exact)) / 10_000) + 1e-4;
    expect(Math.abs(compareRuns(run(base), run(other)).ndcg10.p - exact)).toBeLessThan(error);
  });
});

describe('changedQueries', () => {
  it('has those that gained and those that lost, the largest difference first', () => {
    const a = run({ same: 0.5, up: 0.2, top: 0, down: 1, less: 0.4, also: 0.4 });
    const b = run({ same: 0.5, up: 0.3, top: 1, down: 0.9, less: 0, also: 0 });
    expect(changedQueries(a, b, 'ndcg10')).toEqual({
      gained: [
        { id: 'top', a: 0, b: 1 },
        { id: 'up', a: 0.2, b: 0.3 },
      ],
      lost: [
        { id: 'also', a: 0.4, b: 0 },
        { id: 'less', a: 0.4, b: 0 },
        { id: 'down', a: 1, b: 0.9 },
      ],
    });
    expect(changedQueries(a, b, 'mrr10')).toEqual({ gained: [], lost: [] });
  });
});
