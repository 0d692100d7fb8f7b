import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../../helpers/connection.ts';
import { findBroken } from '../../../helpers/corpus.ts';
import { temporaryFolders } from '../../../helpers/temp.ts';

const temporary = temporaryFolders();
const NOW = 1_700_000_000_000;

/** A corpus as `change` leaves it. */
function corpusWith(folder: string, change: (db: Database.Database) => void): string {
  const path = join(folder, 'corpus.db');
  openConnection(path, 'write', NOW).close();
  const db = new Database(path);
  change(db);
  db.close();
  return path;
}

/** Every file of a folder with its bytes, so that "untouched" means byte for byte. */
function snapshot(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}

const CASES: {
  readonly name: string;
  readonly code: string;
  readonly make: (folder: string) => string;
}[] = [
  {
    name: "another program's database",
    code: 'CORPUS_FOREIGN',
    make: (folder) => {
      const path = join(folder, 'other.db');
      const db = new Database(path);
      db.exec('CREATE TABLE chunk (mine TEXT); CREATE TABLE migration (name TEXT)');
      db.close();
      return path;
    },
  },
  {
    name: "another program's database in WAL mode",
    code: 'CORPUS_FOREIGN',
    make: (folder) => {
      const path = join(folder, 'other.db');
      const db = new Database(path);
      db.pragma('journal_mode = WAL');
      db.exec('CREATE TABLE chunk (mine TEXT)');
      db.close();
      return path;
    },
  },
  {
    name: "another program's database under its own application id",
    code: 'CORPUS_FOREIGN',
    make: (folder) => corpusWith(folder, (db) => db.pragma('application_id = 7')),
  },
  {
    name: 'a text file',
    code: 'CORPUS_FOREIGN',
    make: (folder) => {
      const path = join(folder, 'notes.md');
      writeFileSync(path, '# Notes\n\nNo database at all.\n'.repeat(20));
      return path;
    },
  },
  {
    name: 'a file shorter than a header',
    code: 'CORPUS_FOREIGN',
    make: (folder) => {
      const path = join(folder, 'short.db');
      writeFileSync(path, 'SQLite format 3\0');
      return path;
    },
  },
  {
    name: 'a truncated corpus',
    code: 'CORPUS_DAMAGED',
    make: (folder) => {
      const path = corpusWith(folder, () => {});
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.subarray(0, bytes.length / 2));
      return path;
    },
  },
  {
    name: 'a corpus whose first page is overwritten behind its header',
    code: 'CORPUS_DAMAGED',
    make: (folder) => {
      const path = corpusWith(folder, () => {});
      const bytes = readFileSync(path);
      bytes.fill(0xa5, 100, 4096);
      writeFileSync(path, bytes);
      return path;
    },
  },
  {
    name: 'a corpus with a migration that only a newer umekomi knows',
    code: 'CORPUS_NEWER',
    make: (folder) =>
      corpusWith(folder, (db) => db.exec("INSERT INTO migration VALUES ('9999_future', 'x', 0)")),
  },
  {
    name: 'a corpus with another form of a migration',
    code: 'CORPUS_DAMAGED',
    make: (folder) => corpusWith(folder, (db) => db.exec("UPDATE migration SET checksum = 'x'")),
  },
];

/** What a file from elsewhere may declare to have SQL run, or rows without end, when it is used. */
const HOSTILE_SCHEMAS: Readonly<Record<string, string>> = {
  'a trigger on a table of ours':
    'CREATE TRIGGER t AFTER INSERT ON source BEGIN DELETE FROM document; END',
  'a trigger on the table of migrations':
    'CREATE TRIGGER t AFTER INSERT ON migration BEGIN DELETE FROM source; END',
  'an index of its own on a table of ours, which computes with every row':
    'CREATE INDEX slow ON chunk (hex(zeroblob(100000000)))',
  'a view in the place of a table': `PRAGMA foreign_keys = OFF; DROP TABLE failure;
    CREATE VIEW failure AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i AS space_id, x'00' AS input_hash, 'a' AS code, '' AS message, 0 AS attempts, 0 AS failed_at FROM n`,
  'a view in the place of the table of migrations': `DROP TABLE migration;
    CREATE VIEW migration AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i AS name, '' AS checksum, 0 AS applied_at FROM n`,
  'the public view with another query':
    'DROP VIEW passage; CREATE VIEW passage AS SELECT * FROM chunk, chunk AS c, chunk AS d',
  'a table with a column that computes': `DROP TABLE meta;
    CREATE TABLE meta (key TEXT, value TEXT AS (hex(zeroblob(100000000))))`,
  'a table of ours that a virtual one replaces':
    'DROP TABLE meta; CREATE VIRTUAL TABLE meta USING fts5 (key, value)',
  'a table that is missing': 'DROP TABLE failure',
  'a column that is missing (“no such column”)': 'ALTER TABLE failure DROP COLUMN attempts',
};

