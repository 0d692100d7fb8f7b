/**
 * How good a ranking is, by the standard definitions, so that numbers can be compared with those of others
 * (BEIR, MTEB, trec_eval). Each function judges one query; the figure of a set is the mean over its queries.
 *
 * Rankings are document ids, best first. An id that comes again gains nothing and keeps its place taken:
 * collapse chunks to their best one first.
 */

/** Judged documents of one query, id → gain. Gains of 0 or less, and ids not in it, are not relevant. */
export type Judgements = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `k`: Σ gain / log₂(rank + 1), divided by the same sum
 * of the best possible ranking of *all* judged documents. Linear gain (not 2^gain − 1), as trec_eval's
 * `ndcg_cut` and therefore BEIR's nDCG@10.
 *
 * @returns 0 … 1; 0 if nothing is relevant, so leave such queries out of a mean
 */
export function ndcg(ranking: readonly string[], judgements: Judgements, k: number): number {
  const ideal = relevantGains(judgements).sort((a, b) => b - a);
  const best = discountedSum(ideal.slice(0, k));
  return best === 0 ? 0 : discountedSum(gainsOf(ranking, judgements, k)) / best;
}

/**
 * The share of all relevant documents that is among the first `k` (trec_eval's `recall`). The divisor is
 * never min(k, relevant): with more than `k` relevant documents 1 cannot be reached.
 *
 * @returns 0 … 1; 0 if nothing is relevant
 */
export function recall(ranking: readonly string[], judgements: Judgements, k: number): number {
  const relevant = relevantGains(judgements).length;
  const found = gainsOf(ranking, judgements, k).filter((gain) => gain > 0).length;
  return relevant === 0 ? 0 : found / relevant;
}

/**
 * 1 / rank of the first relevant document among the first `k`; its mean over queries is MRR@k.
 *
 * @returns 0 … 1; 0 if there is none
 */
export function reciprocalRank(
  ranking: readonly string[],
  judgements: Judgements,
  k: number,
): number {
  const index = gainsOf(ranking, judgements, k).findIndex((gain) => gain > 0);
  return index < 0 ? 0 : 1 / (index + 1);
}

function relevantGains(judgements: Judgements): number[] {
  return [...judgements.values()].filter((gain) => gain > 0);
}

/** The gain at each of the first `k` places. */
function gainsOf(ranking: readonly string[], judgements: Judgements, k: number): number[] {
  const seen = new Set<string>();
  return ranking.slice(0, k).map((id) => {
    const gain = seen.has(id) ? 0 : Math.max(0, judgements.get(id) ?? 0);
    seen.add(id);
    return gain;
  });
}

function discountedSum(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}
