/**
 * The lists in the corpus file as they are read: derived tables, which change-tables.ts makes. Each vector of the
 * active space is in one list, that of the centre it is nearest to, or in a fresh segment: since the
 * last time that fresh ones were put into their lists.
 */
import type { Database } from 'better-sqlite3';
import { readMeta } from '../meta.ts';
import type { Space } from '../spaces.ts';
import type { StoredDirectory } from './directory.ts';
import type { StoredList } from './stored-list.ts';

/** Another recipe (rotation, codes, layout) is another set of tables: rebuilt by the next writer. */
export const RECIPE = 1;

/** Where the state is in `meta`. */
export const LISTS_KEY = 'vector_lists';

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
  /** Of those, the ones in fresh segments. */
  readonly fresh: number;
  /** Vectors that went; their codes stay until their list is written anew. */
  readonly dead: number;
}

/** The state of a space's lists; null if there are none, or of another space or recipe. */
export function readListsState(db: Database, space: Space): ListsState | null {
  const state = readMeta<ListsState>(db, LISTS_KEY);
  return state?.recipe === RECIPE && state.space === space.id ? state : null;
}

/** Reads the rows of the lists. Statements are prepared once: make one where the tables are. */
export interface ListTables {
  directory(): StoredDirectory;
  /** Fresh segments and how many vectors each has, the oldest first. */
  fresh(): readonly { readonly list: number; readonly size: number }[];
  /** A list without its fine codes; null if it has no vectors. */
  signs(list: number): Omit<StoredList, 'fine'> | null;
  /** The fine codes of a list that is there. */
  fine(list: number): Buffer;
}

/** Opens the rows of the lists. */
export function listTables(db: Database): ListTables {
  const directory = db.prepare<[], StoredDirectory>('SELECT centres, codes FROM vector_directory');
  const fresh = db.prepare<[number], { list: number; size: number }>(
    'SELECT list, size FROM vector_list WHERE list >= ? ORDER BY list',
  );
  const signs = db.prepare<[number], { size: number; codes: Buffer }>(
    'SELECT size, codes FROM vector_list WHERE list = ?',
  );
  const fine = db.prepare<[number], Buffer>('SELECT codes FROM vector_fine WHERE list = ?').pluck();
  return {
    directory: () => directory.get() ?? { centres: Buffer.alloc(0), codes: Buffer.alloc(0) },
    fresh: () => fresh.all(FIRST_FRESH),
    signs: (list) => signs.get(list) ?? null,
    fine: (list) => fine.get(list) ?? Buffer.alloc(0),
  };
}
