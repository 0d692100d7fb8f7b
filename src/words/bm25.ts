/**
 * BM25 as SQLite's FTS5 has it (Robertson & Zaragoza 2009; k1 = 1.2, b = .75): what a term adds to the
 * score of a row that has it, its impact.
 */
/** The last one is the weight of a term that most rows have. */
const K1 = 1.2;
const B = 0.75;
const LEAST_INVERSE = 1e-6;

/**
 * Impacts are multiples of 2^-40 with 24 significant bits, so that sums of some hundred of them are exact
 * in double precision: a score is the same in whatever order it is added up, and equal rows are equal.
 */
const STEP = 2 ** -40;

/** Impacts of lengths and frequencies below these are kept once they were computed. */
const KEPT = { lengthBits: 9, frequencies: 8 };

/** Postings from which that pays. */
const LONG = 4096;

/** What ranking needs to know of all rows together. */
export interface RowStatistics {
  /** Rows that are indexed. */
  readonly rows: number;
  /** Their mean length in terms. */
  readonly meanLength: number;
}

/** The weight of a term that stands in so many of the rows. */
function inverseFrequency(having: number, rows: number): number {
  const inverse = Math.log((rows - having + 0.5) / (having + 0.5));
  // NaN of a damaged index is none either.
  return inverse > 0 ? inverse : LEAST_INVERSE;
}

/** BM25's limit for a term that stands in so many of the rows: no row gets more of it. */
export function limitOf(having: number, rows: number): number {
  return (K1 + 1) * inverseFrequency(having, rows);
}

/** The impact of a posting by its row's length in terms and its frequency. */
export type ImpactOf = (length: number, frequency: number) => number;

/**
 * The impacts of a term.
 *
 * @param having rows that have it
 */
export function impactsOf(having: number, { rows, meanLength }: RowStatistics): ImpactOf {
  const limit = limitOf(having, rows);
  const compute = (length: number, frequency: number): number => {
    const norm = K1 * (1 - B + (B * length) / meanLength);
    const impact = (limit * frequency) / (frequency + norm);
    return Math.fround(Math.max(1, Math.round(impact / STEP)) * STEP);
  };
  return having < LONG ? compute : remembered(compute);
}

/** A division takes as long as all else that is done for a posting. */
function remembered(compute: ImpactOf): ImpactOf {
  const { lengthBits, frequencies } = KEPT;
  const known = new Float32Array(frequencies << lengthBits);
  return (length, frequency) => {
    if (frequency >= frequencies || length >>> lengthBits > 0) return compute(length, frequency);
    const at = (frequency << lengthBits) | length;
    if (known[at] === 0) known[at] = compute(length, frequency);
    return known[at] as number;
  };
}
