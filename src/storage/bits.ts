/**
 * `embedding_bits`: a derived vec0 table of mean-centred sign bits of the active space's vectors,
 * which finds candidates fast. Everything in it can be rebuilt from `embedding`.
 */
import type { Database } from 'better-sqlite3';
import type { DerivedState } from './derived-state.ts';
import { readMeta, writeMeta } from './meta.ts';
import { countOf } from './passages.ts';
import { areDeclared, type Declarations, dropDeclared } from './schema-objects.ts';
import type { Space } from './spaces.ts';
import { isOddContent } from './sqlite-errors.ts';
import { bitDimensions, fromBytes, signBits, toBytes } from './vectors.ts';

/** Another recipe is another table: it is rebuilt by the next writer. */
const RECIPE = 1;

/** sqlite-vec never reuses the slots of deleted rows: rebuilt when this share of them is dead. */
const MAX_DEAD_SHARE = 0.25;

/** The mean moves as a corpus grows: rebuilt when it holds this many times the vectors. */
const MEAN_GROWTH = 2;

/** What the table was built as; kept in `meta`. */
interface BitsState {
  readonly recipe: number;
  readonly space: number;
  /** Vectors that the mean was taken of. */
  readonly built: number;
  /** Rows deleted since. */
  readonly dead: number;
}

const KEY = 'embedding_bits';

function makeBits(dimensions: number): string {
  return `CREATE VIRTUAL TABLE embedding_bits USING vec0 (bits bit[${bitDimensions(dimensions)}])`;
}

/** What sqlite-vec 0.1 makes of `embedding_bits`. */
function bitTables(dimensions: number): Declarations {
  return {
    embedding_bits: makeBits(dimensions),
    embedding_bits_info: 'CREATE TABLE "embedding_bits_info" (key text primary key, value any)',
    embedding_bits_chunks:
      'CREATE TABLE "embedding_bits_chunks"(chunk_id INTEGER PRIMARY KEY AUTOINCREMENT,size INTEGER NOT NULL,validity BLOB NOT NULL,rowids BLOB NOT NULL)',
    embedding_bits_rowids:
      'CREATE TABLE "embedding_bits_rowids"(rowid INTEGER PRIMARY KEY AUTOINCREMENT,id,chunk_id INTEGER,chunk_offset INTEGER)',
    embedding_bits_vector_chunks00:
      'CREATE TABLE "embedding_bits_vector_chunks00"(rowid PRIMARY KEY,vectors BLOB NOT NULL)',
  };
}

function stateFor(db: Database, space: Space): BitsState | null {
  const state = readMeta<BitsState | null>(db, KEY);
  const fits = state?.recipe === RECIPE && state.space === space.id;
  const isSound = fits && [state.built, state.dead].every(Number.isSafeInteger);
  return isSound && areDeclared(db, bitTables(space.dimensions)) ? state : null;
}

/** True if the table is there and holds the vectors of this space. */
export function bitsUsable(db: Database, space: Space): boolean {
  return stateFor(db, space) !== null;
}

/** Compares the table's rows with the vectors, bit by bit. */
export function bitsState(db: Database, space: Space): DerivedState {
  const state = readMeta<Partial<BitsState> | null>(db, KEY);
  if (state?.recipe !== RECIPE || state.space !== space.id) return 'none';
  const mean = bitsUsable(db, space) ? readMean(db, space) : null;
  try {
    return mean !== null && haveRightBits(db, space, mean) ? 'right' : 'wrong';
  } catch (error) {
    if (isOddContent(error)) return 'wrong';
    throw error;
  }
}

function haveRightBits(db: Database, space: Space, mean: Float32Array): boolean {
  const vectorOf = db
    .prepare<[number, number], Buffer>('SELECT vector FROM embedding WHERE id = ? AND space_id = ?')
    .pluck();
  const stored = db
    .prepare<[], [id: number, bits: Buffer]>('SELECT rowid, bits FROM embedding_bits')
    .raw();
  let count = 0;
  for (const [id, bits] of stored.iterate()) {
    const vector = vectorOf.get(id, space.id);
    if (vector === undefined || !signBits(fromBytes(vector), mean).equals(bits)) return false;
    count += 1;
  }
  return count === countVectors(db, space);
}

/** The mean that the bits of this space were centred with; null before they were built. */
export function readMean(db: Database, space: Space): Float32Array | null {
  const row = db
    .prepare<[number], { mean: Buffer | null }>('SELECT mean FROM space WHERE id = ?')
    .get(space.id);
  return row?.mean?.length === 4 * space.dimensions ? fromBytes(row.mean) : null;
}

