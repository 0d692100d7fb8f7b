/**
 * A corpus file may come from elsewhere or be damaged. Whatever its lists say, a search gives what it
 * would give without them, and the next writer makes them anew.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bitsUsable } from '../../../../src/storage/bits.ts';
import { FIRST_FRESH, LISTS_KEY } from '../../../../src/storage/lists/tables.ts';
import type { Neighbour } from '../../../../src/storage/nearest/query.ts';
import { emptyCorpus, type Filled, reopened, seeded } from '../filled.ts';
import {
  addDocuments,
  idsInLists,
  liveIds,
  mean,
  recall,
  type Searcher,
  searcher,
  vectorSource,
} from './corpora.ts';

const DIMENSIONS = 20;
const folder = mkdtempSync(join(tmpdir(), 'umekomi-damaged-'));
const base = join(folder, 'base.db');
const queries = Array.from({ length: 3 }, vectorSource(DIMENSIONS, 5).query);

beforeAll(() => {
  const corpus = emptyCorpus(DIMENSIONS, base);
  const source = vectorSource(DIMENSIONS, 1);
  addDocuments(corpus, source, { prefix: 'base', documents: 505 });
  corpus.maintain();
  // And fresh segments.
  addDocuments(corpus, source, { prefix: 'fresh', documents: 12 });
  corpus.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A copy of the corpus that someone has changed. */
function changed(change: (db: Database.Database) => void): string {
  const path = join(folder, 'copy.db');
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
  copyFileSync(base, path);
  const db = new Database(path);
  db.unsafeMode(true);
  change(db);
  db.close();
  return path;
}

function searching(path: string): Searcher {
  const search = searcher(path);
  open.push(search);
  return search;
}

function writing(path: string): Filled {
  const corpus = reopened(path);
  open.push(corpus);
  return corpus;
}

function distances(found: readonly Neighbour[]): unknown[] {
  return found.map(({ distance }) => expect.closeTo(distance, 6));
}

function expectRight(search: Searcher, least = 0.95): void {
  const found = queries.map((query) => {
    const truth = search.nearest(query, { exact: true });
    expect(search.nearest(query)).toHaveLength(truth.length);
    // Once more: what the first one learnt.
    expect(search.nearest(query).map(({ distance }) => distance)).toEqual(
      distances(search.nearest(query, { fresh: true })),
    );
    return recall(search.nearest(query), truth);
  });
  expect(mean(found)).toBeGreaterThanOrEqual(least);
}

const META = `UPDATE meta SET value = ? WHERE key = '${LISTS_KEY}'`;
const FLOAT = { nan: "x'0000c07f'", infinite: "x'0000807f'", huge: "x'ffff7f7f'" };

function setState(
  db: Database.Database,
  change: (state: Record<string, unknown>) => unknown,
): void {
  const value = db.prepare<[], string>(`SELECT value FROM meta WHERE key = '${LISTS_KEY}'`);
  const state = JSON.parse(value.pluck().get() ?? '{}') as Record<string, unknown>;
  db.prepare(META).run(JSON.stringify(change(state)));
}

/** Puts four bytes over those that begin at an SQL expression (from 1). */
function overwrite(table: string, at: string, bytes: string): string {
  return `UPDATE ${table} SET codes =
      CAST(substr(codes, 1, ${at} - 1) || ${bytes} || substr(codes, ${at} + 4) AS BLOB)
    WHERE length(codes) > ${at} + 4`;
}

const STRICT = (sql: string): string =>
  `PRAGMA writable_schema = ON; ${sql}; PRAGMA writable_schema = RESET`;

