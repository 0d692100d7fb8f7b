/** Every vector inside the filter compared, in SQL: exact, and fast enough while they are few. */
import type { Database } from 'better-sqlite3';
import type { Space } from '../spaces.ts';
import { toBytes } from '../vectors.ts';
import { type NearestQuery, type Neighbour, ORDER } from './query.ts';

/** The nearest passages of all that the filter keeps. */
export function scanAll(db: Database, query: NearestQuery): readonly Neighbour[] {
  const { documentIds, space } = query;
  const bound = documentIds === null ? [] : [JSON.stringify(documentIds)];
  const where = documentIds === null ? '' : 'AND document.id IN (SELECT value FROM json_each(?))';
  const statement = db.prepare<unknown[], Neighbour>(
    `SELECT chunk.id AS chunkId, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM embedding
     JOIN chunk ON chunk.input_hash = embedding.input_hash
     JOIN document ON document.id = chunk.document_id
     WHERE embedding.space_id = ? ${where} ${ORDER}`,
  );
  return statement.all(toBytes(query.vector), space.id, ...bound, query.k);
}

/**
 * How many passages an exact scan would compare, counted no further than `limit`.
 *
 * @param documentIds null for all
 */
export function countKept(
  db: Database,
  space: Space,
  documentIds: readonly number[] | null,
  limit: number,
): number {
  if (documentIds === null) {
    const all = db.prepare<[number, number], { n: number }>(
      'SELECT count(*) AS n FROM (SELECT 1 FROM embedding WHERE space_id = ? LIMIT ?)',
    );
    return all.get(space.id, limit)?.n ?? 0;
  }
  const kept = db.prepare<[string, number], { n: number }>(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM chunk WHERE document_id IN (SELECT value FROM json_each(?)) LIMIT ?)`,
  );
  return kept.get(JSON.stringify(documentIds), limit)?.n ?? 0;
}
