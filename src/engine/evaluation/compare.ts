/** Two evaluations of the same queries side by side: is the difference more than chance? Pure. */
import { UsageError } from '../../model/errors.ts';
import type { Measure, QueryResult } from './ask-in-modes.ts';
import { bootstrapMean, type Estimate, signFlipP } from './bootstrap.ts';

/** How one measure differs between two runs. */
export interface MeasureComparison {
  /** Mean of the first run. */
  readonly a: number;
  /** Mean of the second. */
  readonly b: number;
  /** b − a, with its paired bootstrap interval. */
  readonly difference: Estimate;
  /** Two-sided, of a paired randomisation test. */
  readonly p: number;
}

/** What of a query is compared. */
export interface ComparedQuery extends Pick<QueryResult, 'id' | 'scores'> {
  /** Left out: it is not known whether both runs asked the same. */
  readonly text?: string | undefined;
}

/** A query that one of two runs answered better. */
export interface QueryChange {
  readonly id: string;
  /** The measure in the first run, and in the second. */
  readonly a: number;
  readonly b: number;
}

/** Queries that differ between two runs, the largest difference first; equal ones by id. */
export interface QueryChanges {
  /** Better in the second run. */
  readonly gained: readonly QueryChange[];
  /** Worse in the second run. */
  readonly lost: readonly QueryChange[];
}

/** Differences that come of rounding alone. */
const ROUNDING = 1e-12;

/**
 * Compares two runs query by query; their order does not matter.
 *
 * @throws UsageError `USAGE` if they did not answer exactly the same queries, by id and by text
 */
export function compareRuns(
  a: readonly ComparedQuery[],
  b: readonly ComparedQuery[],
): Readonly<Record<Measure, MeasureComparison>> {
  const pairs = pairUp(a, b);
  const compare = (measure: Measure): MeasureComparison => {
    const differences = pairs.map(([x, y]) => y.scores[measure] - x.scores[measure]);
    const mean = (side: 0 | 1): number =>
      pairs.reduce((sum, pair) => sum + pair[side].scores[measure], 0) / pairs.length;
    return {
      ...{ a: mean(0), b: mean(1) },
      ...{ difference: bootstrapMean(differences), p: signFlipP(differences) },
    };
  };
  return {
    ndcg10: compare('ndcg10'),
    recall10: compare('recall10'),
    recall100: compare('recall100'),
    mrr10: compare('mrr10'),
  };
}

/**
 * Which queries one of two runs answered better.
 *
 * @throws UsageError `USAGE` if they did not answer exactly the same queries, by id and by text
 */
export function changedQueries(
  a: readonly ComparedQuery[],
  b: readonly ComparedQuery[],
  measure: Measure,
): QueryChanges {
  const changes = pairUp(a, b).map(
    ([x, y]): QueryChange => ({ id: x.id, a: x.scores[measure], b: y.scores[measure] }),
  );
  const size = (change: QueryChange): number => Math.abs(change.b - change.a);
  const sorted = changes.sort((x, y) => {
    const difference = size(y) - size(x);
    if (Math.abs(difference) > ROUNDING) return difference;
    return x.id < y.id ? -1 : 1;
  });
  return {
    gained: sorted.filter((change) => change.b - change.a > ROUNDING),
    lost: sorted.filter((change) => change.a - change.b > ROUNDING),
  };
}

function pairUp(
  a: readonly ComparedQuery[],
  b: readonly ComparedQuery[],
): readonly (readonly [ComparedQuery, ComparedQuery])[] {
  const others = new Map(b.map((query) => [query.id, query]));
  const pairs = a.flatMap((query) => {
    const other = others.get(query.id);
    return other === undefined ? [] : [[query, other] as const];
  });
  const ids = new Set(pairs.map(([query]) => query.id));
  if (ids.size > 0 && ids.size === a.length && ids.size === b.length) {
    requireSameTexts(pairs);
    return pairs;
  }
  const message = `The runs did not answer the same queries: ${pairs.length} in both, ${a.length - pairs.length} only in the first, ${b.length - pairs.length} only in the second. Only runs over one set can be compared.`;
  throw new UsageError('USAGE', message);
}

/** Questions without ids are known by their lines: two files may have the same ones and ask other things. */
function requireSameTexts(pairs: readonly (readonly [ComparedQuery, ComparedQuery])[]): void {
  const other = pairs.filter(
    ([x, y]) => x.text !== undefined && y.text !== undefined && x.text !== y.text,
  );
  const [first] = other;
  if (first === undefined) return;
  const message = `The runs did not ask the same: ${other.length} of ${pairs.length} queries have another text, such as the one with the id ${first[0].id}. Only runs over one set can be compared.`;
  throw new UsageError('USAGE', message);
}
