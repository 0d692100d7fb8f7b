/** The vectors by input hash, and the inputs that failed. */
import type { Database } from 'better-sqlite3';
import type { CodesWriter } from './codes/writer.ts';
import type { Space } from './spaces.ts';
import { asBytes, fromBytes } from './vectors.ts';

/** An input that could not be embedded. */
export interface InputFailure {
  /** SHA-256 of the embedding input. */
  readonly inputHash: Buffer;
  readonly code: string;
  readonly message: string;
}

/** A chunk whose input has no vector in a space yet. */
export interface MissingInput {
  readonly inputHash: Buffer;
  /** The embedding input: context and text. */
  readonly text: string;
}

/** An input and its unit vector. */
export interface InputVector {
  /** SHA-256 of the embedding input. */
  readonly inputHash: Buffer;
  readonly vector: Float32Array;
}

/** Vectors and failures of one space. */
export interface EmbeddingStore {
  has(inputHash: Buffer): boolean;
  /** How many vectors of all spaces there are, or somewhat more. To count them would read an index. */
  atMost(): number;
  hasFailed(inputHash: Buffer): boolean;
  /** Stores unit vectors; a second one for the same input is ignored. Clears the inputs' failures. */
  put(vectors: readonly InputVector[]): void;
  /** Remembers a failure; counts the attempts. */
  fail(failure: InputFailure, now: number): void;
  /**
   * Inputs of stored chunks that have no vector, in the order of their chunks, each once.
   *
   * @param except documents whose chunks do not count
   * @param among every chunk, or only those whose input failed; the latter scans no table
   */
  missing(except: readonly number[], among?: 'all' | 'failed'): Iterable<MissingInput>;
  /**
   * Deletes vectors and failures that no chunk uses.
   *
   * @param among only vectors of these inputs; null or left out: all, which scans two indexes
   * @returns how many vectors
   */
  prune(among?: readonly Buffer[] | null): number;
}

/** Opens the vectors of a space for writing. */
export function embeddingStore(db: Database, space: Space, codes: CodesWriter): EmbeddingStore {
  const has = db.prepare('SELECT 1 FROM embedding WHERE space_id = ? AND input_hash = ?');
  const idSpan = db
    .prepare<[], number | null>(
      'SELECT (SELECT max(id) FROM embedding) - (SELECT min(id) FROM embedding) + 1',
    )
    .pluck();
  const failed = db.prepare('SELECT 1 FROM failure WHERE space_id = ? AND input_hash = ?');
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
    has: (hash) => has.get(space.id, hash) !== undefined,
    atMost: () => idSpan.get() ?? 0,
    hasFailed: (hash) => failed.get(space.id, hash) !== undefined,
    put: (vectors) => {
      const added = vectors.flatMap(({ inputHash, vector }) => {
        const { changes, lastInsertRowid } = insert.run(space.id, inputHash, asBytes(vector));
        clear.run(space.id, inputHash);
        return changes === 1 ? { id: Number(lastInsertRowid), vector } : [];
      });
      codes.add(added);
    },
    fail: ({ inputHash, code, message }, now) => {
      fail.run(space.id, inputHash, code, message, now);
    },
    missing: (except, among = 'all') => missingInputs(db, space, { except, among }),
    prune: (among = null) => prune(db, space, { codes, among }),
  };
}

function* missingInputs(
  db: Database,
  space: Space,
  { except, among }: { except: readonly number[]; among: 'all' | 'failed' },
): Iterable<MissingInput> {
  const chunks =
    among === 'all'
      ? 'chunk WHERE'
      : `chunk INDEXED BY chunk_input_hash
         WHERE input_hash IN (SELECT input_hash FROM failure WHERE space_id = ${space.id}) AND`;
  // An input that several chunks share is asked for at the first of them.
  const page = db.prepare<[string, number, number], MissingInput & { id: number }>(
    `WITH left_out AS MATERIALIZED (SELECT value FROM json_each(?))
     SELECT id, input_hash AS inputHash, context || text AS text FROM ${chunks}
       id > ? AND document_id NOT IN left_out
       AND NOT EXISTS (
         SELECT 1 FROM embedding AS e WHERE e.space_id = ? AND e.input_hash = chunk.input_hash)
       AND id = (SELECT min(id) FROM chunk AS c
                 WHERE c.input_hash = chunk.input_hash AND c.document_id NOT IN left_out)
     ORDER BY id LIMIT 200`,
  );
  const leftOut = JSON.stringify(except);
  let last = 0;
  for (;;) {
    const rows = page.all(leftOut, last, space.id);
    for (const { inputHash, text } of rows) yield { inputHash, text };
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}

function prune(
  db: Database,
  space: Space,
  { codes, among }: { codes: CodesWriter; among: readonly Buffer[] | null },
): number {
  const unused = unusedVectors(db, space, among);
  const remove = db.prepare('DELETE FROM embedding WHERE id = ?');
  const prune = db.transaction(() => {
    for (const id of unused) remove.run(id);
    if (unused.length > 0) codes.remove(unused);
    db.prepare(
      `DELETE FROM failure WHERE space_id = ? AND NOT EXISTS (
         SELECT 1 FROM chunk WHERE chunk.input_hash = failure.input_hash)`,
    ).run(space.id);
  });
  prune.immediate();
  return unused.length;
}

function unusedVectors(
  db: Database,
  space: Space,
  among: readonly Buffer[] | null,
): readonly number[] {
  const unused = `SELECT id FROM embedding WHERE space_id = ? AND NOT EXISTS (
    SELECT 1 FROM chunk WHERE chunk.input_hash = embedding.input_hash)`;
  if (among === null) return db.prepare<[number], number>(unused).pluck().all(space.id);
  const one = db.prepare<[number, Buffer], number>(`${unused} AND input_hash = ?`).pluck();
  return [...new Set(among.flatMap((inputHash) => one.all(space.id, inputHash)))];
}

/** The stored unit vector of an input; null if there is none. */
export function readVector(db: Database, space: Space, inputHash: Buffer): Float32Array | null {
  const row = db
    .prepare<[number, Buffer], { vector: Buffer }>(
      'SELECT vector FROM embedding WHERE space_id = ? AND input_hash = ?',
    )
    .get(space.id, inputHash);
  return row === undefined ? null : fromBytes(row.vector);
}

/** A stored input and its vector. */
export interface SampledInput {
  /** The embedding input. */
  readonly text: string;
  /** Unit length. */
  readonly vector: Float32Array;
}

/** Some inputs of a space with their vectors: in the order of their hashes, which is a fair draw. */
export function sampleInputs(db: Database, space: Space, size: number): readonly SampledInput[] {
  return db
    .prepare<[number, number], { text: string; vector: Buffer }>(
      `SELECT (SELECT context || text FROM chunk WHERE chunk.input_hash = embedding.input_hash
               LIMIT 1) AS text, vector
       FROM embedding
       WHERE space_id = ? AND EXISTS (
         SELECT 1 FROM chunk WHERE chunk.input_hash = embedding.input_hash)
       ORDER BY input_hash LIMIT ?`,
    )
    .all(space.id, size)
    .map(({ text, vector }) => ({ text, vector: fromBytes(vector) }));
}
