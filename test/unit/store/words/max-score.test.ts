/** The best rows against a scorer that adds up everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impactScale } from '../../../../src/store/words/bm25.ts';
import { impactList } from '../../../../src/store/words/impact-list.ts';
import { bestRows, type WeightedList } from '../../../../src/store/words/max-score.ts';
import { inOrder } from '../../../../src/store/words/postings.ts';
import { lengthCode, newLengths } from '../../../../src/store/words/row-lengths.ts';
import { maskOf, type RowMask } from '../../../../src/store/words/row-mask.ts';

const LAST = 9000;

interface Made {
  readonly density: number;
  readonly seed: number;
  readonly weight: number;
  /** Every posting alike: many ties. */
  readonly flat: boolean;
}

/** A list of rows at random: dense ones have windows, thin ones are walked through. */
function makeList({ density, seed, weight, flat }: Made): WeightedList {
  let state = seed | 1;
  const next = (): number => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    return (state >>> 8) / 2 ** 24;
  };
  const rows: number[] = [];
  for (let row = 0; row <= LAST; row++) if (next() < density) rows.push(row);
  const frequencies = Uint8Array.from(rows, () => (flat ? 1 : 1 + Math.floor(next() ** 4 * 9)));
  const lengths = newLengths();
  for (const row of rows) lengths.set(row, lengthCode(flat ? 20 : 5 + (Math.imul(row, 7) & 63)));
  const scale = impactScale(rows.length, { rows: LAST + 1, meanLength: 30 });
  const postings = inOrder({ rows: Uint32Array.from(rows), frequencies });
  return { list: impactList(postings, lengths, scale), weight };
}

/** Every list added up; the k best and those that score like the last. */
function addAll(
  lists: readonly WeightedList[],
  k: number,
  mask: RowMask | null,
): [number, number][] {
  const scores = new Map<number, number>();
  for (const { list, weight } of lists) {
    for (const [i, row] of list.rows.entries()) {
      if (mask?.has(row) === false) continue;
      scores.set(row, (scores.get(row) ?? 0) + weight * (list.impacts[i] ?? 0));
    }
  }
  const sorted = [...scores].sort(([rowA, a], [rowB, b]) => b - a || rowA - rowB);
  const least = sorted[k - 1]?.[1] ?? 0;
  return sorted.filter(([, score]) => score >= least);
}

const made = fc.record({
  density: fc.constantFrom(0, 0.0003, 0.01, 0.1, 0.5, 0.95),
  ...{ seed: fc.nat(), weight: fc.integer({ min: 1, max: 2 }), flat: fc.boolean() },
});

const masks = fc.option(
  fc.record({ step: fc.constantFrom(1, 2, 37, 500, 20_000), isCheap: fc.boolean() }),
);

function toMask(wish: { step: number; isCheap: boolean } | null): RowMask | null {
  if (wish === null) return null;
  const rows = Array.from({ length: LAST + 1 }, (_, row) => row).filter(
    (row) => row % wish.step === 0,
  );
  const mask = maskOf(rows, LAST);
  return wish.isCheap ? mask : { isCheap: false, has: mask.has, countIn: () => 2048 };
}

describe('the best rows', () => {
  it('are those of a scorer that adds up everything, to the last bit', () => {
    fc.assert(
      fc.property(
        fc.array(made, { maxLength: 7 }),
        fc.constantFrom(1, 3, 10, 200, 20_000),
        masks,
        (wishes, k, wish) => {
          const lists = wishes.map(makeList);
          const mask = toMask(wish);
          const found = bestRows(lists, { k, mask }).map(({ row, score }) => [row, score]);
          const inRank = found.sort(([rowA, a], [rowB, b]) => b! - a! || rowA! - rowB!);
          expect(inRank).toEqual(addAll(lists, k, mask));
        },
      ),
      { numRuns: 150 },
    );
  });
});
