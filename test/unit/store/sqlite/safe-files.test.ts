import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { lockCorpus } from '../../../../src/store/sqlite/lock-file.ts';
import { openConnection } from '../../../helpers/connection.ts';
import { superJournal } from '../../../helpers/super-journal.ts';
import { temporaryFolders } from '../../../helpers/temp.ts';

const temporary = temporaryFolders();
const UNSAFE = expect.objectContaining({
  code: 'CORPUS_UNSAFE',
  remedy: { code: 'distrust-files' },
});
const posix = process.platform !== 'win32';

/** A folder with a corpus, and a file that nobody may touch. */
function scene(): { root: string; path: string; victim: string } {
  const root = temporary({ 'victim.txt': 'mine' });
  const path = join(root, '.umekomi', 'corpus.db');
  openConnection(path, 'write').close();
  return { root, path, victim: join(root, 'victim.txt') };
}

/** Neither reads, writes nor locks. */
function expectRefused(path: string): void {
  expect(() => openConnection(path, 'read')).toThrow(UNSAFE);
  expect(() => openConnection(path, 'write')).toThrow(UNSAFE);
}

describe('a journal that names a super-journal', () => {
  it('has SQLite delete the named file', () => {
    const { path, victim } = scene();
    writeFileSync(`${path}-journal`, superJournal(victim));
    const db = new Database(path);
    db.pragma('schema_version');
    db.close();
    expect(existsSync(victim)).toBe(false);
  });

  it('is refused before SQLite sees it', () => {
    const { path, victim } = scene();
    writeFileSync(`${path}-journal`, superJournal(victim));
    expectRefused(path);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(existsSync(`${path}-journal`)).toBe(true);
  });

  it('is refused beside an empty file, and beside none', () => {
    const { root, victim } = scene();
    for (const name of ['empty.db', 'none.db']) {
      const path = join(root, name);
      if (name === 'empty.db') writeFileSync(path, '');
      writeFileSync(`${path}-journal`, superJournal(victim));
      expectRefused(path);
      expect(existsSync(victim)).toBe(true);
    }
  });

  it('is not confused with a journal of one file, nor with a short or an empty one', () => {
    const { path } = scene();
    const single = superJournal('').subarray(0, 512);
    for (const journal of [single, single.subarray(0, 8), Buffer.alloc(0)]) {
      writeFileSync(`${path}-journal`, journal);
      expect(() => openConnection(path, 'write').close()).not.toThrow();
    }
    expect(() => openConnection(path, 'read').close()).not.toThrow();
  });
});

describe('a lock', () => {
  it('that is a database is refused, whatever lies beside it', () => {
    const { path, victim } = scene();
    const db = new Database(`${path}-lock`);
    db.exec('CREATE TABLE t (a)');
    db.close();
    writeFileSync(`${path}-lock-journal`, superJournal(victim));
    expect(() => lockCorpus(path)).toThrow(UNSAFE);
    expect(existsSync(victim)).toBe(true);
  });

  it('whose journal names a super-journal is refused, empty as it is', () => {
    const { path, victim } = scene();
    writeFileSync(`${path}-lock-journal`, superJournal(victim));
    expect(() => lockCorpus(path)).toThrow(UNSAFE);
    expect(existsSync(victim)).toBe(true);
  });

  it.runIf(posix)('that is a link is refused: nothing is made, locked or changed in mode', () => {
    const { root, path, victim } = scene();
    writeFileSync(victim, '', { mode: 0o644 });
    for (const target of [victim, join(root, 'none')]) {
      const link = `${path}-lock`;
      symlinkSync(target, link);
      expect(() => lockCorpus(path)).toThrow(UNSAFE);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      execFileSync('rm', [link]);
    }
    expect(statSync(victim).mode & 0o777).toBe(0o644);
    expect(readdirSync(root).sort()).toEqual(['.umekomi', 'victim.txt']);
  });

  it('that a killed holder left, with its journal, is taken', () => {
    const { path } = scene();
    writeFileSync(`${path}-lock`, '');
    writeFileSync(`${path}-lock-journal`, superJournal('').subarray(0, 512));
    const unlock = lockCorpus(path);
    expect(unlock).not.toBeNull();
    expect(lockCorpus(path)).toBeNull();
    unlock?.();
    expect(existsSync(`${path}-lock`)).toBe(false);
  });
});

