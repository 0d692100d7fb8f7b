/** Passages of a few vectors, ranked by exact distance: what every way to find candidates ends with. */
import type { Database } from 'better-sqlite3';
import type { Neighbour, VectorSpace } from '../../reading-types.ts';
import { type IdSet, idSet } from '../codes/id-set.ts';
import { toBytes } from '../vectors.ts';
import { hasDistance, type Measured, type NearestQuery, PLACE } from './query.ts';

/** Ranks rows of `embedding`. */
export interface ExactRanking {
  /** The distances of some vectors, nearest first; those that are gone or damaged are left out. */
  distances(query: NearestQuery, ids: readonly number[]): readonly Near[];
  /**
   * The k nearest passages of some vectors; equal ones by place. Vectors without a passage give none.
   *
   * @param near nearest first
   * @param documentIds only passages of these; null for all
   */
  neighbours(
    query: NearestQuery,
    near: readonly Near[],
    documentIds: ReadonlySet<number> | null,
  ): readonly Neighbour[];
  /** The vectors of the passages of some documents. */
  vectorsOf(space: VectorSpace, documentIds: readonly number[]): IdSet;
}

/** A vector and how far it is. */
export interface Near {
  /** Its row in `embedding`. */
  readonly id: number;
  readonly distance: number;
}

interface Place {
  /** The passage. */
  readonly id: number;
  readonly documentId: number;
  /** The row in `embedding`. */
  readonly vectorId: number;
}

/** Prepares the statements. */
export function exactRanking(db: Database): ExactRanking {
  // In this order: left to choose, SQLite sorts the ids first, and goes by an index of the space.
  const distances = db.prepare<[Buffer, string, number], Measured<Near>>(
    `SELECT embedding.id AS id, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM json_each(?) AS wanted CROSS JOIN embedding ON embedding.id = wanted.value
     WHERE +embedding.space_id = ? ORDER BY distance`,
  );
  const places = db.prepare<[string], Place>(
    `SELECT embedding.id AS vectorId, chunk.document_id AS documentId, chunk.id AS id
     FROM embedding
     JOIN chunk ON chunk.input_hash = embedding.input_hash
     JOIN document ON document.id = chunk.document_id
     WHERE embedding.id IN (SELECT value FROM json_each(?)) ${PLACE}`,
  );
  const vectors = db
    .prepare<[string, number], number>(
      `SELECT embedding.id FROM json_each(?) AS kept
       CROSS JOIN chunk ON chunk.document_id = kept.value
       CROSS JOIN embedding
         ON embedding.space_id = ? AND embedding.input_hash = chunk.input_hash`,
    )
    .pluck();
  return {
    distances: ({ vector, space }, ids) =>
      distances.all(toBytes(vector), JSON.stringify(ids), space.id).filter(hasDistance),
    neighbours: ({ k }, near, documentIds) => {
      const byId = new Map(near.map(({ id, distance }) => [id, distance]));
      const neighboursOf = (wanted: readonly Near[]): readonly Neighbour[] =>
        places
          .all(JSON.stringify(wanted.map(({ id }) => id)))
          .filter(({ documentId }) => documentIds?.has(documentId) !== false)
          .map(({ id, vectorId }) => ({ id, distance: byId.get(vectorId) ?? 0 }))
          // Stable: equal ones stay in the order of places.
          .sort((a, b) => a.distance - b.distance)
          .slice(0, k);
      // k vectors give k passages, unless some have none.
      const last = near[k - 1]?.distance ?? Infinity;
      const first = neighboursOf(near.filter(({ distance }) => distance <= last));
      return first.length >= k || last === Infinity ? first : neighboursOf(near);
    },
    vectorsOf: (space, documentIds) => idSet(vectors.all(JSON.stringify(documentIds), space.id)),
  };
}
