/** Lists that a process keeps between searches, up to a number of bytes. */
import { type ImpactList, sizeOfList } from '../../words/impact-list.ts';
import type { LookedUp } from '../../words/postings.ts';

/** About what a few hundred different queries read of a million passages. */
const MAX_BYTES: number = 64 * 1024 * 1024;

/** Gives the list of a term: a kept one, or what `read` reads. */
export type ListCache = (term: LookedUp, read: () => ImpactList) => ImpactList;

/**
 * An empty cache. The lists that were not asked for the longest go first.
 *
 * @param most bytes
 */
export function listCache(most: number = MAX_BYTES): ListCache {
  const lists = new Map<string, ImpactList>();
  let bytes = 0;
  return ({ term, prefix }, read) => {
    // No term has a space in it.
    const key = prefix ? `${term} ` : term;
    const known = lists.get(key);
    if (known !== undefined) {
      lists.delete(key);
      lists.set(key, known);
      return known;
    }
    const list = read();
    lists.set(key, list);
    bytes += sizeOfList(list);
    for (const [oldest, gone] of lists) {
      if (bytes <= most) break;
      lists.delete(oldest);
      bytes -= sizeOfList(gone);
    }
    return list;
  };
}
