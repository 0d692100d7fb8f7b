/** kill -9 at any moment: the file opens, what it says holds, and only the requests in flight are lost. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ollama } from '../../../src/embedding/ollama.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { findBroken, logicalDump, rows, sampleDocument, value } from '../../helpers/corpus.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const INDEXER = resolve('test/helpers/index-in-child.mjs');
/** What the child sends at once: two requests of two inputs, and one answer that waits its turn. */
const MOST_LOST = 3 * 2;

let server: StandIn;
beforeEach(async () => {
  server = await startStandIn({ latencyMs: 8 });
});
afterEach(() => server.close());

/** Starts an indexer and kills it once the server has seen so many more embed requests. */
async function killAfter(requests: number, db: string, root: string): Promise<void> {
  const target = server.embedRequests().length + requests;
  const child: ChildProcess = fork(INDEXER, [db, server.url, root], { silent: true });
  const ended = once(child, 'exit');
  while (server.embedRequests().length < target && child.exitCode === null) await wait(1);
  child.kill('SIGKILL');
  expect(await ended, 'it was killed, it did not end').toEqual([null, 'SIGKILL']);
}

/** A run of the same build, so that its chunks compare. */
async function runToTheEnd(db: string, root: string): Promise<void> {
  const child = fork(INDEXER, [db, server.url, root], { silent: true });
  expect(await once(child, 'exit')).toEqual([0, null]);
}

const sent = (): string[] => server.embedRequests().flatMap(({ inputs }) => inputs);

/** Inputs that were sent more often than once, the probe of each run left out. */
function repeated(): number {
  const counts = new Map<string, number>();
  for (const input of sent()) counts.set(input, (counts.get(input) ?? 0) + 1);
  return [...counts].reduce((sum, [input, n]) => sum + (input.includes('part') ? n - 1 : 0), 0);
}

/** All that a document says, in its order. */
function textsByPath(db: string): Map<string, string> {
  const all = rows(db, 'SELECT path, text FROM passage ORDER BY path, start_offset');
  const texts = new Map<string, string>();
  for (const { path, text } of all) {
    texts.set(String(path), `${texts.get(String(path)) ?? ''}${String(text)}\0`);
  }
  return texts;
}

describe.runIf(process.platform !== 'win32')('an indexer that is killed again and again', () => {
  it('leaves a corpus that opens and holds; the run that ends repeats only what was in flight', async () => {
    const root = temporary();
    for (let i = 0; i < 16; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
    const db = join(temporary(), 'corpus.db');
    const fresh = join(temporary(), 'fresh.db');
    await runToTheEnd(fresh, root);
    server.forgetRequests();

    const kills = [1, 4, 8, 10];
    let kept = 0;
    for (const requests of kills) {
      await killAfter(requests, db, root);
      if (!existsSync(db)) continue;
      expect(findBroken(db)).toEqual([]);
      const now = Number(value(db, 'SELECT count(*) FROM embedding'));
      expect(now).toBeGreaterThanOrEqual(kept);
      kept = now;
    }
    expect(kept).toBeGreaterThan(10);
    const reader = await openCorpus(db, {
      embedder: ollama({ endpoint: server.url, model: 'bge-m3' }),
      readOnly: true,
    });
    expect((await reader.search('number 2 of part 1')).hits.length).toBeGreaterThan(0);
    await reader.close();

    await runToTheEnd(db, root);
    expect(repeated()).toBeLessThanOrEqual(kills.length * MOST_LOST);
    expect(logicalDump(db)).toEqual(logicalDump(fresh));
    expect(findBroken(db)).toEqual([]);
    expect(readdirSync(dirname(db)), 'and closes it to one file').toEqual(['corpus.db']);
  });

  it('while it replaces documents leaves each of them old or new', async () => {
    const root = temporary();
    for (let i = 0; i < 8; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
    const db = join(temporary(), 'corpus.db');
    await runToTheEnd(db, root);
    const old = textsByPath(db);
    for (let i = 0; i < 8; i++) plant(root, { [`f${i}.md`]: sampleDocument(i + 30) });
    await killAfter(8, db, root);
    expect(findBroken(db)).toEqual([]);
    const cutOff = textsByPath(db);
    await runToTheEnd(db, root);
    const fresh = textsByPath(db);
    const isNew = [...cutOff].map(([path, texts]) => {
      expect([old.get(path), fresh.get(path)]).toContain(texts);
      return texts === fresh.get(path);
    });
    expect(isNew, 'it was killed in the middle').toContain(true);
    expect(isNew).toContain(false);
    expect(isNew).toHaveLength(8);
    expect(findBroken(db)).toEqual([]);
  });
});
