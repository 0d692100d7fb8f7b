/** Whether the index of words is there, and holds every passage. */
import type { Database } from 'better-sqlite3';
import { readMeta, writeMeta } from '../meta.ts';
import { areDeclared } from '../schema-objects.ts';
import { dropTables, FORMER_KEY, makeTables, WORD_TABLES } from './tables.ts';

/** Another recipe (terms, weights, blocks) is another index: it is built anew by the next writer. */
const RECIPE = 2;

const KEY = 'words';

/** What the index was built as; kept in `meta`. */
interface WordsState {
  readonly recipe: number;
  /** False until every chunk that was there before the index is in it. */
  readonly complete: boolean;
}

/** What `meta` says of an index that could be used: complete or not; null if there is none. */
export function readState(db: Database): WordsState | null {
  const state = readMeta<WordsState | null>(db, KEY);
  // Who has written the former one since did not know this one.
  const isCurrent = state?.recipe === RECIPE && readMeta(db, FORMER_KEY) === undefined;
  return isCurrent ? state : null;
}

/** True if writers keep the index in step. */
export function wordsKept(db: Database): boolean {
  return readState(db) !== null && areDeclared(db, WORD_TABLES);
}

/** True if the index is there and holds every chunk: words can be searched. */
export function wordsUsable(db: Database): boolean {
  return readState(db)?.complete === true && areDeclared(db, WORD_TABLES);
}

/** Makes the index, empty, if it is missing or of another recipe. Call at the start of a writing run. */
export function prepareWords(db: Database): void {
  if (wordsKept(db)) return;
  db.transaction(() => {
    makeTables(db);
    const empty = db.prepare('SELECT 1 FROM chunk LIMIT 1').get() === undefined;
    writeState(db, empty);
  }).immediate();
}

/** Says whether every chunk is in the index. */
export function writeState(db: Database, complete: boolean): void {
  writeMeta(db, KEY, { recipe: RECIPE, complete } satisfies WordsState);
}

/** Drops the index, and whatever else goes by its names. Call it inside a transaction. */
export function dropWords(db: Database): void {
  dropTables(db);
  db.prepare('DELETE FROM meta WHERE key = ?').run(KEY);
}
