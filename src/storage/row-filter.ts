/** Which chunks belong to the documents that a filter keeps. */
import type { Database } from 'better-sqlite3';

/** Up to so many documents their chunks are listed; of more, the documents of chunks are looked up. */
const LISTED = 10_000;

/**
 * A test for chunks of these documents; true for every chunk where it is null. A filter that keeps much
 * is asked about few chunks, so nothing is read for it in advance.
 */
export function documentFilter(
  db: Database,
  documentIds: readonly number[] | null,
): (chunkId: number) => boolean {
  if (documentIds === null) return () => true;
  if (documentIds.length > LISTED) return lookedUp(db, new Set(documentIds));
  const ids = db
    .prepare<[string], number>(
      'SELECT id FROM chunk WHERE document_id IN (SELECT value FROM json_each(?))',
    )
    .pluck()
    .all(JSON.stringify(documentIds));
  const listed = new Set(ids);
  return (chunkId) => listed.has(chunkId);
}

function lookedUp(db: Database, documents: ReadonlySet<number>): (chunkId: number) => boolean {
  const document = db
    .prepare<[number], number>('SELECT document_id FROM chunk WHERE id = ?')
    .pluck();
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
