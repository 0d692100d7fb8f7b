/** A finished corpus opens where nothing can be written; one in WAL mode says what to do. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { runIndex } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const SEARCHER = resolve('test/helpers/search-in-child.mjs');
const BIN = resolve('dist/cli/bin.cjs');
const temporary = temporaryFolders();

/** Permissions do not bind root: root's searches run as nobody. */
const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** False on Windows, and where nobody may not read the checkout. */
const canTest =
  process.platform !== 'win32' &&
  spawnSync(
    process.execPath,
    ['-e', `require('fs').accessSync(${JSON.stringify(SEARCHER)})`],
    identity,
  ).status === 0;

let locked: string[] = [];
afterEach(() => {
  for (const folder of locked) chmodSync(folder, 0o755);
  locked = [];
});

/** Takes away every right to write. */
function lock(folder: string): void {
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o555);
  locked.push(folder);
}

function search(db: string): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [SEARCHER, db, 'apples'], {
    ...identity,
    encoding: 'utf8',
  });
  return stdout === '' ? stderr : JSON.parse(stdout);
}

describe.runIf(canTest)('in a folder without write permission', () => {
  it('a finished corpus is searched', async () => {
    const root = temporary({ 'a.md': 'Apples.\n' });
    const folder = temporary();
    await runIndex(join(folder, 'corpus.db'), builtin(), [root]);
    lock(folder);
    expect(search(join(folder, 'corpus.db'))).toEqual({ paths: ['a.md'] });
    expect(readdirSync(folder)).toEqual(['corpus.db']);
  });

  it('every command that writes says what it needs, and leaves nothing behind', async () => {
    const root = temporary({ 'a.md': 'Apples.\n' });
    const folder = temporary();
    const db = join(folder, 'corpus.db');
    await runIndex(db, builtin(), [root]);
    lock(folder);
    for (const args of [['index'], ['optimize'], ['remove', root]]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args, '--db', db], {
        ...identity,
        env: {},
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/corpus\.db cannot be written .*--db.*\[CORPUS_NOT_WRITABLE\]\n$/);
    }
    expect(readdirSync(folder)).toEqual(['corpus.db']);
    expect(search(db)).toEqual({ paths: ['a.md'] });
  });

  it.each([['with'], ['without']])(
    'a corpus that was not closed is a clear error (%s its -wal)',
    async (wal) => {
      const root = temporary({ 'a.md': 'Apples.\n' });
      const [folder, copies] = [temporary(), temporary()];
      const db = join(folder, 'corpus.db');
      const corpus = await openCorpus(db, { embedder: builtin() });
      await corpus.index([root]);
      copyFileSync(db, join(copies, 'corpus.db'));
      if (wal === 'with') copyFileSync(`${db}-wal`, join(copies, 'corpus.db-wal'));
      await corpus.close();
      lock(copies);
      expect(search(join(copies, 'corpus.db'))).toEqual({
        code: 'CORPUS_NOT_WRITABLE',
        message: expect.stringMatching(/corpus\.db.*umekomi index/s),
      });
    },
  );

  it('a corpus with a write that was cut off outside WAL mode is one as well', async () => {
    const root = temporary({ 'a.md': 'Apples.\n' });
    const [folder, copies] = [temporary(), temporary()];
    const db = join(folder, 'corpus.db');
    await runIndex(db, builtin(), [root]);
    const writer = new Database(db);
    writer.pragma('cache_size = 1');
    writer.exec('BEGIN IMMEDIATE');
    const insert = writer.prepare("INSERT INTO meta (key, value) VALUES (?, '')");
    for (let i = 0; i < 200; i++) insert.run(`${i}`.padStart(30_000, 'x'));
    for (const end of ['', '-journal']) copyFileSync(db + end, join(copies, `corpus.db${end}`));
    writer.close();
    lock(copies);
    expect(search(join(copies, 'corpus.db'))).toEqual({
      code: 'CORPUS_NOT_WRITABLE',
      message: expect.stringMatching(/cut off.*umekomi index/s),
    });
  });
});
