import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSkipList } from '../../../src/files/skips.ts';
import type { Skip } from '../../../src/model/types.ts';

const skip = fc.record({
  path: fc.string(),
  reason: fc.constantFrom('hidden', 'extension', 'symlink'),
}) as fc.Arbitrary<Skip>;

describe('the skip list', () => {
  it('counts all, lists the first of each reason in path order, whatever the order they came in', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(skip, { selector: (one) => one.path }),
        fc.integer({ min: 1, max: 5 }),
        (skips, limit) => {
          const list = createSkipList(limit);
          for (const one of skips) list.add(one);
          const byPath = [...skips].sort((a, b) => (a.path < b.path ? -1 : 1));
          const expected = byPath.filter(
            (one) => byPath.filter(({ reason }) => reason === one.reason).indexOf(one) < limit,
          );
          expect(list.listed()).toEqual(expected);
          const total = Object.values(list.counts()).reduce((sum, count) => sum + count, 0);
          expect(total).toBe(skips.length);
        },
      ),
    );
  });
});
