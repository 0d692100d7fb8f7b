/** The tables of the index of words, derived from `chunk` and `document`. */
import type { Database } from 'better-sqlite3';
import { type Declarations, dropDeclared, dropFormer } from '../schema-objects.ts';

/**
 * - `words_fresh`: passages whose terms are not in a segment yet: terms joined by spaces, and a byte for
 *   the weighted frequency of each.
 * - `words_segment`: what was folded or merged at once: rows, those included that have gone since, and of
 *   those that have not their number and their length in terms.
 * - `words_length`: by row one more than its length in two bytes, the lower first, 0 for one that is not in
 *   the segment, or has gone from it; in pages of 4,096 rows, whose id is the segment's times 16,384 and the page's number.
 * - `words_block`: posting lists (words/blocks.ts); the keys are the dictionary.
 */
export const WORD_TABLES: Declarations = {
  words_fresh:
    'CREATE TABLE words_fresh (chunk_id INTEGER PRIMARY KEY, length INTEGER NOT NULL, terms TEXT NOT NULL, frequencies BLOB NOT NULL) STRICT',
  words_segment:
    'CREATE TABLE words_segment (id INTEGER PRIMARY KEY, rows INTEGER NOT NULL, live INTEGER NOT NULL, terms INTEGER NOT NULL) STRICT',
  words_length: 'CREATE TABLE words_length (id INTEGER PRIMARY KEY, codes BLOB NOT NULL) STRICT',
  words_block:
    'CREATE TABLE words_block (segment INTEGER NOT NULL, term TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (segment, term, first)) STRICT, WITHOUT ROWID',
};

/** What umekomi had before, over FTS5. */
const FORMER: readonly string[] = [
  ...['chunk_terms_vocabulary', 'chunk_terms'],
  ...['data', 'idx', 'docsize', 'config', 'content'].map((name) => `chunk_terms_${name}`),
];

/** The entry of `meta` that those had. */
export const FORMER_KEY = 'chunk_terms';

/** Makes the tables, empty; drops what goes by their names, and what was there before them. */
export function makeTables(db: Database): void {
  dropTables(db);
  for (const sql of Object.values(WORD_TABLES)) db.exec(sql);
}

/** Drops the tables, those before them as well. */
export function dropTables(db: Database): void {
  dropFormer(db, FORMER);
  dropDeclared(db, Object.keys(WORD_TABLES));
  db.prepare('DELETE FROM meta WHERE key = ?').run(FORMER_KEY);
}
