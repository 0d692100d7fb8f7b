/** How much a corpus holds. */
import type { Database } from 'better-sqlite3';
import type { StoreCounts } from '../reading-types.ts';

/** How many rows there are of a table with its conditions. */
export function countOf(db: Database, from: string, ...bound: unknown[]): number {
  const count = db.prepare<unknown[], number>(`SELECT count(*) FROM ${from}`).pluck();
  return count.get(...bound) ?? 0;
}

/** Counts rows. @param spaceId the active space; null if there is none */
export function readCounts(db: Database, spaceId: number | null): StoreCounts {
  // No row has this id.
  const space = spaceId ?? -1;
  const missing = `(SELECT DISTINCT input_hash FROM chunk WHERE NOT EXISTS (
    SELECT 1 FROM embedding WHERE space_id = ? AND embedding.input_hash = chunk.input_hash))`;
  return {
    documents: countOf(db, 'document'),
    chunks: countOf(db, 'chunk'),
    vectors: countOf(db, 'embedding WHERE space_id = ?', space),
    missing: countOf(db, missing, space),
    failed: countOf(db, 'failure WHERE space_id = ?', space),
  };
}
