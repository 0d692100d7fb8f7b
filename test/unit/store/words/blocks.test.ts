import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_POSTINGS,
  type Block,
  BlockDamaged,
  checkBlock,
  decodeBlock,
  encodeBlocks,
  LAST_ROW,
  postingsSink,
} from '../../../../src/store/words/blocks.ts';
import { inOrder, type Postings, unionOf } from '../../../../src/store/words/postings.ts';

/** A list, as pairs of row and frequency. */
type Pairs = readonly (readonly [row: number, frequency: number])[];

const pairs = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: LAST_ROW }), fc.integer({ min: 1, max: 255 })), {
    selector: ([row]) => row,
    maxLength: 3000,
  })
  .map((list) => list.sort(([a], [b]) => a - b));

function toPostings(list: Pairs): Postings {
  return {
    rows: Uint32Array.from(list, ([row]) => row),
    frequencies: Uint8Array.from(list, ([, frequency]) => frequency),
  };
}

function decode(blocks: readonly Block[]): Postings {
  const sink = postingsSink(blocks.reduce((sum, { count }) => sum + count, 0));
  for (const block of blocks) {
    checkBlock(block);
    decodeBlock(block, sink);
  }
  return { rows: sink.rows, frequencies: sink.frequencies };
}

describe('blocks of postings', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const postings = toPostings(list);
        const blocks = encodeBlocks(postings);
        expect(blocks.length).toBe(Math.ceil(list.length / BLOCK_POSTINGS));
        expect(decode(blocks)).toEqual(postings);
      }),
    );
  });

  it('take a byte for a near row with one occurrence', () => {
    const near = Array.from({ length: BLOCK_POSTINGS }, (_, i) => [5 + 3 * i, 1] as const);
    const [block, ...others] = encodeBlocks(toPostings(near));
    expect(others).toEqual([]);
    expect(block).toMatchObject({ first: 5, count: BLOCK_POSTINGS });
    expect(block?.data.length).toBe(BLOCK_POSTINGS);
  });

  it('of other bytes are refused, or are a list in order', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(LAST_ROW), fc.nat(45), bytes, (first, count, data) => {
        try {
          const { rows } = decode([{ first, count, data }]);
          expect(rows).toEqual(Uint32Array.from(new Set(rows)).sort());
          expect(rows.at(-1)).toBeLessThanOrEqual(LAST_ROW);
        } catch (error) {
          expect(error).toBeInstanceOf(BlockDamaged);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [-1, 1],
    [0.5, 1],
    [LAST_ROW + 1, 1],
    [0, 0],
    [0, 2],
    [0, BLOCK_POSTINGS + 1],
    [Number.NaN, 1],
  ])('that begin at %d and count %d are refused before room is made', (first, count) => {
    expect(() => checkBlock({ first, count, data: Uint8Array.of(0) })).toThrow(BlockDamaged);
  });
});

describe('several lists as one', () => {
  it('have the sums of their frequencies, up to 255', () => {
    const narrow = fc.array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 200 })), {
      maxLength: 60,
    });
    const wide = fc.array(fc.tuple(fc.nat(LAST_ROW), fc.integer({ min: 1, max: 200 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(narrow, wide), { maxLength: 4 }), (lists) => {
        const sums = new Map<number, number>();
        for (const [row, frequency] of lists.flat()) {
          sums.set(row, Math.min(255, (sums.get(row) ?? 0) + frequency));
        }
        const expected = toPostings([...sums].sort(([a], [b]) => a - b));
        expect(unionOf(lists.map((list) => inOrder(toPostings(list))))).toEqual(expected);
      }),
    );
  });
});
