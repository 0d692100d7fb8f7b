/**
 * The derived tables of vectors, kept as one: sign bits for SQL, lists for search. Everything in them can
 * be rebuilt from `embedding`.
 */
import type { Database } from 'better-sqlite3';
import { bitsWriter, dropBits, maintainBits } from './bits.ts';
import { dropLists } from './lists/change-tables.ts';
import { listsWriter, maintainLists } from './lists/maintain.ts';
import { dropUnusableLists } from './lists/mend.ts';
import { readListsState, vectorCount } from './lists/tables.ts';
import type { Space } from './spaces.ts';
import { toBytes } from './vectors.ts';

/** A vector that was stored. */
export interface StoredVector {
  /** Its row in `embedding`. */
  readonly id: number;
  /** Unit length. */
  readonly vector: Float32Array;
}

/** Keeps the tables in step; made once a run, inside whose transactions it is called. */
export interface DerivedWriter {
  /** Call in the transaction that stores the vectors. */
  add(vectors: readonly StoredVector[]): void;
  /** Call in the transaction that deletes the vectors. */
  remove(ids: readonly number[]): void;
}

/** A writer for the tables as they are now; does nothing where they have yet to be built. */
export function derivedWriter(db: Database, space: Space): DerivedWriter {
  const bits = bitsWriter(db, space);
  const lists = listsWriter(db, space);
  return {
    add: (vectors) => {
      for (const { id, vector } of vectors) bits.add(id, vector);
      lists.add(vectors.map(({ id, vector }) => ({ id, vector: toBytes(vector) })));
    },
    remove: (ids) => {
      bits.remove(ids);
      lists.remove(ids);
    },
  };
}

/** Builds what is missing and rebuilds what has aged. Cheap where nothing is to be done. */
export function maintainDerived(db: Database, space: Space): void {
  dropUnusableLists(db, space);
  maintainLists(db, space);
  // The lists count as they go; to count a million vectors takes tens of milliseconds.
  const state = readListsState(db, space);
  maintainBits(db, space, state === null ? null : vectorCount(state));
}

/** Makes the tables anew for a space: those that are there are of another one. */
export function rebuildDerived(db: Database, space: Space): void {
  dropBits(db);
  dropLists(db);
  maintainDerived(db, space);
}