/** Keeps the table in step; made once a run, inside whose transactions it is called. */
export interface BitsWriter {
  /** Call in the transaction that stores the vector. */
  add(id: number, vector: Float32Array): void;
  /** Call in the transaction that deletes the vectors. */
  remove(ids: readonly number[]): void;
}

/** A writer for the table as it is now; does nothing where the table has yet to be built. */
export function bitsWriter(db: Database, space: Space): BitsWriter {
  const mean = bitsUsable(db, space) ? readMean(db, space) : null;
  if (mean === null) return { add: () => {}, remove: () => {} };
  const insert = db.prepare('INSERT INTO embedding_bits (rowid, bits) VALUES (?, vec_bit(?))');
  const remove = db.prepare('DELETE FROM embedding_bits WHERE rowid = ?');
  return {
    add: (id, vector) => {
      // sqlite-vec refuses float keys, which is what a JavaScript number is bound as.
      insert.run(BigInt(id), signBits(vector, mean));
    },
    remove: (ids) => {
      for (const id of ids) remove.run(BigInt(id));
      const state = stateFor(db, space);
      if (state !== null) writeMeta(db, KEY, { ...state, dead: state.dead + ids.length });
    },
  };
}

/**
 * Builds or rebuilds the table where it is missing or has aged, in one transaction.
 *
 * @param known about how many vectors there are, if that is known; null counts them
 * @returns true if it was built
 */
export function maintainBits(db: Database, space: Space, known: number | null = null): boolean {
  const state = stateFor(db, space);
  if (state !== null && known !== null && !hasAged(state, known)) return false;
  const count = countVectors(db, space);
  if (count === 0 || (state !== null && !hasAged(state, count))) return false;
  db.transaction(() => rebuild(db, space, count)).immediate();
  return true;
}

/** True unless sqlite-vec has dropped blocks whose every row was deleted: numbers have gaps then. */
export function bitsInOrder(db: Database): boolean {
  if (readMeta(db, KEY) === undefined) return true;
  const gaps = db
    .prepare<[], number>('SELECT count(*) < max(chunk_id) FROM embedding_bits_chunks')
    .pluck();
  return gaps.get() !== 1;
}

/** Drops the table: it is of another space, or of another time. */
export function dropBits(db: Database): void {
  dropTables(db);
  db.prepare('DELETE FROM meta WHERE key = ?').run(KEY);
}

function countVectors(db: Database, space: Space): number {
  return countOf(db, 'embedding WHERE space_id = ?', space.id);
}

/** sqlite-vec takes its own tables along; what is left of their names was not made by it. */
function dropTables(db: Database): void {
  dropDeclared(db, ['embedding_bits']);
  dropDeclared(db, Object.keys(bitTables(0)));
}

function hasAged(state: BitsState, count: number): boolean {
  const grown = count >= state.built * MEAN_GROWTH;
  const dead = state.dead > (count + state.dead) * MAX_DEAD_SHARE;
  return grown || dead;
}

function rebuild(db: Database, space: Space, count: number): void {
  const vectors = db.prepare<[number], { id: number; vector: Buffer }>(
    'SELECT id, vector FROM embedding WHERE space_id = ? ORDER BY id',
  );
  const sum = new Float64Array(space.dimensions);
  for (const { vector } of vectors.iterate(space.id)) {
    const values = fromBytes(vector);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (values[i] ?? 0);
  }
  const mean = Float32Array.from(sum, (value) => value / count);
  dropTables(db);
  db.exec(makeBits(space.dimensions));
  db.prepare('UPDATE space SET mean = ? WHERE id = ?').run(toBytes(mean), space.id);
  writeMeta(db, KEY, {
    recipe: RECIPE,
    space: space.id,
    built: count,
    dead: 0,
  } satisfies BitsState);
  fill(db, space, mean);
}

/** In pages by id: no statement may run while another one of the connection is iterated. */
function fill(db: Database, space: Space, mean: Float32Array): void {
  const page = db.prepare<[number, number], { id: number; vector: Buffer }>(
    'SELECT id, vector FROM embedding WHERE space_id = ? AND id > ? ORDER BY id LIMIT 1000',
  );
  const insert = db.prepare('INSERT INTO embedding_bits (rowid, bits) VALUES (?, vec_bit(?))');
  let last = 0;
  for (;;) {
    const rows = page.all(space.id, last);
    for (const { id, vector } of rows) insert.run(BigInt(id), signBits(fromBytes(vector), mean));
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}
