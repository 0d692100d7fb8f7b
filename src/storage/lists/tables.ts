/**
 * The lists in the corpus file: derived tables that a writer makes, fills and drops. Each vector of the
 * active space is in one list, that of the centre it is nearest to, or in a fresh segment: since the
 * last time that fresh ones were put into their lists.
 */
import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { readMeta, writeMeta } from '../meta.ts';
import type { Space } from '../spaces.ts';
import type { StoredDirectory } from './directory.ts';
import type { StoredList } from './stored-list.ts';

/** Another recipe (rotation, codes, layout) is another set of tables: rebuilt by the next writer. */
const RECIPE = 1;

const KEY = 'vector_lists';

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
  const state = readMeta<ListsState>(db, KEY);
  return state?.recipe === RECIPE && state.space === space.id ? state : null;
}

/** Changes the state; without `sorted` more than fresh segments have changed. */
export function writeListsState(
  db: Database,
  space: Space,
  state: Omit<ListsState, 'recipe' | 'space' | 'revision' | 'sorted'> & { sorted?: string },
): void {
  const revision = randomUUID();
  const { sorted = revision } = state;
  writeMeta(db, KEY, {
    ...state,
    ...{ recipe: RECIPE, space: space.id, revision, sorted },
  } satisfies ListsState);
}

/** Drops the tables. */
export function dropLists(db: Database): void {
  db.exec(`DROP TABLE IF EXISTS vector_directory;
    DROP TABLE IF EXISTS vector_list;
    DROP TABLE IF EXISTS vector_fine`);
  db.prepare('DELETE FROM meta WHERE key = ?').run(KEY);
}

/** Makes the tables, with a directory and no lists. */
export function createLists(db: Database, { centres, codes }: StoredDirectory): void {
  dropLists(db);
  db.exec(`
    CREATE TABLE vector_directory (centres BLOB NOT NULL, codes BLOB NOT NULL) STRICT;
    CREATE TABLE vector_list (list INTEGER PRIMARY KEY, size INTEGER NOT NULL, codes BLOB NOT NULL) STRICT;
    CREATE TABLE vector_fine (list INTEGER PRIMARY KEY, codes BLOB NOT NULL) STRICT;`);
  db.prepare('INSERT INTO vector_directory (centres, codes) VALUES (?, ?)').run(centres, codes);
}

/** Rows of the lists. Statements are prepared once: make one where the tables are. */
export interface ListTables {
  directory(): StoredDirectory;
  /** Fresh segments and how many vectors each has, the oldest first. */
  fresh(): readonly { readonly list: number; readonly size: number }[];
  /** A list without its fine codes; null if it has no vectors. */
  signs(list: number): Omit<StoredList, 'fine'> | null;
  /** The fine codes of a list that is there. */
  fine(list: number): Buffer;
  write(list: number, stored: StoredList): void;
  remove(list: number): void;
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
    write: (list, { size, codes, fine: fineCodes }) => {
      db.prepare('INSERT OR REPLACE INTO vector_list (list, size, codes) VALUES (?, ?, ?)').run(
        ...[list, size, codes],
      );
      db.prepare('INSERT OR REPLACE INTO vector_fine (list, codes) VALUES (?, ?)').run(
        ...[list, fineCodes],
      );
    },
    remove: (list) => {
      db.prepare('DELETE FROM vector_list WHERE list = ?').run(list);
      db.prepare('DELETE FROM vector_fine WHERE list = ?').run(list);
    },
  };
}
