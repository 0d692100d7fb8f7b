import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndcg, recall, reciprocalRank } from '../../../src/engine/evaluation/measures.ts';

const one = new Map([['a', 1]]);
const graded = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 1],
]);

describe('ndcg', () => {
  it('is 1 / log2(rank + 1) for one relevant document', () => {
    expect(ndcg(['a', 'x'], one, 10)).toBe(1);
    // Rank 2: 1 / log2(3) = 0.63093
    expect(ndcg(['x', 'a'], one, 10)).toBeCloseTo(0.63093, 5);
    // Rank 3: 1 / log2(4)
    expect(ndcg(['x', 'y', 'a'], one, 10)).toBe(0.5);
  });

  it('takes gains as they are, not 2^gain - 1', () => {
    // DCG = 1/1 + 0/1.58496 + 3/2 = 2.5; ideal = 3/1 + 2/1.58496 + 1/2 = 4.76186
    expect(ndcg(['c', 'x', 'a'], graded, 10)).toBeCloseTo(0.525005, 5);
  });

  it('compares with the best ranking of all judged documents, also of those not found', () => {
    // DCG = 3; ideal of 2 places = 3 + 2/1.58496 = 4.26186
    expect(ndcg(['a'], graded, 2)).toBeCloseTo(0.703918, 5);
  });

  it('looks at k places only', () => {
    expect(ndcg(['x', 'a'], one, 1)).toBe(0);
    expect(ndcg(['a', 'b', 'c', 'x'], graded, 3)).toBe(1);
  });

  it('counts a repeated document once, and nothing for documents judged as not relevant', () => {
    // DCG = 3/1 + 0 + 2/2 = 4; ideal = 4.76186
    expect(ndcg(['a', 'a', 'b'], graded, 3)).toBeCloseTo(0.840008, 5);
    expect(ndcg(['z'], new Map([['z', 0]]), 10)).toBe(0);
    expect(ndcg(['z', 'a'], new Map([...one, ['z', -1]]), 10)).toBeCloseTo(0.63093, 5);
  });

  it('is 0 without relevant documents, never NaN', () => {
    expect(ndcg(['a'], new Map(), 10)).toBe(0);
    expect(ndcg([], one, 10)).toBe(0);
  });
});

describe('recall', () => {
  it('divides by all relevant documents, never by min(k, relevant)', () => {
    expect(recall(['a', 'b'], graded, 2)).toBeCloseTo(2 / 3, 10);
    expect(recall(['a', 'b', 'x', 'c'], graded, 4)).toBe(1);
    expect(recall(['a', 'a', 'a'], graded, 3)).toBeCloseTo(1 / 3, 10);
    expect(recall(['a'], new Map(), 10)).toBe(0);
  });
});

describe('reciprocalRank', () => {
  it('is 1 / rank of the first relevant document, 0 behind place k', () => {
    expect(reciprocalRank(['a'], graded, 10)).toBe(1);
    expect(reciprocalRank(['x', 'y', 'z', 'b', 'a'], graded, 10)).toBe(0.25);
    expect(reciprocalRank(['x', 'y', 'z', 'b'], graded, 3)).toBe(0);
  });
});

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const rankings = fc.uniqueArray(ids);
const judgements = fc
  .array(fc.tuple(ids, fc.integer({ min: -1, max: 3 })))
  .map((all) => new Map(all));

describe('every measure', () => {
  it('stays within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.array(ids),
        judgements,
        fc.integer({ min: 1, max: 8 }),
        (ranking, judged, k) => {
          for (const measure of [ndcg, recall, reciprocalRank]) {
            const value = measure(ranking, judged, k);
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1 + 1e-12);
          }
        },
      ),
    );
  });

  it('never falls when the most relevant document is put first', () => {
    fc.assert(
      fc.property(rankings, judgements, fc.integer({ min: 1, max: 8 }), (ranking, judged, k) => {
        const best = [...judged].sort((a, b) => b[1] - a[1])[0];
        fc.pre(best !== undefined && best[1] > 0);
        const better = [best![0], ...ranking.filter((id) => id !== best![0])];
        for (const measure of [ndcg, recall, reciprocalRank]) {
          const before = measure(ranking, judged, k);
          expect(measure(better, judged, k)).toBeGreaterThanOrEqual(before - 1e-12);
        }
      }),
    );
  });
});