/** Changes that a writer sees by the sizes alone. */
const SHAPES: Readonly<Record<string, string>> = {
  'blobs of lists cut off':
    'UPDATE vector_list SET codes = substr(codes, 1, length(codes) - 1) WHERE size > 0',
  'blobs of lists too long': `UPDATE vector_list SET codes = CAST(codes || x'00' AS BLOB)`,
  'empty blobs': `UPDATE vector_list SET codes = x''`,
  'fine codes cut off': 'UPDATE vector_fine SET codes = substr(codes, 1, length(codes) / 2)',
  'empty fine codes': `UPDATE vector_fine SET codes = x''`,
  'fine codes too long': `UPDATE vector_fine SET codes = CAST(codes || codes AS BLOB)`,
  'larger sizes': 'UPDATE vector_list SET size = size + 1',
  'huge sizes': 'UPDATE vector_list SET size = 1 << 40',
  'the largest sizes': 'UPDATE vector_list SET size = 9223372036854775807',
  'sizes of 2^29': 'UPDATE vector_list SET size = 1 << 29',
  'negative sizes': 'UPDATE vector_list SET size = -size',
  'no sizes': 'UPDATE vector_list SET size = 0',
  'no lists': 'DELETE FROM vector_list',
  'no fine codes': 'DELETE FROM vector_fine',
  'half of the lists': 'DELETE FROM vector_list WHERE list % 2',
  'half of the fine codes': 'DELETE FROM vector_fine WHERE list % 2',
  'no directory': 'DELETE FROM vector_directory',
  'an empty directory': `UPDATE vector_directory SET centres = x'', codes = x''`,
  'a directory of no lists': 'UPDATE vector_directory SET centres = substr(centres, 1, 128)',
  'a directory of another width':
    'UPDATE vector_directory SET centres = CAST(centres || centres AS BLOB)',
  'a directory cut off': 'UPDATE vector_directory SET codes = substr(codes, 1, 100)',
  'a directory of one byte': `UPDATE vector_directory SET centres = x'00'`,
  'a huge directory': 'UPDATE vector_directory SET centres = zeroblob(50000000)',
  'centres that are not numbers': `UPDATE vector_directory SET centres = CAST(${FLOAT.nan} || substr(centres, 5) AS BLOB)`,
  'an infinite centre': `UPDATE vector_directory SET centres = CAST(substr(centres, 1, length(centres) - 4) || ${FLOAT.infinite} AS BLOB)`,
  'huge centres': `UPDATE vector_directory SET centres = CAST(${FLOAT.huge} || substr(centres, 5) AS BLOB)`,
  'a factor of a centre that is no number': `UPDATE vector_directory SET codes = CAST(${FLOAT.nan} || substr(codes, 5) AS BLOB)`,
  'no tables': 'DROP TABLE vector_list; DROP TABLE vector_fine; DROP TABLE vector_directory',
  'no table of fine codes': 'DROP TABLE vector_fine',
  'another column': 'ALTER TABLE vector_list ADD COLUMN more TEXT',
  'a renamed column': 'ALTER TABLE vector_list RENAME COLUMN codes TO code',
  'a view of the directory': `ALTER TABLE vector_directory RENAME TO d;
    CREATE VIEW vector_directory AS SELECT zeroblob(900000000) AS centres, codes FROM d`,
  'a view without end': `ALTER TABLE vector_list RENAME TO l;
    CREATE VIEW Vector_List AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i AS list, i AS stamp, 1 AS size, x'00' AS codes FROM n`,
  'a table of text': `CREATE TABLE v AS SELECT list, stamp, size, hex(codes) AS codes FROM vector_list;
    DROP TABLE vector_list; ALTER TABLE v RENAME TO vector_list`,
  'text where the schema says bytes': `${STRICT("UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'vector_list'")};
    UPDATE vector_list SET codes = hex(codes), size = 'many';
    ${STRICT("UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'vector_list'")}`,
};

/** What only those see who read the lists. */
const CONTENTS: Readonly<Record<string, string>> = {
  'factors that are not numbers': overwrite('vector_list', '(4 * size + 1)', FLOAT.nan),
  'infinite factors': overwrite('vector_list', '(4 * size + 1)', FLOAT.infinite),
  'fine factors that are not numbers': overwrite('vector_fine', '1', FLOAT.nan),
  'huge fine factors': overwrite('vector_fine', '1', FLOAT.huge),
};

/** Which nothing shows: candidates are worse, or others, and are compared exactly all the same. */
const UNSEEN: Readonly<Record<string, string>> = {
  'ids that are not there': overwrite('vector_list', '1', `x'ffffffff'`),
  'the same id everywhere': overwrite('vector_list', '1', `x'01000000'`),
};

describe.each(Object.entries({ ...SHAPES, ...CONTENTS }))('%s', (_, sql) => {
  it('are done without, and do not stop a writer', () => {
    const path = changed((db) => db.exec(sql));
    const search = searching(path);
    expectRight(search);
    addDocuments(writing(path), vectorSource(DIMENSIONS, 3), { prefix: 'more', documents: 1 });
    // Without lists candidates come from sign bits, which say little of so few dimensions.
    expectRight(search, 0.6);
  });
});

