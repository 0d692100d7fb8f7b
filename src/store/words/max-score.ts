/**
 * The rows that fit a list of terms best, exactly: MaxScore (Turtle & Flood 1995) over windows of 2,048
 * rows. In each window the lists with the smallest bounds, which together cannot lift a row to the k-th
 * best score so far, choose no candidates; they are looked up for the candidates of the others alone.
 */
import { BestRows, type ScoredRow } from './best-rows.ts';
import { type ImpactList, WINDOW_BITS, WINDOW_ROWS } from './impact-list.ts';
import type { RowMask } from './row-mask.ts';

/** A term's list, and how often the term counts. */
export interface WeightedList {
  readonly list: ImpactList;
  /** A whole number from 1: with others, sums would no longer be exact. */
  readonly weight: number;
}

/** Which rows are wanted. */
export interface RowWishes {
  /** How many. */
  readonly k: number;
  /** Only these; null for all. */
  readonly mask: RowMask | null;
}

/** One look-up among n neighbours takes about as long as reading n / 8 of them. */
const LOOKUP_COST = 8;

/** Up to so many rows of a window that a mask keeps are looked up one by one in every list. */
const FEW_KEPT = 32;

/** @returns the k best and all that score like the last of them, in no order */
export function bestRows(
  lists: readonly WeightedList[],
  { k, mask }: RowWishes,
): readonly ScoredRow[] {
  const best = new BestRows(k);
  const scorer = new WindowScorer(lists, best, mask);
  const last = lists.reduce((most, { list }) => Math.max(most, list.rows.at(-1) ?? 0), 0);
  for (let window = 0; window << WINDOW_BITS <= last; window++) scorer.score(window);
  return best.take();
}

/** Works through the windows in order. */
class WindowScorer {
  /** The smallest bound first. */
  readonly #lists: readonly WeightedList[];
  readonly #best: BestRows;
  readonly #mask: RowMask | null;
  /** Of each list, where its rows of this window begin and end, and what it can add to one. */
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  readonly #bounds: Float64Array;
  /** By row of the window; 0 for a row that has no term. */
  readonly #scores = new Float64Array(WINDOW_ROWS);
  readonly #candidates = new Uint16Array(WINDOW_ROWS);
  #count = 0;

  constructor(lists: readonly WeightedList[], best: BestRows, mask: RowMask | null) {
    const boundOf = ({ list, weight }: WeightedList): number => weight * list.most;
    this.#lists = [...lists].sort((a, b) => boundOf(a) - boundOf(b));
    this.#best = best;
    this.#mask = mask;
    this.#from = new Uint32Array(lists.length);
    this.#to = new Uint32Array(lists.length);
    this.#bounds = new Float64Array(lists.length);
  }

