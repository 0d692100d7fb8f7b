/** Collects the best rows of a ranking while it goes on. */

/** A row and its score; above 0, higher is better. */
export interface ScoredRow {
  readonly row: number;
  readonly score: number;
}

/** Entries beyond those wanted, before the ones that have fallen behind are thrown away. */
const SLACK = 1024;

/** The k best rows, and those that score as well as the last one. */
export class BestRows {
  /** What a row must score to be among them; 0 until there are k. */
  least = 0;
  readonly #wanted: number;
  /** The k best scores as a heap: the least is first. */
  readonly #heap: Float64Array;
  #filled = 0;
  #rows: ScoredRow[] = [];

  /** @param wanted k, at least 1 */
  constructor(wanted: number) {
    this.#wanted = wanted;
    this.#heap = new Float64Array(wanted);
  }

  /** Takes a row that scores at least {@link least}. */
  add(row: number, score: number): void {
    this.#rows.push({ row, score });
    if (this.#filled < this.#wanted) this.#rise(score);
    else if (score > this.least) this.#sink(score);
    if (this.#filled === this.#wanted) this.least = this.#heap[0] as number;
    if (this.#rows.length > 2 * this.#wanted + SLACK) this.#rows = this.#kept();
  }

  /** Those that are still among the best, in no order. */
  take(): readonly ScoredRow[] {
    return this.#kept();
  }

  #kept(): ScoredRow[] {
    return this.#rows.filter(({ score }) => score >= this.least);
  }

  #rise(score: number): void {
    let at = this.#filled++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#heap[parent] as number;
      if (above <= score) break;
      this.#heap[at] = above;
      at = parent;
    }
    this.#heap[at] = score;
  }

  /** In the place of the least. */
  #sink(score: number): void {
    const { length } = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      const right = child + 1;
      if (right < length && (this.#heap[right] as number) < (this.#heap[child] as number)) {
        child = right;
      }
      if ((this.#heap[child] as number) >= score) break;
      this.#heap[at] = this.#heap[child] as number;
      at = child;
    }
    this.#heap[at] = score;
  }
}
