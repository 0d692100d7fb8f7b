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
export type ComparedQuery = Pick<QueryResult, 'id' | 'scores'>;

/**
 * Compares two runs query by query; their order does not matter.
 *
 * @throws UsageError `USAGE` if they did not answer exactly the same queries
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

function pairUp(
  a: readonly ComparedQuery[],
  b: readonly ComparedQuery[],
): readonly (readonly [ComparedQuery, ComparedQuery])[] {
  const others = new Map(b.map((query) => [query.id, query]));
  const pairs = a.flatMap((query) => {
    const other = others.get(query.id);
    return other === undefined ? [] : [[query, other] as const];
  });
  if (pairs.length > 0 && pairs.length === a.length && a.length === b.length) return pairs;
  const message = `The runs did not answer the same queries: ${pairs.length} in both, ${a.length - pairs.length} only in the first, ${b.length - pairs.length} only in the second. Only runs over one set can be compared.`;
  throw new UsageError('USAGE', message);
}
