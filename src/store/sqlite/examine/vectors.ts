/** Whether vectors are vectors, and every chunk has one or a remembered failure. */
import type { Database } from 'better-sqlite3';
import { countOf } from '../passages.ts';
import type { Space } from '../spaces.ts';
import { fromBytes } from '../vectors.ts';

/** Float32 of a few thousand dimensions is off by less than a thousandth of this. */
const UNIT_TOLERANCE = 1e-3;

/** True for a BLOB of unit length and as many dimensions as its space has. */
export function isUnitVector(blob: unknown, dimensions: number): boolean {
  if (!(blob instanceof Uint8Array) || blob.length !== 4 * dimensions) return false;
  let squares = 0;
  for (const value of fromBytes(blob)) squares += value * value;
  return Math.abs(squares - 1) <= UNIT_TOLERANCE;
}

/** Rows of vectors that no model gave: of another length, not finite, not of unit length. */
export function damagedVectors(db: Database, space: Space): readonly number[] {
  const rows = db.prepare<[number], { id: number; vector: unknown }>(
    'SELECT id, vector FROM embedding WHERE space_id = ?',
  );
  const damaged: number[] = [];
  for (const { id, vector } of rows.iterate(space.id)) {
    if (!isUnitVector(vector, space.dimensions)) damaged.push(id);
  }
  return damaged;
}

/** Inputs of stored chunks that have neither a vector nor a failure in a space: never searchable. */
export function uncoveredInputs(db: Database, space: Space): readonly Buffer[] {
  return db
    .prepare<[number, number], Buffer>(
      `SELECT DISTINCT input_hash FROM chunk
       WHERE NOT EXISTS (SELECT 1 FROM embedding AS e
           WHERE e.space_id = ? AND e.input_hash = chunk.input_hash)
         AND NOT EXISTS (SELECT 1 FROM failure AS f
           WHERE f.space_id = ? AND f.input_hash = chunk.input_hash)`,
    )
    .pluck()
    .all(space.id, space.id);
}

/** Vectors that no chunk uses: of an interrupted run, which goes on with them. */
export function countPending(db: Database, space: Space): number {
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
  space: Space,
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
