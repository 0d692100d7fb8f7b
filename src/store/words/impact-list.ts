/** Posting lists as ranking reads them: rows with the impact of a term on their scores. */
import { type ImpactScale, impactOf } from './bm25.ts';
import type { Postings } from './postings.ts';
import { lengthOf, NO_ROW, PAGE_BITS, PAGE_ROWS, type RowLengths } from './row-lengths.ts';

/** Rows are ranked in windows of so many neighbours: 2^11. Their scores stay in the processor's cache. */
export const WINDOW_BITS = 11;
export const WINDOW_ROWS: number = 1 << WINDOW_BITS;

/** A term's rows and impacts. */
export interface ImpactList {
  /** Ascending, each once. */
  readonly rows: Uint32Array;
  /** Of each row; above 0. */
  readonly impacts: Float32Array;
  /** The largest impact; 0 of an empty list. */
  readonly most: number;
  /** The same by window; null for a short list, which is walked through. */
  readonly windows: ListWindows | null;
}

/** A long list by windows. */
export interface ListWindows {
  /** Where the rows of each window begin; one more than there are windows. */
  readonly starts: Uint32Array;
  /** The largest impact in each. */
  readonly most: Float32Array;
}

/** Impacts of frequencies below 2^5 and lengths below 2^9 are kept once they were computed. */
const KEPT = { frequencyBits: 5, lengthBits: 9 };

/** Postings from which that pays. */
const LONG = 8192;

/**
 * Lists the impacts of a term. A list is read by every query that is not the first to ask for it, so what
 * there is to know of its windows is found here.
 */
export function impactList(
  { rows, frequencies }: Postings,
  lengths: RowLengths,
  scale: ImpactScale,
): ImpactList {
  const impacts = new Float32Array(rows.length);
  const known = new Float32Array(
    rows.length < LONG ? 0 : 1 << (KEPT.frequencyBits + KEPT.lengthBits),
  );
  let most = 0;
  let number = -1;
  let page = lengths.pageAt(0);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    // Called for every posting, it would take as long as all the rest.
    if (row >>> PAGE_BITS !== number) {
      number = row >>> PAGE_BITS;
      page = lengths.pageAt(number);
    }
    const length = lengthOf(page[row & (PAGE_ROWS - 1)] ?? NO_ROW);
    const frequency = frequencies[i] as number;
    const at = (frequency << KEPT.lengthBits) | length;
    const isKept = at < known.length && length >>> KEPT.lengthBits === 0;
    let impact = isKept ? (known[at] as number) : 0;
    if (impact === 0) {
      impact = impactOf(scale, frequency, length);
      if (isKept) known[at] = impact;
    }
    impacts[i] = impact;
    if (impact > most) most = impact;
  }
  const windows = rows.length > WINDOW_ROWS ? windowsOf(rows, impacts) : null;
  return { rows, impacts, most, windows };
}

function windowsOf(rows: Uint32Array, impacts: Float32Array): ListWindows {
  const count = ((rows.at(-1) ?? 0) >>> WINDOW_BITS) + 1;
  const starts = new Uint32Array(count + 1);
  const most = new Float32Array(count);
  let at = 0;
  for (let window = 0; window < count; window++) {
    starts[window] = at;
    const end = (window + 1) << WINDOW_BITS;
    let largest = 0;
    for (; at < rows.length && (rows[at] as number) < end; at++) {
      if ((impacts[at] as number) > largest) largest = impacts[at] as number;
    }
    most[window] = largest;
  }
  starts[count] = rows.length;
  return { starts, most };
}

/** Bytes that a list takes in memory. */
export function sizeOfList({ rows, windows }: ImpactList): number {
  return 128 + 8 * rows.length + (windows === null ? 0 : 8 * windows.most.length);
}
