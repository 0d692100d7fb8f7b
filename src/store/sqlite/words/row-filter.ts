/** Which chunks belong to the documents that a filter keeps. */
import type { Database } from 'better-sqlite3';
import { statement } from '../statements.ts';

/** Up to so many documents their chunks are listed; of more, the documents of chunks are looked up. */
const MAX_LISTED = 25_000;

/** Tells which chunks may be found: all of them in no order, or by looking one up in the file. */
export type RowFilter =
  | { readonly rows: readonly number[] }
  | { readonly accepts: (chunkId: number) => boolean };

/**
 * A filter for chunks of these documents; null if all are wanted. One that keeps much is asked about few
 * chunks, so nothing is read for it in advance.
 */
export function documentFilter(
  db: Database,
  documentIds: readonly number[] | null,
): RowFilter | null {
  if (documentIds === null) return null;
  if (documentIds.length > MAX_LISTED) {
    return { accepts: lookUp(db, new Set(documentIds)) };
  }
  const rows = statement<[string], number>(
    db,
    'SELECT id FROM chunk WHERE document_id IN (SELECT value FROM json_each(?))',
  );
  return { rows: rows.pluck().all(JSON.stringify(documentIds)) };
}

function lookUp(db: Database, documents: ReadonlySet<number>): (chunkId: number) => boolean {
  const document = statement<[number], number>(
    db,
    'SELECT document_id FROM chunk WHERE id = ?',
  ).pluck();
  const known = new Map<number, boolean>();
  return (chunkId) => {
    const seen = known.get(chunkId);
    if (seen !== undefined) return seen;
    const id = document.get(chunkId);
    const isKept = id !== undefined && documents.has(id);
    known.set(chunkId, isKept);
    return isKept;
  };
}
