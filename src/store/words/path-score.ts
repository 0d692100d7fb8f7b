/** What of a row's score the path of its document gives. */
import { impactOf, impactScale } from './bm25.ts';
import { MAX_FREQUENCY, pathTerms } from './passage-terms.ts';
import type { LookedUp } from './postings.ts';
import type { AskedList, WordSource } from './search.ts';

/** The score that a row would have if its words stood in the path alone. */
export function pathScore(
  { statistics, lengthOf }: Pick<WordSource, 'statistics' | 'lengthOf'>,
  lists: readonly AskedList[],
  { row, path }: { readonly row: number; readonly path: string },
): number {
  const terms = pathTerms(path);
  let sum = 0;
  for (const { list, weight, term } of lists) {
    const frequency = Math.min(MAX_FREQUENCY, frequencyIn(terms, term));
    if (frequency === 0) continue;
    sum += weight * impactOf(impactScale(list.rows.length, statistics), frequency, lengthOf(row));
  }
  return sum;
}

function frequencyIn(terms: ReadonlyMap<string, number>, { term, prefix }: LookedUp): number {
  if (!prefix) return terms.get(term) ?? 0;
  let sum = 0;
  for (const [one, count] of terms) if (one.startsWith(term)) sum += count;
  return sum;
}