  score(window: number): void {
    const kept = this.#mask?.countIn(window) ?? WINDOW_ROWS;
    const most = this.#locate(window);
    if (kept === 0 || most === 0 || most < this.#best.least) return;
    const first = window << WINDOW_BITS;
    let { rest, essential } = { rest: most, essential: this.#lists.length };
    this.#count = 0;
    if (kept <= FEW_KEPT) this.#takeKept(first);
    else {
      ({ rest, essential } = this.#split());
      for (let i = this.#lists.length - 1; i >= essential; i--) this.#addAll(i);
      this.#reduce(first, rest, this.#mask?.isCheap === true ? this.#mask : null);
    }
    for (let i = essential - 1; i >= 0 && this.#count > 0; i--) {
      if (this.#from[i] === this.#to[i]) continue;
      this.#lookUp(i, first, kept <= FEW_KEPT);
      rest -= this.#bounds[i] as number;
      this.#reduce(first, rest, null);
    }
    this.#finish(first);
  }

  /** Finds the parts of the lists. @returns what a row that has all terms could score */
  #locate(window: number): number {
    const end = (window + 1) << WINDOW_BITS;
    let sum = 0;
    for (let i = 0; i < this.#lists.length; i++) {
      const { list, weight } = this.#lists[i] as WeightedList;
      const { rows, windows } = list;
      const from = this.#to[i] as number;
      let to = from;
      let most = 0;
      if (windows !== null) {
        to = windows.starts[window + 1] ?? rows.length;
        most = windows.most[window] ?? 0;
      } else {
        while (to < rows.length && (rows[to] as number) < end) to += 1;
        if (to > from) most = list.most;
      }
      this.#from[i] = from;
      this.#to[i] = to;
      this.#bounds[i] = weight * most;
      sum += weight * most;
    }
    return sum;
  }

  /** How many of the lists choose no candidates, and what they can add. */
  #split(): { readonly rest: number; readonly essential: number } {
    const { least } = this.#best;
    let rest = 0;
    let essential = 0;
    for (; essential < this.#lists.length; essential++) {
      const more = rest + (this.#bounds[essential] as number);
      if (more >= least) break;
      rest = more;
    }
    return { rest, essential };
  }

  #takeKept(first: number): void {
    const mask = this.#mask as RowMask;
    for (let at = 0; at < WINDOW_ROWS; at++) {
      if (mask.has(first + at)) this.#candidates[this.#count++] = at;
    }
  }

  /** The loop that everything waits for. */
  #addAll(i: number): void {
    const { list, weight } = this.#lists[i] as WeightedList;
    const { rows, impacts } = list;
    const scores = this.#scores;
    const candidates = this.#candidates;
    const to = this.#to[i] as number;
    let count = this.#count;
    for (let at = this.#from[i] as number; at < to; at++) {
      const place = (rows[at] as number) & (WINDOW_ROWS - 1);
      const score = scores[place] as number;
      if (score === 0) candidates[count++] = place;
      scores[place] = score + weight * (impacts[at] as number);
    }
    this.#count = count;
  }

  /** Drops candidates that the rest of the lists cannot lift to the best. */
  #reduce(first: number, rest: number, mask: RowMask | null): void {
    const scores = this.#scores;
    const candidates = this.#candidates;
    const least = this.#best.least - rest;
    let count = 0;
    for (let i = 0; i < this.#count; i++) {
      const place = candidates[i] as number;
      const isOut =
        (scores[place] as number) < least || (mask !== null && !mask.has(first + place));
      if (isOut) scores[place] = 0;
      else candidates[count++] = place;
    }
    this.#count = count;
  }

  /** Adds what a list says of the candidates. */
  #lookUp(i: number, first: number, each: boolean): void {
    const { list, weight } = this.#lists[i] as WeightedList;
    const { rows, impacts } = list;
    const [from, to] = [this.#from[i] as number, this.#to[i] as number];
    const scores = this.#scores;
    if (!each && this.#count * LOOKUP_COST > to - from) {
      for (let at = from; at < to; at++) {
        const place = (rows[at] as number) & (WINDOW_ROWS - 1);
        const score = scores[place] as number;
        if (score !== 0) scores[place] = score + weight * (impacts[at] as number);
      }
      return;
    }
    for (let n = 0; n < this.#count; n++) {
      const place = this.#candidates[n] as number;
      const at = lowerBound(rows, first + place, from, to);
      if (at === to || rows[at] !== first + place) continue;
      scores[place] = (scores[place] as number) + weight * (impacts[at] as number);
    }
  }

  #finish(first: number): void {
    for (let i = 0; i < this.#count; i++) {
      const place = this.#candidates[i] as number;
      const score = this.#scores[place] as number;
      this.#scores[place] = 0;
      const isBest = score > 0 && score >= this.#best.least;
      if (isBest && this.#mask?.has(first + place) !== false) this.#best.add(first + place, score);
    }
  }
}

/** The first entry in a part of a sorted list that is not below a value; the part's end if all are. */
export function lowerBound(rows: Uint32Array, value: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
