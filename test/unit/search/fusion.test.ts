import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexCombination, reciprocalRankFusion } from '../../../src/engine/search/fusion.ts';

const semantic = [
  { id: 1, score: 0.9 },
  { id: 2, score: 0.7 },
  { id: 3, score: 0.5 },
];
const lexical = [
  { id: 2, score: 30 },
  { id: 4, score: 10 },
];

describe('reciprocal rank fusion', () => {
  it('is the sum of 1 / (60 + rank), by hand', () => {
    const fused = reciprocalRankFusion([semantic, lexical]);
    expect(fused.map(({ id }) => id)).toEqual([2, 1, 4, 3]);
    expect(fused[0]?.score).toBeCloseTo(1 / 62 + 1 / 61, 12);
    expect(fused[1]?.score).toBeCloseTo(1 / 61, 12);
    expect(fused[2]?.score).toBeCloseTo(1 / 62, 12);
    expect(fused[3]?.score).toBeCloseTo(1 / 63, 12);
  });

  it('gives no bonus for the first rank: scores do not matter', () => {
    const flat = semantic.map(({ id }) => ({ id, score: 0 }));
    expect(reciprocalRankFusion([flat, lexical])).toEqual(
      reciprocalRankFusion([semantic, lexical]),
    );
  });
});

describe('convex combination', () => {
  it('is the weighted sum of min-max normalised scores, by hand; what is missing counts as the worst', () => {
    const fused = convexCombination([
      { list: semantic, weight: 0.4, bounds: null },
      { list: lexical, weight: 0.6, bounds: null },
    ]);
    expect(fused.map(({ id }) => id)).toEqual([2, 1, 3, 4]);
    expect(fused[0]?.score).toBeCloseTo(0.4 * 0.5 + 0.6, 12);
    expect(fused[1]?.score).toBeCloseTo(0.4, 12);
    expect(fused[2]?.score).toBe(0);
    expect(fused[3]?.score).toBe(0);
  });

  it('with bounds is the sum of what scores are worth inside them, by hand', () => {
    const fused = convexCombination([
      { list: semantic, weight: 0.2, bounds: { min: 0.1, max: 1 } },
      { list: lexical, weight: 0.8, bounds: { min: 0, max: 120 } },
    ]);
    expect(fused.map(({ id }) => id)).toEqual([2, 1, 3, 4]);
    expect(fused[0]?.score).toBeCloseTo((0.2 * 0.6) / 0.9 + 0.8 * 0.25, 12);
    expect(fused[1]?.score).toBeCloseTo((0.2 * 0.8) / 0.9, 12);
    expect(fused[2]?.score).toBeCloseTo((0.2 * 0.4) / 0.9, 12);
    expect(fused[3]?.score).toBeCloseTo((0.8 * 10) / 120, 12);
  });

  it('takes a list of one entry, or of equal scores, at its full weight', () => {
    const one = convexCombination([
      { list: [{ id: 1, score: 5 }], weight: 0.5, bounds: null },
      { list: [], weight: 0.5, bounds: null },
    ]);
    expect(one).toEqual([{ id: 1, score: 0.5 }]);
  });
});

describe('for any lists', () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }).chain((ids) =>
    fc
      .array(fc.integer({ min: -50, max: 50 }), { minLength: ids.length, maxLength: ids.length })
      .map((scores) => {
        const sorted = scores.sort((a, b) => b - a);
        return ids.map((id, i) => ({ id, score: sorted[i] ?? 0 }));
      }),
  );

  it('every entry comes once, best first, and one list alone keeps its order', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const ids = new Set([...a, ...b].map(({ id }) => id));
        const convex = convexCombination([
          { list: a, weight: 0.3, bounds: null },
          { list: b, weight: 0.7, bounds: null },
        ]);
        for (const fused of [reciprocalRankFusion([a, b]), convex]) {
          expect(new Set(fused.map(({ id }) => id))).toEqual(ids);
          expect(fused).toHaveLength(ids.size);
          expect(
            fused.every(({ score }, i) => i === 0 || score <= (fused[i - 1]?.score ?? 0)),
          ).toBe(true);
        }
        expect(reciprocalRankFusion([a, []]).map(({ id }) => id)).toEqual(a.map(({ id }) => id));
        const alone = convexCombination([{ list: a, weight: 1, bounds: null }]).map(({ id }) => id);
        expect(alone).toEqual(a.map(({ id }) => id));
      }),
    );
  });
});
