/**
 * The nearest passages to a vector: candidates from the sign bits, then exact cosine; or an exact
 * scan where that is cheap, asked for, or the only way.
 */
import type { Database } from 'better-sqlite3';
import { EXACT_SCAN_LIMIT, MAX_KNN, OVERSAMPLE } from '../defaults.ts';
import { bitsUsable, readMean } from './bits.ts';
import type { Space } from './spaces.ts';
import { signBits, toBytes } from './vectors.ts';

/** What is looked for. */
export interface NearestQuery {
  readonly space: Space;
  /** Unit length, as many dimensions as the space. */
  readonly vector: Float32Array;
  /** Passages wanted. */
  readonly k: number;
  /** Only passages of these documents; null for all. The filter restricts before ranking. */
  readonly documentIds: readonly number[] | null;
  /** Compare with every vector. */
  readonly exact: boolean;
}

/** A passage and how far it is. */
export interface Neighbour {
  readonly chunkId: number;
  /** 1 − cosine similarity: 0 is the same direction, 2 the opposite one. */
  readonly distance: number;
}

/** Ties are broken by place, which is the same in every build of the same corpus. */
const ORDER = 'ORDER BY distance, document.source_id, document.path, chunk.ordinal LIMIT ?';

/**
 * The passages nearest to a vector, nearest first.
 *
 * @returns at most k neighbours; fewer only if fewer are kept by the filter
 */
export function nearest(db: Database, query: NearestQuery): readonly Neighbour[] {
  const filter = query.documentIds === null ? null : JSON.stringify(query.documentIds);
  const candidates = Math.max(query.k * OVERSAMPLE, 100);
  const exact =
    query.exact ||
    candidates > MAX_KNN ||
    countKept(db, query.space, filter) <= EXACT_SCAN_LIMIT ||
    !bitsUsable(db, query.space);
  if (exact) return scan(db, query, filter);
  const found = searchBits(db, query, filter, candidates);
  // Vectors that an interrupted run left have no passage yet, and may have taken every place.
  return found.length < query.k ? scan(db, query, filter) : found;
}

/** How many passages an exact scan would compare, counted no further than the limit needs. */
function countKept(db: Database, space: Space, filter: string | null): number {
  const limit = EXACT_SCAN_LIMIT + 1;
  if (filter === null) {
    const all = db.prepare<[number, number], { n: number }>(
      'SELECT count(*) AS n FROM (SELECT 1 FROM embedding WHERE space_id = ? LIMIT ?)',
    );
    return all.get(space.id, limit)?.n ?? 0;
  }
  const kept = db.prepare<[string, number], { n: number }>(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM chunk WHERE document_id IN (SELECT value FROM json_each(?)) LIMIT ?)`,
  );
  return kept.get(filter, limit)?.n ?? 0;
}

function scan(db: Database, query: NearestQuery, filter: string | null): readonly Neighbour[] {
  const where = filter === null ? '' : 'AND document.id IN (SELECT value FROM json_each(?))';
  const statement = db.prepare<unknown[], Neighbour>(
    `SELECT chunk.id AS chunkId, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM embedding
     JOIN chunk ON chunk.input_hash = embedding.input_hash
     JOIN document ON document.id = chunk.document_id
     WHERE embedding.space_id = ? ${where} ${ORDER}`,
  );
  const bound = filter === null ? [] : [filter];
  return statement.all(toBytes(query.vector), query.space.id, ...bound, query.k);
}

function searchBits(
  db: Database,
  query: NearestQuery,
  filter: string | null,
  candidates: number,
): readonly Neighbour[] {
  const mean = readMean(db, query.space);
  if (mean === null) return scan(db, query, filter);
  // One IN: sqlite-vec is quadratic in several lists of keys.
  const kept = `AND rowid IN (
    SELECT e.id FROM chunk AS c JOIN embedding AS e
      ON e.space_id = ? AND e.input_hash = c.input_hash
    WHERE c.document_id IN (SELECT value FROM json_each(?)))`;
  const where = filter === null ? '' : 'WHERE document.id IN (SELECT value FROM json_each(?))';
  const statement = db.prepare<unknown[], Neighbour>(
    `WITH candidate AS MATERIALIZED (
       SELECT rowid AS id FROM embedding_bits
       WHERE bits MATCH vec_bit(?) AND k = ? ${filter === null ? '' : kept})
     SELECT chunk.id AS chunkId, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM candidate
     JOIN embedding ON embedding.id = candidate.id
     JOIN chunk ON chunk.input_hash = embedding.input_hash
     JOIN document ON document.id = chunk.document_id
     ${where} ${ORDER}`,
  );
  const inside = filter === null ? [] : [query.space.id, filter];
  const outside = filter === null ? [] : [filter];
  const bits = signBits(query.vector, mean);
  return statement.all(bits, candidates, ...inside, toBytes(query.vector), ...outside, query.k);
}

/** Distances of given passages to a vector, by chunk id; those without a vector are left out. */
export function distancesTo(
  db: Database,
  query: { space: Space; vector: Float32Array; chunkIds: readonly number[] },
): ReadonlyMap<number, number> {
  const rows = db
    .prepare<[Buffer, number, string], Neighbour>(
      `SELECT chunk.id AS chunkId, vec_distance_cosine(embedding.vector, ?) AS distance
       FROM chunk
       JOIN embedding ON embedding.space_id = ? AND embedding.input_hash = chunk.input_hash
       WHERE chunk.id IN (SELECT value FROM json_each(?))`,
    )
    .all(toBytes(query.vector), query.space.id, JSON.stringify(query.chunkIds));
  return new Map(rows.map(({ chunkId, distance }) => [chunkId, distance]));
}
