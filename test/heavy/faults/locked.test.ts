/** Two writers: the second one waits, then says who is at it. Whoever reads is never in the way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writerLock } from '../../../src/store/sqlite/writer-lock.ts';
import { openConnection } from '../../helpers/connection.ts';
import { findBroken, logicalDump, value } from '../../helpers/corpus.ts';
import { createSandbox, type Outcome, type Sandbox } from '../../helpers/sandbox.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';

let sandbox: Sandbox;
let db: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  sandbox = createSandbox();
  sandbox.write('docs/a.md', 'Apples.\n');
  db = join(sandbox.folder, 'corpus.db');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  sandbox.remove();
});

const umekomi = (...args: string[]): Promise<Outcome> => sandbox.start([...args, '--db', db]).done;

/** Another program that has the file open and is in the middle of a write. */
async function holdLock(sql: string): Promise<void> {
  const script = `const db = new (require('better-sqlite3'))(process.argv[1]); db.exec(process.argv[2]);
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', script, db, sql]);
  children.push(child);
  await once(child.stdout, 'data');
}

const FOREIGN_WRITE = 'BEGIN IMMEDIATE; CREATE TABLE visitor (x); INSERT INTO visitor VALUES (1)';

describe('a foreign program that writes to the corpus and does not end', () => {
  it.each([
    // Of a finished corpus it is known at once; in WAL mode it is waited for.
    ['of a finished corpus', '', [['index'], ['optimize'], ['remove', 'docs']]],
    ['in WAL mode', 'PRAGMA journal_mode = WAL; ', [['optimize']]],
  ])(
    '%s: every command that writes says what to do and changes nothing; searching goes on',
    async (_when, mode, writers) => {
      expect(await umekomi('index', 'docs', '--model', 'builtin')).toMatchObject({ code: 0 });
      const before = logicalDump(db);
      await holdLock(mode + FOREIGN_WRITE);
      const [found, ...refused] = await Promise.all([
        umekomi('search', 'apples', '--files'),
        ...writers.map((args) => umekomi(...args)),
      ]);
      expect(found).toMatchObject({ code: 0, stderr: '' });
      for (const { code, stdout, stderr } of refused) {
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toMatch(/^umekomi: .*corpus\.db.*try again when it has.*\[CORPUS_BUSY\]\n$/);
      }
      expect(logicalDump(db)).toEqual(before);
      children[0]?.kill('SIGKILL');
      await once(children[0] as ChildProcess, 'exit');
      expect(await umekomi('index')).toMatchObject({ code: 0 });
      expect(findBroken(db)).toEqual([]);
      expect(existsSync(`${db}-lock`)).toBe(false);
    },
  );
});

it('a writer that cannot leave its name gives the lock back, so that the next one gets it', async () => {
  const file = openConnection(db, 'write', 0);
  file.db.pragma('busy_timeout = 0');
  const options = { owner: 'me', now: () => 0, patience: 0 };
  const foreign = new Database(db);
  foreign.exec('BEGIN IMMEDIATE');
  const lock = writerLock(file, options);
  await expect(lock(undefined)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  foreign.close();
  await (await lock(undefined)).release();
  file.close();
});

describe('two indexers at once', () => {
  let server: StandIn;
  beforeEach(async () => {
    server = await startStandIn();
  });
  afterEach(() => server.close());

  it('the second one waits, then says who holds the corpus and since when; a search is let in', async () => {
    const named = ['--endpoint', server.url, '--model', 'bge-m3', '--db', db];
    server.fault({ do: { kind: 'hang' }, text: (text) => text.includes('Apples') });
    const first = sandbox.start(['index', 'docs', ...named]);
    children.push(first.child);
    const hangs = (): boolean =>
      server.embedRequests().some(({ inputs }) => inputs.some((each) => each.includes('Apples')));
    while (!hangs()) await new Promise((resolve) => setTimeout(resolve, 10));

    const [second, status] = await Promise.all([
      sandbox.start(['index', 'docs', ...named]).done,
      umekomi('status', '--json'),
    ]);
    expect(status.code).toBe(0);
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(
      new RegExp(`process ${first.child.pid} on .* since 20\\d\\d-.*try again.*\\[CORPUS_BUSY\\]`),
    );
    // However the first one ends, its lock ends with it.
    first.child.kill('SIGKILL');
    await first.done;
    server.clearFaults();
    expect(await sandbox.start(['index', 'docs', ...named]).done).toMatchObject({ code: 0 });
    expect(value(db, 'SELECT count(*) FROM embedding')).toBe(1);
    expect(findBroken(db)).toEqual([]);
  });
});
