/** Posting lists as ranking reads them: rows with the impact of a term on their scores. */
import type { ImpactOf } from './bm25.ts';
import type { Postings } from './postings.ts';
import { lengthOf, type RowLengths } from './row-lengths.ts';

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

/** Where the impacts of rows come from. */
export interface ImpactSource {
  readonly lengths: RowLengths;
  readonly impactOf: ImpactOf;
}

/** Lists the impacts of a term. */
export function impactList(postings: Postings, { lengths, impactOf }: ImpactSource): ImpactList {
  const { rows, frequencies } = postings;
  const impacts = new Float32Array(rows.length);
  let most = 0;
  for (let i = 0; i < rows.length; i++) {
    const length = lengthOf(lengths.codeOf(rows[i] as number));
    const impact = impactOf(length, frequencies[i] as number);
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
  let window = 0;
  for (let i = 0; i < rows.length; i++) {
    const own = (rows[i] as number) >>> WINDOW_BITS;
    while (window < own) starts[++window] = i;
    if ((impacts[i] as number) > (most[own] as number)) most[own] = impacts[i] as number;
  }
  starts[count] = rows.length;
  return { starts, most };
}

/** Bytes that a list takes in memory. */
export function sizeOfList({ rows, windows }: ImpactList): number {
  return 128 + 8 * rows.length + (windows === null ? 0 : 8 * windows.most.length);
}
