/**
 * A corpus of an earlier version has inverted lists and a vec0 table of sign bits instead of codes: a
 * reader compares every vector, and the next writer drops them and makes codes.
 */
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCodesState } from '../../../../../src/store/sqlite/codes/tables.ts';
import { emptyCorpus } from '../filled.ts';
import { addDocuments, DOCUMENTS, expectRightCodes, vectorSource, workshop } from './corpora.ts';
import { DIMENSIONS, expectExact } from './damage.ts';

/** As the earlier version declared and filled them. */
const FORMER = `
  CREATE VIRTUAL TABLE embedding_bits USING vec0 (bits bit[24]);
  INSERT INTO embedding_bits (rowid, bits) SELECT id, vec_bit(x'ff00ff') FROM embedding;
  CREATE TABLE vector_directory (centres BLOB NOT NULL, codes BLOB NOT NULL) STRICT;
  INSERT INTO vector_directory VALUES (zeroblob(256), zeroblob(40));
  CREATE TABLE vector_list (list INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, size INTEGER NOT NULL, codes BLOB NOT NULL) STRICT;
  INSERT INTO vector_list VALUES (0, 1, 5, zeroblob(60));
  CREATE TABLE vector_fine (list INTEGER PRIMARY KEY, codes BLOB NOT NULL) STRICT;
  INSERT INTO vector_fine VALUES (0, zeroblob(100));
  UPDATE space SET mean = zeroblob(4 * dimensions);
  INSERT INTO meta VALUES
    ('embedding_bits', '{"recipe":1,"space":1,"built":6000,"dead":0}'),
    ('vector_lists', '{"recipe":1,"space":1,"revision":"a","sorted":"a","lists":1,"spread":0.1,"trained":6000,"added":0,"sortedIn":6000,"fresh":0,"dead":0}')`;

const files = workshop();
const [large, small] = [files.path('large.db'), files.path('small.db')];

beforeAll(() => {
  for (const [path, documents] of [
    [large, DOCUMENTS],
    [small, 30],
  ] as const) {
    const corpus = emptyCorpus(DIMENSIONS, path);
    addDocuments(corpus, vectorSource(DIMENSIONS, 1), { prefix: 'base', documents });
    corpus.db.exec(FORMER);
    corpus.close();
  }
});
afterEach(() => files.closeAll());
afterAll(() => files.remove());

function changed(path: string, sql: string): string {
  const copy = files.copyOf(path);
  const db = new Database(copy);
  sqliteVec.load(db);
  db.unsafeMode(true);
  db.exec(sql);
  db.close();
  return copy;
}

function formerNames(db: Database.Database): unknown[] {
  const names = db.prepare(
    `SELECT name FROM sqlite_schema
     WHERE name LIKE 'embedding_bits%' OR name LIKE 'vector_%' AND name NOT IN ('vector_codes', 'vector_gone')
     UNION SELECT key FROM meta WHERE key IN ('embedding_bits', 'vector_lists')`,
  );
  return names.pluck().all();
}

/** What may have happened to them meanwhile. */
const STATES: Readonly<Record<string, string>> = {
  'as they were': '',
  'with a view in the place of the sign bits': `DROP TABLE embedding_bits;
    CREATE VIEW embedding_bits AS SELECT 1 AS rowid, x'00' AS bits`,
  'with a table in the place of the sign bits': `DROP TABLE embedding_bits;
    CREATE TABLE embedding_bits (bits BLOB)`,
  'with a view in the place of the lists': `DROP TABLE vector_list;
    CREATE VIEW vector_list AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i AS list FROM n`,
  'with no tables': `DROP TABLE embedding_bits; DROP TABLE vector_list; DROP TABLE vector_fine;
    DROP TABLE vector_directory`,
  'without lists': `DROP TABLE vector_list; DROP TABLE vector_fine; DROP TABLE vector_directory;
    DELETE FROM meta WHERE key = 'vector_lists'`,
  'with a state that is none': `UPDATE meta SET value = 'null' WHERE key = 'embedding_bits';
    UPDATE meta SET value = '[]' WHERE key = 'vector_lists'`,
};

describe.each(Object.entries(STATES))('tables of an earlier version, %s', (_, sql) => {
  it('are not searched, and dropped by the next writer, which makes codes', () => {
    const path = changed(large, sql);
    const search = files.search(path);
    expectExact(search);
    expect(formerNames(search.db)).not.toEqual([]);
    const corpus = files.write(path);
    addDocuments(corpus, vectorSource(DIMENSIONS, 3), { prefix: 'more', documents: 1 });
    corpus.maintain();
    expect(formerNames(corpus.db)).toEqual([]);
    expectRightCodes(corpus.db);
    expectExact(search);
  });

  it('of few vectors are dropped as well', () => {
    const path = changed(small, sql);
    expectExact(files.search(path));
    const corpus = files.write(path);
    corpus.maintain();
    expect(formerNames(corpus.db)).toEqual([]);
    expect(readCodesState(corpus.db, corpus.space)).toMatchObject({ averaged: 300, coded: 0 });
    expectExact(files.search(path));
  });
});
it('a vec0 table that cannot be dropped, for some of its own are missing, stops no writer', () => {
  const path = changed(large, 'DROP TABLE embedding_bits_rowids');
  const corpus = files.write(path);
  corpus.maintain();
  expectRightCodes(corpus.db);
  expectExact(files.search(path));
});
