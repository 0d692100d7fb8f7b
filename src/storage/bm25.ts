/**
 * Ranks rows by BM25 as FTS5 has it (Robertson & Zaragoza 2009; k1 = 1.2, b = .75), from posting lists.
 * FTS5 itself takes 1 to 2 µs a row, most of it to look up how long the row is; here that is done for
 * the few rows that can be among the best.
 */
import type { Postings } from './postings.ts';

/** FTS5's own constants; the last one is the weight of a term that most rows have. */
const K1 = 1.2;
const B = 0.75;
const LEAST_INVERSE = 1e-6;

/** Steps in which estimates are told apart. */
const STEPS = 4096;

/** A term's rows, and what the term weighs. */
export interface WeightedList {
  readonly postings: Postings;
  /** How often the term counts. */
  readonly weight: number;
  /** Of {@link inverseFrequency}. */
  readonly inverse: number;
}

/** The weight of a term that stands in so many of the rows, as FTS5 computes it. */
export function inverseFrequency(having: number, rows: number): number {
  const inverse = Math.log((rows - having + 0.5) / (having + 0.5));
  // NaN of a damaged table is none either.
  return inverse > 0 ? inverse : LEAST_INVERSE;
}

/** BM25's limit for a term that stands in so many of the rows. */
export function limitOf(having: number, rows: number): number {
  return (K1 + 1) * inverseFrequency(having, rows);
}

/** What a term adds to a row's score. `length` is 1 for a row of mean length. */
function gainOf(inverse: number, frequency: number, length: number): number {
  return inverse * ((frequency * (K1 + 1)) / (frequency + K1 * (1 - B + B * length)));
}

/** What rows would score if all were of mean length. */
export interface Estimates {
  /** By row id; rows that have none of the terms are at 0, candidates below it. */
  readonly sums: Float32Array;
  /** Rows that have a term. */
  readonly touched: readonly Uint32Array[];
  add(list: WeightedList): void;
  /** Leaves rows out of `touched`. */
  keep(filter: { accepts(row: number): boolean }): void;
  /** Number of rows in `touched`. */
  count(): number;
}

/** Starts without terms; ids of rows go up to `lastRow`. */
export function emptyEstimates(lastRow: number): Estimates {
  const sums = new Float32Array(lastRow + 1);
  const touched: Uint32Array[] = [];
  let total = 0;
  return {
    sums,
    touched,
    count: () => total,
    keep: (filter) => {
      for (const [i, rows] of touched.entries()) {
        touched[i] = rows.filter((row) => filter.accepts(row));
      }
      total = touched.reduce((sum, rows) => sum + rows.length, 0);
    },
    add: ({ weight, inverse, postings: { count, rows, frequencies } }) => {
      const gains = Float32Array.from({ length: 256 }, (_, f) => weight * gainOf(inverse, f, 1));
      const fresh = new Uint32Array(count);
      let found = 0;
      for (let i = 0; i < count; i++) {
        const row = rows[i] as number;
        const sum = sums[row] as number;
        if (sum === 0) fresh[found++] = row;
        sums[row] = sum + (gains[Math.min(255, frequencies[i] as number)] as number);
      }
      touched.push(fresh.subarray(0, found));
      total += found;
    },
  };
}

/**
 * The rows with the largest estimates, at least as many as wanted if there are: those of about the same
 * estimate as the last one are all among them, so that it is not chance which are.
 *
 * @param most no estimate is above it
 */
export function largest({ sums, touched }: Estimates, wanted: number, most: number): number[] {
  const scale = (STEPS - 1) / most;
  const sizes = new Uint32Array(STEPS);
  for (const rows of touched) {
    for (let i = 0; i < rows.length; i++) {
      const step = ((sums[rows[i] as number] as number) * scale) | 0;
      sizes[step] = (sizes[step] as number) + 1;
    }
  }
  let lowest = STEPS - 1;
  for (let n = sizes[lowest] ?? 0; lowest > 0 && n < wanted; n += sizes[lowest] ?? 0) lowest -= 1;
  const least = lowest / scale;
  const found: number[] = [];
  for (const rows of touched) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if ((sums[row] as number) >= least) found.push(row);
    }
  }
  return found.sort((a, b) => a - b);
}

/** Marks rows as candidates: only they have an estimate below 0, from which {@link scoreRows} tells them. */
export function markCandidates({ sums }: Estimates, candidates: readonly number[]): void {
  for (const [index, row] of candidates.entries()) sums[row] = -1 - index;
}

/**
 * The scores of marked candidates, in their order.
 *
 * @param lengths of the candidates, as a multiple of the mean length
 */
export function scoreRows(
  { sums }: Estimates,
  lists: readonly WeightedList[],
  lengths: readonly number[],
): Float64Array {
  const scores = new Float64Array(lengths.length);
  for (const { weight, inverse, postings } of lists) {
    const { count, rows, frequencies } = postings;
    for (let i = 0; i < count; i++) {
      const mark = sums[rows[i] as number] as number;
      if (mark >= 0) continue;
      const index = -1 - mark;
      const gain = gainOf(inverse, frequencies[i] as number, lengths[index] as number);
      for (let n = 0; n < weight; n++) scores[index] = (scores[index] as number) + gain;
    }
  }
  return scores;
}
