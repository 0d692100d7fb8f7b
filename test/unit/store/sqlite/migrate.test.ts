import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  KNOWN_MIGRATIONS,
  migrate,
  pendingMigrations,
  readMigrations,
} from '../../../../src/store/sqlite/migrate.ts';
import {
  KNOWN_SCHEMAS,
  MAKE_MIGRATION,
  schemaDigest,
} from '../../../../src/store/sqlite/schema-objects.ts';
import { temporaryFolders } from '../../../helpers/temp.ts';

const temporary = temporaryFolders();
let db: Database.Database;

beforeEach(() => {
  db = new Database(':memory:');
  db.exec(
    'CREATE TABLE migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)',
  );
  return () => {
    db.close();
  };
});

function migrations(files: Readonly<Record<string, string>>): ReturnType<typeof readMigrations> {
  return readMigrations(pathToFileURL(`${temporary(files)}/`));
}

const applied = (): unknown[] =>
  db.prepare('SELECT name FROM migration ORDER BY rowid').pluck().all();

describe('migrations', () => {
  it('run in one sort order, by code unit, each once', () => {
    const known = migrations({
      '0010_ten.sql': 'CREATE TABLE ten (x)',
      '0002_two.sql': 'CREATE TABLE two (x)',
      '0002_Two.sql': 'CREATE TABLE upper (x)',
      'notes.txt': 'not one',
    });
    migrate(db, pendingMigrations(db, 'x', known), 5);
    expect(applied()).toEqual(['0002_Two', '0002_two', '0010_ten']);
    expect(pendingMigrations(db, 'x', known)).toEqual([]);
  });

  it('are atomic: one that fails leaves nothing of itself and no record', () => {
    const known = migrations({
      '0001_good.sql': 'CREATE TABLE good (x)',
      '0002_bad.sql': 'CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)',
    });
    expect(() => migrate(db, known, 5)).toThrow(/nowhere/);
    expect(applied()).toEqual(['0001_good']);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
  });

  it('that another process has run meanwhile are not run again', () => {
    const known = migrations({ '0001_first.sql': 'CREATE TABLE first (x)' });
    const pending = pendingMigrations(db, 'x', known);
    migrate(db, pending, 5);
    expect(() => migrate(db, pending, 6)).not.toThrow();
    expect(db.prepare('SELECT applied_at FROM migration').pluck().all()).toEqual([5]);
  });

  it('are the same with CRLF line ends, as a checkout on Windows has them', () => {
    const sql = 'CREATE TABLE a (x);\n-- done\n';
    const [unix] = migrations({ '0001_a.sql': sql });
    const [windows] = migrations({ '0001_a.sql': sql.replaceAll('\n', '\r\n') });
    expect(windows).toEqual(unix);
  });

  it('that ship are the known ones: a search does not read them', () => {
    const records = readMigrations().map(({ name, checksum }) => ({ name, checksum }));
    expect(KNOWN_MIGRATIONS).toEqual(records);
  });

  it('that ship make just the schemas that a corpus is compared with when it is opened', () => {
    const fresh = new Database(':memory:');
    fresh.exec(MAKE_MIGRATION);
    const digests = [schemaDigest(fresh)];
    for (const migration of readMigrations()) {
      migrate(fresh, [migration], 0);
      digests.push(schemaDigest(fresh));
    }
    fresh.close();
    expect(KNOWN_SCHEMAS).toEqual(digests);
  });

  it('that ship are ordinary tables only: no virtual table, no trigger, nothing dropped', () => {
    for (const { name, sql, checksum } of readMigrations()) {
      expect(sql, name).not.toMatch(/VIRTUAL|TRIGGER|DROP TABLE|IF NOT EXISTS/i);
      const file = readFileSync(join('migrations', 'sqlite', `${name}.sql`), 'utf8');
      expect(checksum).toBe(createHash('sha256').update(file).digest('hex'));
    }
  });
});
