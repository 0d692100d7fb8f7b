/** Fresh passages as a search reads them: there are few, and only while a run goes on or after a kill. */
import type { Database } from 'better-sqlite3';
import { type LookedUp, NO_POSTINGS, type Postings } from '../../words/postings.ts';
import { readFresh, requireFewFresh } from './stored-passages.ts';

/** All fresh passages of one state of the index. */
export interface FreshPassages {
  readonly rows: readonly { readonly id: number; readonly length: number }[];
  listOf(term: LookedUp): Postings;
}

/** A passage whose terms are looked through as one text: to make a map of all of them takes ten times as long. */
interface SearchedPassage {
  readonly id: number;
  readonly length: number;
  /** With a space before and after each. */
  readonly terms: string;
  readonly frequencies: Uint8Array;
}

/** Reads them. @throws RowDamaged */
export function readFreshPassages(db: Database): FreshPassages {
  requireFewFresh(db);
  const rows = readFresh(db, -1, Number.MAX_SAFE_INTEGER).map(
    ({ terms, ...row }): SearchedPassage => ({ ...row, terms: ` ${terms} ` }),
  );
  return { rows, listOf: (term) => listOf(rows, term) };
}

function listOf(passages: readonly SearchedPassage[], { term, prefix }: LookedUp): Postings {
  const wanted = prefix ? ` ${term}` : ` ${term} `;
  const found: { id: number; frequency: number }[] = [];
  for (const { id, terms, frequencies } of passages) {
    let frequency = 0;
    for (let at = terms.indexOf(wanted); at >= 0; at = terms.indexOf(wanted, at + 1)) {
      const number = countSpaces(terms, at);
      frequency += frequencies[number] ?? 0;
      if (!prefix) break;
    }
    if (frequency > 0) found.push({ id, frequency: Math.min(255, frequency) });
  }
  if (found.length === 0) return NO_POSTINGS;
  return {
    rows: Uint32Array.from(found, ({ id }) => id),
    frequencies: Uint8Array.from(found, ({ frequency }) => frequency),
  };
}

function countSpaces(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf(' '); at < end; at = text.indexOf(' ', at + 1)) count += 1;
  return count;
}