describe('a second name (a hard link)', () => {
  it('of a corpus lets it be read and not written: a backup would change with it', () => {
    const { root, path } = scene();
    const backup = join(root, 'backup.db');
    linkSync(path, backup);
    const before = readFileSync(backup);
    for (const name of [path, backup]) {
      openConnection(name, 'read').close();
      expect(() => openConnection(name, 'write')).toThrow(UNSAFE);
    }
    expect(() => openConnection(path, 'write')).toThrow(
      / has 2 names .* A copy of it can be written/,
    );
    expect(readFileSync(backup)).toEqual(before);
    copyFileSync(path, join(root, 'copy.db'));
    openConnection(join(root, 'copy.db'), 'write').close();
    rmSync(backup);
    openConnection(path, 'write').close();
  });

  it('of an empty file in the place of a corpus is not made one', () => {
    const { root, victim } = scene();
    writeFileSync(victim, '', { mode: 0o644 });
    linkSync(victim, join(root, 'new.db'));
    expect(() => openConnection(join(root, 'new.db'), 'write')).toThrow(UNSAFE);
    expect([statSync(victim).size, statSync(victim).mode & 0o777]).toEqual([0, 0o644]);
  });

  it.each(['-journal', '-wal', '-shm'])(
    'of %s beside it is refused where it would be written',
    (suffix) => {
      const { path, victim } = scene();
      linkSync(victim, path + suffix);
      expect(() => openConnection(path, 'write')).toThrow(UNSAFE);
      if (suffix === '-shm') expect(() => openConnection(path, 'read')).toThrow(UNSAFE);
      expect(readFileSync(victim, 'utf8')).toBe('mine');
    },
  );

  it('of a lock, or of what lies beside it, is refused', () => {
    for (const suffix of ['', '-journal']) {
      const { path, victim } = scene();
      writeFileSync(victim, '');
      linkSync(victim, `${path}-lock${suffix}`);
      expect(() => lockCorpus(path)).toThrow(UNSAFE);
      expect(existsSync(victim)).toBe(true);
    }
  });
});

describe.runIf(posix)('what is no plain file', () => {
  it.each(['', '-journal', '-wal', '-shm'])('is refused in the place of corpus.db%s', (suffix) => {
    const { path, victim } = scene();
    const place = path + suffix;
    const before = statSync(victim);
    const put: readonly (() => void)[] = [
      () => symlinkSync(victim, place),
      () => symlinkSync(`${victim}-none`, place),
      () => mkdirSync(place),
      () => execFileSync('mkfifo', [place]),
    ];
    for (const make of put) {
      execFileSync('rm', ['-rf', place]);
      make();
      expectRefused(path);
    }
    const after = statSync(victim);
    expect([after.mode, after.mtimeMs, after.size]).toEqual([
      ...[before.mode, before.mtimeMs, before.size],
    ]);
  });

  it('is refused by what it is', () => {
    const { root } = scene();
    expect(() => openConnection(root, 'write')).toThrow(/ is a folder;/);
    const before = statSync('/dev/null').mode;
    expect(() => openConnection('/dev/null', 'write')).toThrow(
      // No advice to delete it.
      expect.objectContaining({
        message: expect.stringContaining(' is a device;'),
        remedy: { code: 'name-corpus' },
      }),
    );
    expect(statSync('/dev/null').mode).toBe(before);
  });

  it('is refused as .umekomi: nothing is made where it leads', () => {
    const { root } = scene();
    mkdirSync(join(root, 'elsewhere'));
    mkdirSync(join(root, 'project'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'project', '.umekomi'));
    expectRefused(join(root, 'project', '.umekomi', 'corpus.db'));
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
  });
});
