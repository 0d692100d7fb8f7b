/** Which chunks belong to the documents that a filter keeps. */
import type { Database } from 'better-sqlite3';

/** Up to so many documents their chunks are listed; of more, the documents of chunks are looked up. */
const LISTED = 25_000;

/** Tells which chunks may be found. */
export interface RowFilter {
  /** True if it can be asked about every chunk, because it reads nothing from the file. */
  readonly isCheap: boolean;
  accepts(chunkId: number): boolean;
}

/**
 * A test for chunks of these documents; null if all are wanted. A filter that keeps much is asked about
 * few chunks, so nothing is read for it in advance.
 */
export function documentFilter(
  db: Database,
  documentIds: readonly number[] | null,
): RowFilter | null {
  if (documentIds === null) return null;
  if (documentIds.length > LISTED) return lookedUp(db, new Set(documentIds));
  const ids = db
    .prepare<[string], number>(
      'SELECT id FROM chunk WHERE document_id IN (SELECT value FROM json_each(?))',
    )
    .pluck()
    .all(JSON.stringify(documentIds));
  // A byte for each id up to the largest one.
  const listed = new Uint8Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1);
  for (const id of ids) listed[id] = 1;
  return { isCheap: true, accepts: (chunkId) => listed[chunkId] === 1 };
}

function lookedUp(db: Database, documents: ReadonlySet<number>): RowFilter {
  const document = db
    .prepare<[number], number>('SELECT document_id FROM chunk WHERE id = ?')
    .pluck();
  const known = new Map<number, boolean>();
  const accepts = (chunkId: number): boolean => {
    const seen = known.get(chunkId);
    if (seen !== undefined) return seen;
    const id = document.get(chunkId);
    const isKept = id !== undefined && documents.has(id);
    known.set(chunkId, isKept);
    return isKept;
  };
  return { isCheap: false, accepts };
}
