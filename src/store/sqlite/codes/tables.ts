/**
 * The codes in the corpus file: derived tables of the active space. Vectors are in segments in the order in
 * which they came; what was deleted is listed until all is encoded anew. `space.mean`, which the codes are
 * relative to, is taken of every corpus: it also says how near a passage is that has nothing to do with a
 * query.
 */
import type { Database } from 'better-sqlite3';
import type { VectorSpace } from '../../reading-types.ts';
import { readMeta } from '../meta.ts';
import { areDeclared, type Declarations } from '../schema-objects.ts';
import { statement } from '../statements.ts';
import { bounded } from '../stored-lengths.ts';
import { fromBytes } from '../vectors.ts';

/** Another recipe (rotation, codes, layout) is another set of tables: rebuilt by the next writer. */
export const RECIPE = 1;

/** Where the state is in `meta`. */
export const CODES_KEY = 'vector_codes';

/** Up to here every vector is compared: 20 ms at 1024 dimensions, and exact. */
export const EXACT_SCAN_LIMIT = 5_000;

/** Ids are stored in 32 bits. */
export const MAX_ID: number = 2 ** 32 - 1;

/** With more, the kernel's tables of a query have too few steps. */
const MAX_DIMENSIONS = 32_768;

/** The tables. */
export const TABLES: Declarations = {
  vector_codes:
    'CREATE TABLE vector_codes (segment INTEGER PRIMARY KEY, size INTEGER NOT NULL, codes BLOB NOT NULL) STRICT',
  // The codes of this vector at places before `before` are of one that was deleted: an id may be used again.
  vector_gone: 'CREATE TABLE vector_gone (id INTEGER PRIMARY KEY, before INTEGER NOT NULL) STRICT',
};

/** What was derived from the vectors; kept in `meta`. */
export interface CodesState {
  readonly recipe: number;
  readonly space: number;
  /** Another one after every change: drawn by chance, so that a change that was rolled back never fits. */
  readonly revision: string;
  /** The revision in which all codes were made: what a reader has loaded of others is old. */
  readonly built: string;
  /** Vectors that the mean was taken of. */
  readonly averaged: number;
  /** Places with a code, those of deleted vectors among them; 0 while every vector is compared. */
  readonly coded: number;
  /** Deleted vectors among them. */
  readonly gone: number;
}

/** The state of a space's codes; null if there are none, or of another space or recipe. */
export function readCodesState(db: Database, space: VectorSpace): CodesState | null {
  const state = readMeta<CodesState | null>(db, CODES_KEY);
  return state?.recipe === RECIPE && state.space === space.id && isSound(state, space)
    ? state
    : null;
}

/** False for what no writer leaves: the file may come from elsewhere. */
function isSound(state: CodesState, { dimensions }: VectorSpace): boolean {
  const { revision, built, averaged, coded, gone } = state;
  return (
    [revision, built].every((text) => typeof text === 'string') &&
    [averaged, coded, gone].every((value) => Number.isSafeInteger(value) && value >= 0) &&
    gone <= coded &&
    (coded === 0 || canBeCoded(dimensions))
  );
}

/** False for spaces of more dimensions than the kernel can search. */
export function canBeCoded(dimensions: number): boolean {
  return Number.isSafeInteger(dimensions) && dimensions > 0 && dimensions <= MAX_DIMENSIONS;
}

/** Vectors of the space, as the codes count them. */
export function vectorCount({ coded, gone }: CodesState): number {
  return coded - gone;
}

/** True if the tables are just those that a writer makes. */
export function areCodesDeclared(db: Database): boolean {
  return areDeclared(db, TABLES);
}

/** The mean of the vectors of this space; null before there are any. Float32, not of length 1. */
export function readMean(db: Database, space: VectorSpace): Float32Array | null {
  const read = statement<[number], { mean: Buffer | null }>(
    db,
    `SELECT ${bounded('mean')} AS mean FROM space WHERE id = ?`,
  );
  const row = read.get(space.id);
  return row?.mean?.length === 4 * space.dimensions ? fromBytes(row.mean) : null;
}
