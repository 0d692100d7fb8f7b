/** Whether vectors are vectors, and every chunk has one or a remembered failure. */
import type { Database } from 'better-sqlite3';
import type { VectorSpace } from '../../reading-types.ts';
import { countOf } from '../counts.ts';
import { bounded } from '../stored-lengths.ts';
import { isUnitVector } from '../vectors.ts';

/** Rows of vectors that no model gave: of another length, not finite, not of unit length. */
export function damagedVectors(db: Database, space: VectorSpace): readonly number[] {
  const rows = db.prepare<[number], { id: number; vector: unknown }>(
    `SELECT id, ${bounded('vector')} AS vector FROM embedding WHERE space_id = ?`,
  );
  const damaged: number[] = [];
  for (const { id, vector } of rows.iterate(space.id)) {
    if (!isUnitVector(vector, space.dimensions)) damaged.push(id);
  }
  return damaged;
}

/** Inputs of stored chunks that have neither a vector nor a failure in a space: never searchable. */
export function uncoveredInputs(db: Database, space: VectorSpace): readonly Buffer[] {
  return db
    .prepare<[number, number], Buffer>(
      `SELECT DISTINCT ${bounded('chunk.input_hash', "x''")} FROM chunk
       WHERE NOT EXISTS (SELECT 1 FROM embedding AS e
           WHERE e.space_id = ? AND e.input_hash = chunk.input_hash)
         AND NOT EXISTS (SELECT 1 FROM failure AS f
           WHERE f.space_id = ? AND f.input_hash = chunk.input_hash)`,
    )
    .pluck()
    .all(space.id, space.id);
}

/** Vectors that no chunk uses: of an interrupted run, which goes on with them. */
export function countPending(db: Database, space: VectorSpace): number {
  const unused = `embedding WHERE space_id = ? AND NOT EXISTS (
    SELECT 1 FROM chunk WHERE chunk.input_hash = embedding.input_hash)`;
  return countOf(db, unused, space.id);
}

/** Deletes vectors by their rows. Call it inside a transaction. */
export function deleteVectors(db: Database, ids: readonly number[]): void {
  const remove = db.prepare('DELETE FROM embedding WHERE id = ?');
  for (const id of ids) remove.run(id);
}

/** Remembers that inputs wait for a vector: the next run asks for it. Call it inside a transaction. */
export function waitForVectors(
  db: Database,
  space: VectorSpace,
  inputs: readonly Buffer[],
  now: number,
): void {
  const wait = db.prepare(
    `INSERT INTO failure (space_id, input_hash, code, message, attempts, failed_at)
     VALUES (?, ?, 'VECTORS_INVALID', 'Its vector was damaged or missing in the corpus.', 0, ?)
     ON CONFLICT DO NOTHING`,
  );
  for (const inputHash of inputs) wait.run(space.id, inputHash, now);
}
