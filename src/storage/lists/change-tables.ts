/** The lists in the corpus file as they are changed; call everything inside a transaction. */
import { randomInt, randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { writeMeta } from '../meta.ts';
import { dropDeclared } from '../schema-objects.ts';
import type { Space } from '../spaces.ts';
import type { StoredDirectory } from './directory.ts';
import type { StoredList } from './stored-list.ts';
import { LISTS_KEY, type ListsState, RECIPE, TABLES } from './tables.ts';

/** Changes the state; without `sorted` more than fresh segments have changed. */
export function writeListsState(
  db: Database,
  space: Space,
  state: Omit<ListsState, 'recipe' | 'space' | 'revision' | 'sorted'> & { sorted?: string },
): void {
  const revision = randomUUID();
  const { sorted = revision } = state;
  writeMeta(db, LISTS_KEY, {
    ...state,
    ...{ recipe: RECIPE, space: space.id, revision, sorted },
  } satisfies ListsState);
}

/** Drops the tables, and whatever else goes by their names. */
export function dropLists(db: Database): void {
  dropDeclared(db, Object.keys(TABLES));
  db.prepare('DELETE FROM meta WHERE key = ?').run(LISTS_KEY);
}

/** Makes the tables, with a directory and no lists. */
export function createLists(db: Database, { centres, codes }: StoredDirectory): void {
  dropLists(db);
  for (const sql of Object.values(TABLES)) db.exec(sql);
  db.prepare('INSERT INTO vector_directory (centres, codes) VALUES (?, ?)').run(centres, codes);
}

/** `randomInt` gives no more. */
const MOST_STAMP = 2 ** 48 - 1;

/** Writes rows of the lists. */
export interface ListWriter {
  write(list: number, stored: StoredList): void;
  remove(list: number): void;
}

/** Prepares the statements. */
export function listWriter(db: Database): ListWriter {
  const codes = db.prepare(
    'INSERT OR REPLACE INTO vector_list (list, stamp, size, codes) VALUES (?, ?, ?, ?)',
  );
  const fine = db.prepare('INSERT OR REPLACE INTO vector_fine (list, codes) VALUES (?, ?)');
  const removals = ['vector_list', 'vector_fine'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE list = ?`),
  );
  return {
    write: (list, stored) => {
      codes.run(list, randomInt(MOST_STAMP), stored.size, stored.codes);
      fine.run(list, stored.fine);
    },
    remove: (list) => {
      for (const removal of removals) removal.run(list);
    },
  };
}