for (const [name, sql] of Object.entries(HOSTILE_SCHEMAS)) {
  CASES.push({
    name: `a corpus with ${name}`,
    code: 'CORPUS_DAMAGED',
    make: (folder) => corpusWith(folder, (db) => db.exec(sql)),
  });
}

describe.each(CASES)('$name', ({ name, code, make }) => {
  it.each(['read', 'write'] as const)('is refused and not touched (%s)', (mode) => {
    const folder = temporary();
    const path = make(folder);
    const before = snapshot(folder);
    expect(() => openConnection(path, mode, NOW)).toThrow(
      expect.objectContaining({
        name: 'CorpusError',
        code,
        message: expect.stringContaining(path),
      }),
    );
    const after = snapshot(folder);
    for (const [file, bytes] of before) expect(after.get(file), file).toBe(bytes);
    // SQLite makes these, empty, where it so much as reads another program's file in WAL mode.
    const fresh = [...after.keys()].filter(
      (file) => !before.has(file) && !/-(?:wal|shm)$/.test(file),
    );
    expect(fresh).toEqual([]);
    if (!name.includes('WAL')) expect(after).toEqual(before);
  });
});

describe('what is no corpus file for other reasons', () => {
  it('tables, views and triggers of others under names of their own do no harm', () => {
    const path = corpusWith(temporary(), (db) =>
      db.exec(`CREATE TABLE mine (x); CREATE INDEX mine_x ON mine (x); CREATE VIEW m AS SELECT 1;
        CREATE TRIGGER t AFTER INSERT ON mine BEGIN SELECT 1; END`),
    );
    for (const mode of ['read', 'write'] as const) {
      const file = openConnection(path, mode, NOW);
      expect(file.db.prepare('SELECT count(*) FROM mine').pluck().get()).toBe(0);
      file.close();
    }
  });

  it.each(['read', 'write'] as const)('a folder is a clear error (%s)', (mode) => {
    const folder = temporary({ 'sub/a.md': 'a' });
    expect(() => openConnection(join(folder, 'sub'), mode, NOW)).toThrow(
      expect.objectContaining({ code: 'CORPUS_UNSAFE' }),
    );
  });

  it('a corpus of an older umekomi is read only after a writer has brought it up to date', () => {
    const path = corpusWith(temporary(), (db) =>
      db.exec(`PRAGMA writable_schema = OFF; DROP VIEW passage; DROP TABLE failure;
        DROP TABLE embedding; DROP TABLE chunk; DROP TABLE document; DROP TABLE source;
        DROP TABLE space; DROP TABLE meta; DELETE FROM migration`),
    );
    expect(() => openConnection(path, 'read', NOW)).toThrow(
      expect.objectContaining({ code: 'CORPUS_OUTDATED' }),
    );
    openConnection(path, 'write', NOW).close();
    openConnection(path, 'read', NOW).close();
    expect(findBroken(path)).toEqual([]);
  });
});

describe('a write that was cut off outside WAL mode', () => {
  /** As kill -9 leaves it: pages in the file, the way back in its journal. */
  function cutOff(folder: string): string {
    const path = corpusWith(folder, () => {});
    const db = new Database(path);
    db.pragma('cache_size = 1');
    db.exec('BEGIN IMMEDIATE');
    const insert = db.prepare("INSERT INTO meta (key, value) VALUES (?, '')");
    for (let i = 0; i < 200; i++) insert.run(`${i}`.padStart(30_000, 'x'));
    const cut = join(folder, 'cut.db');
    copyFileSync(path, cut);
    copyFileSync(`${path}-journal`, `${cut}-journal`);
    db.exec('ROLLBACK');
    db.close();
    return cut;
  }

  it('is rolled back by a reader, which then only reads', () => {
    const path = cutOff(temporary());
    const file = openConnection(path, 'read', NOW);
    expect(file.db.prepare('SELECT count(*) AS n FROM meta').get()).toEqual({ n: 0 });
    expect(() => file.db.exec('DELETE FROM meta')).toThrow(/readonly/);
    file.close();
    expect(findBroken(path)).toEqual([]);
  });

  it("is not rolled back in another program's file", () => {
    const folder = temporary();
    const path = cutOff(folder);
    const bytes = readFileSync(path);
    bytes.writeUInt32BE(7, 68);
    writeFileSync(path, bytes);
    const before = snapshot(folder);
    for (const mode of ['read', 'write'] as const) {
      expect(() => openConnection(path, mode, NOW)).toThrow(
        expect.objectContaining({ code: 'CORPUS_FOREIGN' }),
      );
    }
    expect(snapshot(folder)).toEqual(before);
  });

  it('is rolled back by the next writer', () => {
    const path = cutOff(temporary());
    const file = openConnection(path, 'write', NOW);
    expect(file.db.prepare('SELECT count(*) AS n FROM meta').get()).toEqual({ n: 0 });
    file.close();
    expect(findBroken(path)).toEqual([]);
  });
});
