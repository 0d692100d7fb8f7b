/** Passages of a few vectors, ranked by exact distance: what every way to find candidates ends with. */
import type { Database } from 'better-sqlite3';
import { toBytes } from '../vectors.ts';
import { hasDistance, type Measured, type NearestQuery, type Neighbour, PLACE } from './query.ts';

/** Ranks rows of `embedding`. */
export interface ExactRanking {
  /**
   * The k nearest passages of some vectors; equal ones by place. Vectors that are gone or have no passage
   * give none.
   *
   * @param documentIds only passages of these; null for all
   */
  neighbours(
    query: NearestQuery,
    ids: readonly number[],
    documentIds: ReadonlySet<number> | null,
  ): readonly Neighbour[];
  /** Those of the vectors that have a passage in one of the documents. */
  inside(ids: readonly number[], documentIds: ReadonlySet<number>): ReadonlySet<number>;
}

interface Near {
  readonly id: number;
  readonly distance: number;
}

interface Place {
  /** The row in `embedding`. */
  readonly id: number;
  readonly documentId: number;
  readonly chunkId: number;
}

/** Prepares the statements. */
export function exactRanking(db: Database): ExactRanking {
  // `+`: by id, not by an index over everything of the space.
  const distances = db.prepare<[Buffer, number, string], Measured<Near>>(
    `SELECT id, vec_distance_cosine(vector, ?) AS distance FROM embedding
     WHERE +space_id = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY distance`,
  );
  const places = db.prepare<[string], Place>(
    `SELECT embedding.id AS id, chunk.document_id AS documentId, chunk.id AS chunkId
     FROM embedding
     JOIN chunk ON chunk.input_hash = embedding.input_hash
     JOIN document ON document.id = chunk.document_id
     WHERE embedding.id IN (SELECT value FROM json_each(?)) ${PLACE}`,
  );
  return {
    neighbours: ({ vector, space, k }, ids, documentIds) => {
      const near = distances
        .all(toBytes(vector), space.id, JSON.stringify(ids))
        .filter(hasDistance);
      const byId = new Map(near.map(({ id, distance }) => [id, distance]));
      const neighboursOf = (wanted: readonly Near[]): readonly Neighbour[] =>
        places
          .all(JSON.stringify(wanted.map(({ id }) => id)))
          .filter(({ documentId }) => documentIds?.has(documentId) !== false)
          .map(({ id, chunkId }) => ({ chunkId, distance: byId.get(id) ?? 0 }))
          // Stable: equal ones stay in the order of places.
          .sort((a, b) => a.distance - b.distance)
          .slice(0, k);
      // k vectors give k passages, unless some have none.
      const last = near[k - 1]?.distance ?? Infinity;
      const first = neighboursOf(near.filter(({ distance }) => distance <= last));
      return first.length >= k || last === Infinity ? first : neighboursOf(near);
    },
    inside: (ids, documentIds) => {
      const rows = places.all(JSON.stringify(ids));
      return new Set(
        rows.filter(({ documentId }) => documentIds.has(documentId)).map(({ id }) => id),
      );
    },
  };
}
