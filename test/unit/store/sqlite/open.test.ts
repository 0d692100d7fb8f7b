import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { anchorFolder } from '../../../../src/store/sqlite/anchor.ts';
import { KNOWN_MIGRATIONS } from '../../../../src/store/sqlite/migrate.ts';
import { openConnection } from '../../../helpers/connection.ts';
import { rows, value } from '../../../helpers/corpus.ts';
import { temporaryFolders } from '../../../helpers/temp.ts';

const temporary = temporaryFolders();
const NOW = 1_700_000_000_000;
const posix = process.platform !== 'win32';

describe('a new corpus file', () => {
  it('is marked as ours, with pages and vacuum mode for vectors', () => {
    const path = join(temporary(), 'corpus.db');
    openConnection(path, 'write', NOW).close();
    const header = readFileSync(path).subarray(0, 100);
    expect(header.toString('latin1', 68, 72)).toBe('umek');
    expect(value(path, 'PRAGMA page_size')).toBe(32768);
    expect(value(path, 'PRAGMA auto_vacuum')).toBe(2);
    expect(rows(path, 'SELECT name, applied_at FROM migration ORDER BY name')[0]).toEqual({
      name: '0001_initial',
      applied_at: NOW,
    });
  });

  it('is in WAL mode while it is written and one finished file after it', () => {
    const folder = temporary();
    const path = join(folder, 'corpus.db');
    const file = openConnection(path, 'write', NOW);
    expect(file.db.pragma('journal_mode', { simple: true })).toBe('wal');
    file.close();
    expect(readdirSync(folder)).toEqual(['corpus.db']);
    expect(value(path, 'PRAGMA journal_mode')).toBe('delete');
  });

  it('leaves WAL when the last writer closes, not before', () => {
    const path = join(temporary(), 'corpus.db');
    const first = openConnection(path, 'write', NOW);
    const second = openConnection(path, 'write', NOW);
    first.close();
    expect(second.db.pragma('journal_mode', { simple: true })).toBe('wal');
    second.close();
    expect(value(path, 'PRAGMA journal_mode')).toBe('delete');
  });

  it('does not wait for readers to leave WAL', () => {
    const path = join(temporary(), 'corpus.db');
    const writer = openConnection(path, 'write', NOW);
    const reader = openConnection(path, 'read', NOW);
    reader.db.prepare('SELECT count(*) FROM chunk').get();
    writer.close();
    expect(reader.db.prepare('SELECT count(*) AS n FROM chunk').get()).toEqual({ n: 0 });
    reader.close();
  });

  it.runIf(posix)('is for its owner only, as is a folder that is made for it', () => {
    const root = temporary();
    const path = join(root, 'a', '.umekomi', 'corpus.db');
    openConnection(path, 'write', NOW).close();
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(root, 'a', '.umekomi')).mode & 0o777).toString(8)).toBe('700');
  });

  it('is not made through links that came with a checkout', () => {
    const root = temporary({ 'p/.umekomi/x.txt': '' });
    const folder = join(root, 'p', '.umekomi');
    symlinkSync(join(root, 'ignored'), join(folder, '.gitignore'));
    openConnection(join(folder, 'a.db'), 'write', NOW).close();
    symlinkSync(join(root, 'elsewhere.db'), join(folder, 'corpus.db'));
    expect(() => openConnection(join(folder, 'corpus.db'), 'write', NOW)).toThrow(
      expect.objectContaining({ code: 'CORPUS_UNSAFE' }),
    );
    expect(readdirSync(root)).toEqual(['p']);
  });

  it('stays out of git in a .umekomi folder, whose own .gitignore is kept', () => {
    const root = temporary({ 'kept/.umekomi/.gitignore': 'mine\n' });
    for (const name of ['new', 'kept']) {
      openConnection(join(root, name, '.umekomi', 'corpus.db'), 'write', NOW).close();
    }
    expect(readFileSync(join(root, 'new', '.umekomi', '.gitignore'), 'utf8')).toBe('*\n');
    expect(readFileSync(join(root, 'kept', '.umekomi', '.gitignore'), 'utf8')).toBe('mine\n');
    openConnection(join(root, 'plain', 'corpus.db'), 'write', NOW).close();
    expect(existsSync(join(root, 'plain', '.gitignore'))).toBe(false);
  });

  it('can be made where an empty file was, and by two openers at once', () => {
    const path = join(temporary({ 'corpus.db': '' }), 'corpus.db');
    const both = [openConnection(path, 'write', NOW), openConnection(path, 'write', NOW)];
    for (const { db } of both) {
      const applied = db.prepare('SELECT 1 FROM migration').all();
      expect(applied).toHaveLength(KNOWN_MIGRATIONS.length);
    }
    for (const file of both) file.close();
  });
});

describe('every open', () => {
  it.each(['read', 'write', 'memory'] as const)(
    'does not trust the schema and is defensive (%s)',
    (mode) => {
      const path = join(temporary(), 'corpus.db');
      openConnection(path, 'write', NOW).close();
      const file = openConnection(path, mode, NOW);
      const { db } = file;
      expect(db.pragma('trusted_schema', { simple: true })).toBe(0);
      expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
      // Defensive mode refuses to write the schema by hand even when it is asked to.
      expect(() => {
        db.pragma('writable_schema = ON');
        db.prepare("UPDATE sqlite_schema SET sql = '' WHERE name = 'chunk'").run();
      }).toThrow(/may not be modified/);
      file.close();
    },
  );

  it('finds no corpus where none is, and makes none to read it', () => {
    const root = temporary({ 'empty.db': '' });
    for (const name of ['none.db', 'empty.db']) {
      expect(() => openConnection(join(root, name), 'read', NOW)).toThrow(
        expect.objectContaining({ code: 'CORPUS_NOT_FOUND' }),
      );
    }
    expect(readdirSync(root)).toEqual(['empty.db']);
  });

  it('DDL on open: 40 readers at once neither write nor wait', () => {
    const path = join(temporary(), 'corpus.db');
    openConnection(path, 'write', NOW).close();
    const before = readFileSync(path);
    const writer = new Database(path);
    writer.exec('BEGIN IMMEDIATE');
    const readers = Array.from({ length: 40 }, () => openConnection(path, 'read', NOW));
    for (const { db } of readers) expect(db.prepare('SELECT * FROM passage').all()).toEqual([]);
    for (const reader of readers) reader.close();
    writer.exec('ROLLBACK');
    writer.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('a reader cannot write', () => {
    const path = join(temporary(), 'corpus.db');
    openConnection(path, 'write', NOW).close();
    const file = openConnection(path, 'read', NOW);
    const { db } = file;
    expect(() => db.exec("INSERT INTO meta VALUES ('a', '1')")).toThrow(/readonly/);
    file.close();
  });
});

describe('the folder that moves with a corpus', () => {
  it('is the one that holds it, or holds its .umekomi', () => {
    const root = temporary();
    mkdirSync(join(root, '.umekomi'));
    expect(anchorFolder(join(root, 'notes.db'))).toBe(root);
    expect(anchorFolder(join(root, '.umekomi', 'corpus.db'))).toBe(root);
  });

  it.runIf(posix)('has one name, by whichever link the corpus is opened', () => {
    const root = temporary({ 'real/notes.md': '' });
    symlinkSync(join(root, 'real'), join(root, 'link'));
    expect(anchorFolder(join(root, 'link', 'corpus.db'))).toBe(join(root, 'real'));
  });
});
