/**
 * Candidates from the sign bits, then exact cosine: for a corpus whose lists are still to be built. It
 * is what docs/schema.md has as SQL.
 */
import type { Database } from 'better-sqlite3';
import { MAX_KNN, OVERSAMPLE } from '../../defaults.ts';
import { bitsUsable, readMean } from '../bits.ts';
import { signBits, toBytes } from '../vectors.ts';
import { hasDistance, type Measured, type NearestQuery, type Neighbour, ORDER } from './query.ts';

/**
 * The nearest passages; null if there are no bits, or not enough candidates, or these mean little: of
 * the sparse vectors of the built-in embedder they found one in eight (docs/performance.md).
 */
export function nearestByBits(db: Database, query: NearestQuery): readonly Neighbour[] | null {
  const { space, vector, k, documentIds } = query;
  const candidates = Math.max(k * OVERSAMPLE, 100);
  const tell = space.kind !== 'builtin' && bitsUsable(db, space);
  const mean = tell ? readMean(db, space) : null;
  if (mean === null || candidates > MAX_KNN) return null;
  const filter = documentIds === null ? [] : [JSON.stringify(documentIds)];
  // One IN: sqlite-vec is quadratic in several lists of keys.
  const kept = `AND rowid IN (
    SELECT e.id FROM chunk AS c JOIN embedding AS e
      ON e.space_id = ? AND e.input_hash = c.input_hash
    WHERE c.document_id IN (SELECT value FROM json_each(?)))`;
  const where = 'WHERE document.id IN (SELECT value FROM json_each(?))';
  const isFiltered = documentIds !== null;
  const statement = db.prepare<unknown[], Measured<Neighbour>>(
    `WITH candidate AS MATERIALIZED (
       SELECT rowid AS id FROM embedding_bits
       WHERE bits MATCH vec_bit(?) AND k = ? ${isFiltered ? kept : ''})
     SELECT chunk.id AS chunkId, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM candidate
     JOIN embedding ON embedding.id = candidate.id
     JOIN chunk ON chunk.input_hash = embedding.input_hash
     JOIN document ON document.id = chunk.document_id
     ${isFiltered ? where : ''} ${ORDER}`,
  );
  const inside = isFiltered ? [space.id, ...filter] : [];
  const bits = signBits(vector, mean);
  const found = statement
    .all(bits, candidates, ...inside, toBytes(vector), ...filter, k)
    .filter(hasDistance);
  // Vectors that an interrupted run left have no passage yet, and may have taken every place.
  return found.length < k ? null : found;
}