it.each(Object.entries(SHAPES))('%s are made anew by the next writer', (_, sql) => {
  const path = changed((db) => db.exec(sql));
  const search = searching(path);
  const corpus = writing(path);
  corpus.maintain();
  expect(idsInLists(corpus.db).sorted.sort((a, b) => a - b)).toEqual(liveIds(corpus.db));
  expectRight(search);
});

it.each(Object.entries(CONTENTS))('%s are made anew when the lists are sorted', (_, sql) => {
  const path = changed((db) => db.exec(sql));
  const corpus = writing(path);
  addDocuments(corpus, vectorSource(DIMENSIONS, 3), { prefix: 'more', documents: 20 });
  corpus.maintain();
  expect(idsInLists(corpus.db).sorted.sort((a, b) => a - b)).toEqual(liveIds(corpus.db));
});

it.each(Object.entries(UNSEEN))(
  '%s: a search gives neighbours with their true distances',
  (_, sql) => {
    const search = searching(changed((db) => db.exec(sql)));
    for (const query of queries) {
      const truth = search.nearest(query, { exact: true, k: 7000 });
      const byId = new Map(truth.map(({ chunkId, distance }) => [chunkId, distance]));
      const found = search.nearest(query);
      expect(found).toHaveLength(10);
      for (const { chunkId, distance } of found) expect(distance).toBe(byId.get(chunkId));
    }
  },
);

describe('a state that no writer leaves', () => {
  const ONE: Readonly<Record<string, unknown>> = {
    text: '240',
    negative: -5,
    huge: 1e300,
    beyond: 2 ** 60,
    fraction: 1.5,
    null: null,
    nested: { valueOf: 1 },
    list: [1],
    true: true,
  };
  const KEYS = ['lists', 'trained', 'added', 'sortedIn', 'fresh', 'dead'];

  it.each(Object.keys(ONE))('%s where a number is expected', (what) => {
    const path = changed(() => {});
    const search = searching(path);
    const corpus = writing(path);
    const [query] = queries as [Float32Array];
    const truth = search.nearest(query, { exact: true });
    const few = Array.from({ length: 50 }, (_, i) => i + 1);
    const ofFew = search.nearest(query, { documentIds: few, exact: true });
    const most = Array.from({ length: 515 }, (_, i) => i + 1);
    for (const key of KEYS) {
      corpus.db.exec('SAVEPOINT one');
      setState(corpus.db, (state) => ({ ...state, revision: `${key} ${what}`, [key]: ONE[what] }));
      corpus.db.exec('RELEASE one');
      expect(search.nearest(query)).toHaveLength(truth.length);
      expect(search.nearest(query, { documentIds: few })).toEqual(ofFew);
      expect(search.nearest(query, { documentIds: most })).toHaveLength(truth.length);
    }
  });

  it.each([
    'null',
    '[]',
    '"text"',
    '7',
    '{}',
    '{"recipe":1}',
    '{"recipe":1,"space":1}',
    'no JSON',
    '',
  ])('or %s, is replaced by the next writer', (value) => {
    const path = changed((db) => db.prepare(META).run(value));
    expectRight(searching(path), 0.6);
    const corpus = writing(path);
    corpus.maintain();
    expect(idsInLists(corpus.db).sorted).toHaveLength(liveIds(corpus.db).length);
  });

  it.each(['null', '[]', '{"recipe":1,"space":1,"built":"many","dead":-1}', 'no JSON'])(
    'of the sign bits (%s) stops nobody',
    (value) => {
      const path = changed((db) => {
        db.prepare("UPDATE meta SET value = ? WHERE key = 'embedding_bits'").run(value);
        db.exec(`UPDATE meta SET value = '{}' WHERE key = '${LISTS_KEY}'`);
      });
      expect(searching(path).nearest(queries[0] ?? new Float32Array())).toHaveLength(10);
      const corpus = writing(path);
      corpus.maintain();
      expect(bitsUsable(corpus.db, corpus.space)).toBe(true);
    },
  );
});

