/** The vectors by input hash, and the inputs that failed, as runs write them. */
import type { Database } from 'better-sqlite3';
import type { VectorSpace } from '../reading-types.ts';
import type { InputFailure, InputVector } from '../writing-types.ts';
import type { CodesWriter } from './codes/writer.ts';
import { statement } from './statements.ts';
import { asBytes } from './vectors.ts';

/** Changes vectors and failures of one space; call it inside a transaction. */
export interface EmbeddingWriter {
  /** Stores unit vectors; a second one for the same input is ignored. Clears the inputs' failures. */
  put(vectors: readonly Omit<InputVector, 'text'>[]): void;
  /** Remembers a failure; counts the attempts. */
  fail(failure: InputFailure, now: number): void;
  /**
   * Deletes vectors and failures that no chunk uses.
   *
   * @param among only vectors of these inputs; null: all, which scans two indexes
   * @returns how many vectors
   */
  prune(among: readonly Uint8Array[] | null): number;
}

/** Opens the vectors of a space for writing. */
export function embeddingWriter(
  db: Database,
  space: VectorSpace,
  codes: CodesWriter,
): EmbeddingWriter {
  const insert = db.prepare(
    'INSERT INTO embedding (space_id, input_hash, vector) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const clear = db.prepare('DELETE FROM failure WHERE space_id = ? AND input_hash = ?');
  const fail = db.prepare(
    `INSERT INTO failure (space_id, input_hash, code, message, attempts, failed_at)
     VALUES (?, ?, ?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET code = excluded.code, message = excluded.message,
       attempts = attempts + 1, failed_at = excluded.failed_at`,
  );
  return {
    put: (vectors) => {
      const added = vectors.flatMap(({ inputHash, vector }) => {
        const { changes, lastInsertRowid } = insert.run(space.id, inputHash, asBytes(vector));
        clear.run(space.id, inputHash);
        return changes === 1 ? { id: Number(lastInsertRowid), vector } : [];
      });
      if (added.length > 0) codes.add(added);
    },
    fail: ({ inputHash, code, message }, now) => {
      fail.run(space.id, inputHash, code, message, now);
    },
    prune: (among) => {
      const unused = unusedVectors(db, space, among);
      const remove = db.prepare('DELETE FROM embedding WHERE id = ?');
      for (const id of unused) remove.run(id);
      codes.remove(unused);
      db.prepare(
        `DELETE FROM failure WHERE space_id = ? AND NOT EXISTS (
           SELECT 1 FROM chunk WHERE chunk.input_hash = failure.input_hash)`,
      ).run(space.id);
      return unused.length;
    },
  };
}

function unusedVectors(
  db: Database,
  space: VectorSpace,
  among: readonly Uint8Array[] | null,
): readonly number[] {
  const unused = `SELECT id FROM embedding WHERE space_id = ? AND NOT EXISTS (
    SELECT 1 FROM chunk WHERE chunk.input_hash = embedding.input_hash)`;
  if (among === null) return db.prepare<[number], number>(unused).pluck().all(space.id);
  const one = db.prepare<[number, Uint8Array], number>(`${unused} AND input_hash = ?`).pluck();
  return [...new Set(among.flatMap((inputHash) => one.all(space.id, inputHash)))];
}

/** True if an input has a vector in a space. */
export function hasVector(db: Database, spaceId: number, inputHash: Uint8Array): boolean {
  const has = statement<[number, Uint8Array], unknown>(
    db,
    'SELECT 1 FROM embedding WHERE space_id = ? AND input_hash = ?',
  );
  return has.get(spaceId, inputHash) !== undefined;
}

/** How many vectors of all spaces there are, or somewhat more. To count them would read an index. */
export function vectorsAtMost(db: Database): number {
  const span = statement<[], { readonly ids: number | null }>(
    db,
    'SELECT (SELECT max(id) FROM embedding) - (SELECT min(id) FROM embedding) + 1 AS ids',
  );
  return span.get()?.ids ?? 0;
}
