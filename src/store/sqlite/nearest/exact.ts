/** Every vector inside the filter compared, in SQL: exact, and fast enough while they are few. */
import type { Database } from 'better-sqlite3';
import type { Neighbour } from '../../reading-types.ts';
import { statement } from '../statements.ts';
import { toBytes } from '../vectors.ts';
import type { ExactRanking } from './exact-ranking.ts';
import { hasDistance, type Measured, type NearestQuery, ORDER } from './query.ts';

/** The nearest passages of all that the filter keeps. */
export function scanAll(
  db: Database,
  query: NearestQuery,
  ranking: ExactRanking,
): readonly Neighbour[] {
  if (query.documentIds !== null) return scanDocuments(db, query, query.documentIds);
  return scanVectors(db, query, ranking) ?? scanPassages(db, query);
}

/** Passages asked for beyond the wanted ones, to see whether the last distance goes on. */
const TIE_MARGIN = 64;

/** By their vectors alone, most of which lead to no hit; null if that does not decide. */
function scanVectors(
  db: Database,
  query: NearestQuery,
  ranking: ExactRanking,
): readonly Neighbour[] | null {
  const { vector, space, k } = query;
  const asked = k + TIE_MARGIN;
  const scan = statement<[Buffer, number, number], { id: number; distance: number | null }>(
    db,
    `SELECT id, vec_distance_cosine(vector, ?) AS distance FROM embedding NOT INDEXED
     WHERE space_id = ? ORDER BY distance NULLS LAST LIMIT ?`,
  );
  const rows = scan.all(toBytes(vector), space.id, asked);
  if (rows.length === asked && rows.at(-1)?.distance === rows[k - 1]?.distance) return null;
  const found = ranking.neighbours(query, rows.filter(hasDistance), null);
  // Vectors that an interrupted run left have no passage yet, and may have taken every place.
  return found.length < k && rows.length === asked ? null : found;
}

/** `CROSS`: in this order. Left to choose, SQLite goes through the vectors by an index. */
function scanPassages(db: Database, { vector, space, k }: NearestQuery): readonly Neighbour[] {
  const scan = statement<[Buffer, number, number], Measured<Neighbour>>(
    db,
    `SELECT chunk.id AS id, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM embedding NOT INDEXED
     CROSS JOIN chunk ON chunk.input_hash = embedding.input_hash
     CROSS JOIN document ON document.id = chunk.document_id
     WHERE embedding.space_id = ? ${ORDER}`,
  );
  return scan.all(toBytes(vector), space.id, k).filter(hasDistance);
}

/** From the documents: left to choose, SQLite goes through every vector of the space. */
function scanDocuments(
  db: Database,
  { vector, space, k }: NearestQuery,
  documentIds: readonly number[],
): readonly Neighbour[] {
  const scan = statement<[Buffer, string, number, number], Measured<Neighbour>>(
    db,
    `SELECT chunk.id AS id, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM json_each(?) AS kept
     CROSS JOIN document ON document.id = kept.value
     CROSS JOIN chunk ON chunk.document_id = document.id
     CROSS JOIN embedding
       ON embedding.space_id = ? AND embedding.input_hash = chunk.input_hash
     ${ORDER}`,
  );
  return scan.all(toBytes(vector), JSON.stringify(documentIds), space.id, k).filter(hasDistance);
}

/** How many passages some documents have, counted no further than `limit`. */
export function countKept(db: Database, documentIds: readonly number[], limit: number): number {
  const kept = statement<[string, number], { n: number }>(
    db,
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM chunk WHERE document_id IN (SELECT value FROM json_each(?)) LIMIT ?)`,
  );
  return kept.get(JSON.stringify(documentIds), limit)?.n ?? 0;
}
