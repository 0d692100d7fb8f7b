/**
 * What was left out, bounded: a folder with a million photographs must not cost a million objects.
 * Every skip is counted; of each reason the first thousand in path order are listed, so that the
 * list is the same whatever order the disk answers in.
 */
import type { Skip, SkipReason } from '../model/types.ts';
import { comparePaths } from './paths.ts';

/** How many skips of one reason are listed by name. */
const LISTED_SKIPS_PER_REASON = 1000;

/** How often each reason occurred; reasons that did not occur are absent. */
export type SkipCounts = Readonly<Partial<Record<SkipReason, number>>>;

/** Collects skips. */
export interface SkipList {
  /** Counts one, and lists it if it is among the first of its reason. */
  add(skip: Skip): void;
  /** Everything listed, sorted by path. */
  listed(): Skip[];
  /** Exact, also for what is not listed. */
  counts(): SkipCounts;
}

/**
 * @param limit how many of one reason are listed; default LISTED_SKIPS_PER_REASON
 * @returns an empty list
 */
export function createSkipList(limit: number = LISTED_SKIPS_PER_REASON): SkipList {
  const byReason = new Map<SkipReason, { count: number; skips: Skip[] }>();
  const shorten = (skips: Skip[]): Skip[] => skips.sort(comparePaths).slice(0, limit);
  return {
    add(skip) {
      const entry = byReason.get(skip.reason) ?? { count: 0, skips: [] };
      byReason.set(skip.reason, entry);
      entry.count += 1;
      entry.skips.push(skip);
      if (entry.skips.length >= limit * 2) entry.skips = shorten(entry.skips);
    },
    listed: () => [...byReason.values()].flatMap(({ skips }) => shorten(skips)).sort(comparePaths),
    counts: () => Object.fromEntries([...byReason].map(([reason, { count }]) => [reason, count])),
  };
}
