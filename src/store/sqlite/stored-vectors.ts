/** Stored vectors, by passage or as a sample. */
import type { Database } from 'better-sqlite3';
import type { VectorSpace } from '../reading-types.ts';
import type { InputVector } from '../writing-types.ts';
import { statement } from './statements.ts';
import { bounded } from './stored-lengths.ts';
import { fromBytes, isUnitVector } from './vectors.ts';

/** The vectors of passages in a space by the passages' ids; damaged ones are left out. */
export function passageVectors(
  db: Database,
  { id, dimensions }: VectorSpace,
  passageIds: readonly number[],
): ReadonlyMap<number, Float32Array> {
  const rows = statement<[string, number], { readonly id: number; readonly vector: unknown }>(
    db,
    `SELECT chunk.id AS id, ${bounded('embedding.vector')} AS vector
     FROM json_each(?) AS wanted
     CROSS JOIN chunk ON chunk.id = wanted.value
     CROSS JOIN embedding ON embedding.space_id = ? AND embedding.input_hash = chunk.input_hash`,
  );
  const vectors = new Map<number, Float32Array>();
  for (const row of rows.all(JSON.stringify(passageIds), id)) {
    if (isUnitVector(row.vector, dimensions)) vectors.set(row.id, fromBytes(row.vector));
  }
  return vectors;
}

/** Some inputs of a space with their vectors: in the order of their hashes, which is a fair draw. */
export function sampleInputs(db: Database, spaceId: number, count: number): readonly InputVector[] {
  const rows = db.prepare<[number, number], Omit<InputVector, 'vector'> & { vector: Buffer }>(
    `SELECT ${bounded('input_hash', "x''")} AS inputHash,
       (SELECT ${bounded('context', "''")} || ${bounded('text', "''")} FROM chunk
        WHERE chunk.input_hash = embedding.input_hash LIMIT 1) AS text, ${bounded('vector', "x''")} AS vector
     FROM embedding
     WHERE space_id = ? AND EXISTS (
       SELECT 1 FROM chunk WHERE chunk.input_hash = embedding.input_hash)
     ORDER BY input_hash LIMIT ?`,
  );
  return rows.all(spaceId, count).map((row) => ({ ...row, vector: fromBytes(row.vector) }));
}
