/**
 * The lists in the corpus file as they are read: derived tables, which change-tables.ts makes. Each vector of the
 * active space is in one list, that of the centre it is nearest to, or in a fresh segment: since the
 * last time that fresh ones were put into their lists.
 */
import type { Database } from 'better-sqlite3';
import { readMeta } from '../meta.ts';
import { areDeclared, type Declarations } from '../schema-objects.ts';
import type { Space } from '../spaces.ts';
import type { StoredDirectory } from './directory.ts';
import { checkFine, checkSigns, type StoredSigns } from './stored-list.ts';
import { check } from './unusable.ts';

/** Another recipe (rotation, codes, layout) is another set of tables: rebuilt by the next writer. */
export const RECIPE = 1;

/** Where the state is in `meta`. */
export const LISTS_KEY = 'vector_lists';

/** The kernel's sums of whole numbers have room for so many. */
const MOST_DIMENSIONS = 32_768;

/** Ids are stored in 32 bits, and what is alive is told by a bit for each up to the largest. */
export const MOST_ID: number = 2 ** 31 - 1;

/** The tables. The stamp is another one whenever a row is written: what was loaded of it is old then. */
export const TABLES: Declarations = {
  vector_directory:
    'CREATE TABLE vector_directory (centres BLOB NOT NULL, codes BLOB NOT NULL) STRICT',
  vector_list:
    'CREATE TABLE vector_list (list INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, size INTEGER NOT NULL, codes BLOB NOT NULL) STRICT',
  vector_fine: 'CREATE TABLE vector_fine (list INTEGER PRIMARY KEY, codes BLOB NOT NULL) STRICT',
};

/** Fresh segments are the lists from this number on; their centre is the mean of all vectors. */
export const FIRST_FRESH = 1_000_000;

/** What the tables hold; kept in `meta`. */
export interface ListsState {
  readonly recipe: number;
  readonly space: number;
  /** Another one after every change: drawn by chance, so that a change that was rolled back never fits. */
  readonly revision: string;
  /** The revision that last changed more than fresh segments: what a reader has loaded is old then. */
  readonly sorted: string;
  /** Lists with a centre. */
  readonly lists: number;
  /** Mean squared distance of those vectors from their centre, about. */
  readonly spread: number;
  /** Vectors that the centres were made for. */
  readonly trained: number;
  /** Vectors that came since. */
  readonly added: number;
  /** Vectors that were in lists when these were last built or sorted. */
  readonly sortedIn: number;
  /** Vectors in fresh segments. */
  readonly fresh: number;
  /** Vectors that went; their codes stay until their list is written anew. */
  readonly dead: number;
}

/** Vectors of the space, as the lists count them. */
export function vectorCount({ sortedIn, fresh, dead }: ListsState): number {
  return Math.max(0, sortedIn + fresh - dead);
}

/** The state of a space's lists; null if there are none, or of another space or recipe. */
export function readListsState(db: Database, space: Space): ListsState | null {
  const state = readMeta<ListsState | null>(db, LISTS_KEY);
  return state?.recipe === RECIPE && state.space === space.id && isSound(state, space)
    ? state
    : null;
}

/** False for what no writer leaves: the file may come from elsewhere. */
function isSound(state: ListsState, { dimensions }: Space): boolean {
  const { revision, sorted, lists, spread, trained, added, sortedIn, fresh, dead } = state;
  return (
    canHaveLists(dimensions) &&
    [revision, sorted].every((text) => typeof text === 'string') &&
    [lists, trained, added, sortedIn, fresh, dead].every(isCount) &&
    lists > 0 &&
    lists < FIRST_FRESH &&
    Number.isFinite(spread)
  );
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** False for spaces of more dimensions than the kernel can sum up. */
export function canHaveLists(dimensions: number): boolean {
  return Number.isSafeInteger(dimensions) && dimensions > 0 && dimensions <= MOST_DIMENSIONS;
}

/** A fresh segment as it is told from others. */
export interface FreshSegment {
  /** Its number. */
  readonly list: number;
  /** Changes with its content. */
  readonly stamp: number;
}

/** Reads the rows of the lists, checked. Statements are prepared once: make one where the tables are. */
export interface ListTables {
  /** @throws ListsUnusable if there is none */
  directory(): StoredDirectory;
  /** Fresh segments, the oldest first. */
  fresh(): readonly FreshSegment[];
  /** A list without its fine codes; null if there is no such row. @throws ListsUnusable */
  signs(list: number): StoredSigns | null;
  /** The fine codes of a list of so many vectors. @throws ListsUnusable */
  fine(list: number, size: number): Buffer;
}

/**
 * Opens the rows of the lists.
 *
 * @param width coordinates of a vector in the kernel
 * @throws ListsUnusable if the tables are not those that a writer makes
 */
export function listTables(db: Database, width: number): ListTables {
  check(areDeclared(db, TABLES), 'other tables');
  const directory = db.prepare<[], StoredDirectory>('SELECT centres, codes FROM vector_directory');
  const fresh = db.prepare<[number], FreshSegment>(
    'SELECT list, stamp FROM vector_list WHERE list >= ? ORDER BY list',
  );
  const signs = db.prepare<[number], { size: number; codes: Buffer }>(
    'SELECT size, codes FROM vector_list WHERE list = ?',
  );
  const fine = db.prepare<[number], Buffer>('SELECT codes FROM vector_fine WHERE list = ?').pluck();
  return {
    directory: () => {
      const row = directory.get();
      check(row !== undefined, 'no directory');
      return row;
    },
    fresh: () => fresh.all(FIRST_FRESH),
    signs: (list) => {
      const row = signs.get(list);
      if (row === undefined) return null;
      checkSigns(row, width);
      return row;
    },
    fine: (list, size) => {
      const codes = fine.get(list);
      checkFine(codes, size, width);
      return codes;
    },
  };
}
