/**
 * BM25 as SQLite's FTS5 has it (Robertson & Zaragoza 2009; k1 = 1.2, b = .75): what a term adds to the
 * score of a row that has it, its impact.
 */
/** The last one is the weight of a term that most rows have. */
const K1 = 1.2;
const B = 0.75;
const MIN_INVERSE = 1e-6;

/**
 * Impacts are multiples of 2^-40 with 24 significant bits, so that sums of some hundred of them are exact
 * in double precision: a score is the same in whatever order it is added up, and equal rows are equal.
 */
const STEP = 2 ** -40;

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
  return inverse > 0 ? inverse : MIN_INVERSE;
}

/** BM25's limit for a term that stands in so many of the rows: no row gets more of it. */
export function limitOf(having: number, rows: number): number {
  return (K1 + 1) * inverseFrequency(having, rows);
}

/** What the impacts of a term are computed from. */
export interface ImpactScale {
  /** No impact reaches it. */
  readonly limit: number;
  /** What is added to a frequency below the line, for a row without terms and for each term of a row. */
  readonly norm: number;
  readonly normOfTerm: number;
}

/**
 * The scale of a term's impacts.
 *
 * @param having rows that have it
 */
export function impactScale(having: number, { rows, meanLength }: RowStatistics): ImpactScale {
  return {
    limit: limitOf(having, rows),
    norm: K1 * (1 - B),
    normOfTerm: (K1 * B) / meanLength,
  };
}

/** The impact of a posting by its weighted frequency and the length of its row in terms. */
export function impactOf(
  { limit, norm, normOfTerm }: ImpactScale,
  frequency: number,
  length: number,
): number {
  const impact = (limit * frequency) / (frequency + norm + normOfTerm * length);
  return Math.fround(Math.max(1, Math.floor(impact / STEP + 0.5)) * STEP);
}
