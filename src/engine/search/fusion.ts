/**
 * One list of two or more that rank the same passages by different scores. Pure. Both functions are as
 * in their papers, without bonuses.
 */

import type { ScoreBounds } from '../../store/reading-types.ts';

/** An entry of a ranked list, best first. */
export interface Scored {
  /** What is ranked. */
  readonly id: number;
  /** Higher is better; only compared inside its list. */
  readonly score: number;
}

/** Reciprocal rank fusion's constant: 60, as in the paper. */
const RANK_CONSTANT = 60;

/**
 * Reciprocal rank fusion: score = Σ over the lists of 1 / (rankConstant + rank), rank from 1 (Cormack,
 * Clarke & Büttcher, SIGIR 2009). An entry that a list lacks gets nothing from it.
 *
 * @returns every entry of the lists once, best first; equal ones in the order of first appearance,
 *   list by list
 */
export function reciprocalRankFusion(
  lists: readonly (readonly Scored[])[],
  rankConstant: number = RANK_CONSTANT,
): readonly Scored[] {
  return sumUp(
    lists.map((list) => list.map(({ id }, i) => ({ id, score: 1 / (rankConstant + i + 1) }))),
  );
}

/** A list that takes part in a convex combination. */
export interface WeightedList {
  readonly list: readonly Scored[];
  /** Its share; the shares of all lists sum to 1. */
  readonly weight: number;
  /**
   * The bounds that its scores have in theory: lists of good and of poor matches then differ. null for
   * the worst and the best score that are in it.
   */
  readonly bounds: ScoreBounds | null;
}

/**
 * Convex combination: score = Σ over the lists of weight · normalised score (Bruch, Gai & Ingber, TOIS
 * 2023). Without bounds that is their min-max normalisation; with bounds it is their theoretical one,
 * with a theoretical maximum as well. What a list lacks counts as 0 of it, the least there is. Where
 * all scores of a list without bounds are equal, all count as 1.
 *
 * @returns every entry of the lists once, best first; equal ones in the order of first appearance,
 *   list by list
 */
export function convexCombination(lists: readonly WeightedList[]): readonly Scored[] {
  return sumUp(
    lists.map(({ list, weight, bounds }) => {
      const { min, max } = bounds ?? boundsOf(list);
      const range = max - min;
      return list.map(({ id, score }) => ({
        id,
        score: weight * (range > 0 ? (score - min) / range : 1),
      }));
    }),
  );
}

function boundsOf(list: readonly Scored[]): ScoreBounds {
  const scores = list.map(({ score }) => score);
  return {
    min: scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    max: scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  };
}

function sumUp(lists: readonly (readonly Scored[])[]): readonly Scored[] {
  const sums = new Map<number, number>();
  for (const list of lists) {
    for (const { id, score } of list) sums.set(id, (sums.get(id) ?? 0) + score);
  }
  // The sort is stable and a Map keeps the order of insertion.
  return [...sums].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}