describe('vectors that are not what they should be', () => {
  const BROKEN: Readonly<Record<string, string>> = {
    short: `x'00'`,
    empty: `x''`,
    long: 'zeroblob(100000)',
  };
  it.each(Object.entries(BROKEN))('too %s: the file is damaged, which a search says', (_, blob) => {
    const path = changed((db) => db.exec(`UPDATE embedding SET vector = ${blob} WHERE id % 3 = 0`));
    const search = searching(path);
    const [query] = queries as [Float32Array];
    expect(() => search.nearest(query, { exact: true })).toThrow(
      expect.objectContaining({ code: 'SQLITE_ERROR' }),
    );
    // A writer goes on: what is none counts for nothing in the lists.
    const corpus = writing(path);
    corpus.db.exec(`DELETE FROM meta WHERE key = '${LISTS_KEY}'`);
    corpus.maintain();
    expect(idsInLists(corpus.db).sorted).toHaveLength(liveIds(corpus.db).length);
  });

  it('of no numbers spoil no lists', () => {
    const nan = FLOAT.nan.slice(2, -1).repeat(DIMENSIONS);
    const path = changed((db) =>
      db.exec(`UPDATE embedding SET vector = x'${nan}' WHERE id % 50 = 0;
        DELETE FROM chunk WHERE id % 50 = 0; DELETE FROM meta WHERE key = '${LISTS_KEY}'`),
    );
    writing(path).maintain();
    expectRight(searching(path));
  });

  it('with ids beyond what lists hold are searched without lists', () => {
    const path = changed((db) =>
      db.exec(`UPDATE embedding SET id = id + (1 << 45) WHERE id % 2 = 0`),
    );
    const corpus = writing(path);
    addDocuments(corpus, vectorSource(DIMENSIONS, 3), { prefix: 'more', documents: 2 });
    corpus.maintain();
    for (const query of queries) expect(searching(path).nearest(query)).toHaveLength(10);
  });
});

describe('damage by chance', () => {
  it('never is more than a worse list of neighbours', () => {
    const random = seeded(20_261_125);
    for (let round = 0; round < 40; round++) {
      const path = changed((db) => damage(db, random));
      const search = searching(path);
      for (const query of queries.slice(0, 2)) {
        const found = search.nearest(query);
        expect(found).toHaveLength(10);
        expect(new Set(found.map(({ chunkId }) => chunkId)).size).toBe(10);
        const sorted = [...found].sort((a, b) => a.distance - b.distance);
        expect(found).toEqual(sorted);
      }
      if (round % 8 === 0) {
        writing(path).maintain();
        expect(search.nearest(queries[0] ?? new Float32Array())).toHaveLength(10);
      }
      for (const one of open.splice(0)) one.close();
    }
  });

  function damage(db: Database.Database, random: () => number): void {
    const pick = (below: number): number => Math.floor(random() * below);
    const targets: [string, string][] = [
      ['vector_list', 'codes'],
      ['vector_fine', 'codes'],
      ['vector_directory', 'centres'],
      ['vector_directory', 'codes'],
    ];
    const [table, column] = targets[pick(targets.length)] ?? ['vector_list', 'codes'];
    const rows = db.prepare<[], { rowid: number; blob: Buffer }>(
      `SELECT rowid, ${column} AS blob FROM ${table} ORDER BY rowid`,
    );
    const update = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
    const how = pick(4);
    for (const { rowid, blob } of rows.all()) {
      if (random() < 0.3) continue;
      if (how === 0 && blob.length > 0) {
        for (let i = 0; i < 5; i++) blob[pick(blob.length)] = pick(256);
        update.run(blob, rowid);
      }
      if (how === 1) update.run(blob.subarray(0, pick(blob.length + 1)), rowid);
      if (how === 2) update.run(Buffer.concat([blob, Buffer.alloc(pick(500), pick(256))]), rowid);
      if (how === 3) {
        db.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(rowid);
      }
    }
  }
});

it('fresh segments that are larger than they get lose nothing that is added', () => {
  const path = changed((db) => {
    // All of one list as a fresh segment, of a number that is far off.
    db.exec(`UPDATE vector_list SET list = ${FIRST_FRESH + 50} WHERE list = 3;
      UPDATE vector_fine SET list = ${FIRST_FRESH + 50} WHERE list = 3`);
  });
  const corpus = writing(path);
  const before = idsInLists(corpus.db).fresh.length;
  addDocuments(corpus, vectorSource(DIMENSIONS, 3), { prefix: 'more', documents: 40 });
  expect(idsInLists(corpus.db).fresh.length).toBe(before + 400);
});
