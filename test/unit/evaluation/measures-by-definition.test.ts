/**
 * The measures against their definitions, computed another way: the ideal ranking is the best of all
 * rankings that there are, ranks are looked for document by document. (No package on npm does this
 * well enough to depend on.)
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Judgements,
  ndcg,
  recall,
  reciprocalRank,
} from '../../../src/engine/evaluation/measures.ts';

function* permutations<T>(all: readonly T[]): Generator<T[]> {
  if (all.length === 0) yield [];
  for (const [i, first] of all.entries()) {
    for (const rest of permutations([...all.slice(0, i), ...all.slice(i + 1)])) {
      yield [first, ...rest];
    }
  }
}

/** Σ over documents, not over places. */
function dcg(ranking: readonly string[], judged: Judgements, k: number): number {
  let sum = 0;
  for (const [id, gain] of judged) {
    const rank = ranking.indexOf(id) + 1;
    if (gain > 0 && rank >= 1 && rank <= k) sum += gain / (Math.log(rank + 1) / Math.LN2);
  }
  return sum;
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const cases = fc.record({
  ranking: fc.shuffledSubarray(ids),
  judged: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.integer({ min: -1, max: 3 })), {
      selector: ([id]) => id,
      maxLength: 5,
    })
    .map((all): Judgements => new Map(all)),
  k: fc.integer({ min: 1, max: 8 }),
});

it('are what their definitions say', () => {
  fc.assert(
    fc.property(cases, ({ ranking, judged, k }) => {
      const relevant = [...judged].filter(([, gain]) => gain > 0).map(([id]) => id);
      const top = new Set(ranking.slice(0, k));
      const ideal = Math.max(...[...permutations(relevant)].map((best) => dcg(best, judged, k)));
      const ranks = relevant.map((id) => ranking.indexOf(id) + 1).filter((r) => r >= 1 && r <= k);

      expect(ndcg(ranking, judged, k)).toBeCloseTo(
        relevant.length === 0 ? 0 : dcg(ranking, judged, k) / ideal,
        10,
      );
      expect(recall(ranking, judged, k)).toBeCloseTo(
        relevant.length === 0 ? 0 : relevant.filter((id) => top.has(id)).length / relevant.length,
        10,
      );
      expect(reciprocalRank(ranking, judged, k)).toBe(
        ranks.length === 0 ? 0 : 1 / Math.min(...ranks),
      );
    }),
    { numRuns: 500 },
  );
});
