/** Which rows a filter keeps, with the number of them in each window. */
import { WINDOW_BITS } from './impact-list.ts';

/** A set of rows. */
export interface RowMask {
  /** True if it can be asked about every row; otherwise only those that could be among the best are. */
  readonly isCheap: boolean;
  has(row: number): boolean;
  /** How many rows of a window are in it, or could be. */
  countIn(window: number): number;
}

/** A mask of the rows that are listed, in any order. Takes a byte for each id up to the largest. */
export function maskOf(rows: Iterable<number>, last: number): RowMask {
  const kept = new Uint8Array(last + 1);
  const counts = new Uint16Array((last >>> WINDOW_BITS) + 1);
  for (const row of rows) {
    if (row > last || kept[row] === 1) continue;
    kept[row] = 1;
    counts[row >>> WINDOW_BITS] = (counts[row >>> WINDOW_BITS] ?? 0) + 1;
  }
  return {
    isCheap: true,
    has: (row) => kept[row] === 1,
    countIn: (window) => counts[window] ?? 0,
  };
}
