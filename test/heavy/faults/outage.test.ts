/** A server that is away for ten minutes in the middle of a run, or stays away. On a clock of our own. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ollama } from '../../../src/embedding/ollama.ts';
import type { Clock, RetryEvent } from '../../../src/server/retry.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { findBroken, logicalDump, runIndex, sampleDocument, value } from '../../helpers/corpus.ts';
import { createSandbox } from '../../helpers/sandbox.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';
import { seeded } from '../../unit/store/sqlite/filled.ts';

const temporary = temporaryFolders();
const MINUTE = 60_000;

let server: StandIn;
let root: string;
let db: string;
let isDown: boolean;
let requestsLeft: number;
beforeEach(async () => {
  [isDown, requestsLeft] = [false, Number.POSITIVE_INFINITY];
  server = await startStandIn({
    chance: ({ path }) => {
      if (!path.endsWith('/api/embed') || --requestsLeft > 0) return null;
      requestsLeft = Number.POSITIVE_INFINITY;
      isDown = true;
      void server.goDown();
      return { kind: 'cut' };
    },
  });
  root = temporary();
  for (let i = 0; i < 10; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
  db = join(temporary(), 'corpus.db');
});
afterEach(async () => {
  await comeBack();
  await server.close();
});

async function comeBack(): Promise<void> {
  if (isDown) await server.comeBack();
  isDown = false;
}

/** Waiting takes no time, and the server is back when the outage is over. */
function clockWith(outage: number, random: () => number): Clock {
  let now = 0;
  let wentDown: number | null = null;
  return {
    now: () => now,
    random,
    sleep: async (milliseconds) => {
      wentDown ??= now;
      now += milliseconds;
      if (now - wentDown >= outage) await comeBack();
    },
  };
}

const SMALL = { batchSize: 4, concurrency: 1 };

/** One run in which the server goes away at the seventh request. */
function interrupted(options: { clock: Clock; retries?: number; events: RetryEvent[] }) {
  const { events, ...given } = options;
  const onRetry = (event: RetryEvent): void => void events.push(event);
  const embedder = ollama({ endpoint: server.url, model: 'bge-m3', onRetry, ...given });
  requestsLeft = 7;
  return runIndex(db, embedder, [root], SMALL);
}

async function freshDump(): Promise<{ dump: object; inputs: number }> {
  const fresh = join(temporary(), 'fresh.db');
  const embedder = ollama({ endpoint: server.url, model: 'bge-m3' });
  const { inputs } = await runIndex(fresh, embedder, [root], SMALL);
  return { dump: logicalDump(fresh), inputs: inputs.embedded };
}

const waited = (events: readonly RetryEvent[]): number =>
  events.reduce((sum, { waitMs }) => sum + waitMs, 0);

describe('a server that is away for ten minutes in the middle of a run', () => {
  it.each([1, 2, 3, 4, 5])(
    'is waited for with 60 retries, and the run goes on (seed %i)',
    async (seed) => {
      const events: RetryEvent[] = [];
      const clock = clockWith(10 * MINUTE, seeded(seed));
      const summary = await interrupted({ clock, retries: 60, events });
      expect(waited(events)).toBeGreaterThanOrEqual(10 * MINUTE);
      expect(events.length).toBeLessThan(60);
      expect(events.at(-1)?.error.message).toMatch(/nothing listens there|connection was cut/);
      const { dump, inputs } = await freshDump();
      expect(summary.inputs).toMatchObject({ embedded: inputs, failed: 0 });
      expect(logicalDump(db)).toEqual(dump);
      expect(findBroken(db)).toEqual([]);
    },
  );

  it('is too long for the default: the run stops within a minute, keeps what it has, and the next one goes on', async () => {
    const events: RetryEvent[] = [];
    const run = interrupted({ clock: clockWith(10 * MINUTE, () => 0.999), events });
    await expect(run).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringContaining('(7 attempts)'),
    });
    expect(events.map(({ retry, retries }) => [retry, retries])).toEqual(
      [1, 2, 3, 4, 5, 6].map((retry) => [retry, 6]),
    );
    expect(waited(events)).toBeLessThanOrEqual(61_000);
    expect(findBroken(db)).toEqual([]);
    const kept = Number(value(db, 'SELECT count(*) FROM embedding'));
    expect(kept).toBe(16);
    await comeBack();
    const { dump, inputs } = await freshDump();
    const embedder = ollama({ endpoint: server.url, model: 'bge-m3' });
    const next = await runIndex(db, embedder, [], SMALL);
    expect(next.inputs.embedded).toBe(inputs - kept);
    expect(logicalDump(db)).toEqual(dump);
  });
});

it('on the command line: what is waited for is said, the end is exit code 3, and the same command goes on', async () => {
  const sandbox = createSandbox();
  for (let i = 0; i < 10; i++) sandbox.write(`docs/f${i}.md`, sampleDocument(i));
  const command = ['index', 'docs', '--db', 'c.db', '--model', 'bge-m3', '--endpoint', server.url];
  const flags = ['--retries', '1', '--batch-size', '4'];
  requestsLeft = 7;
  const stopped = await sandbox.start([...command, ...flags]).done;
  expect(stopped).toMatchObject({ code: 3, stdout: '' });
  expect(stopped.stderr).toMatch(/^umekomi: Embedding server .* Trying again in .* \(1 of 1\)\.$/m);
  expect(stopped.stderr).toMatch(/\(2 attempts\) Start it .* \[ENDPOINT_UNREACHABLE\]\n$/);
  const kept = Number(value(join(sandbox.folder, 'c.db'), 'SELECT count(*) FROM embedding'));
  expect(kept).toBeGreaterThan(0);
  await comeBack();
  const next = await sandbox.start([...command, '--json']).done;
  expect(next).toMatchObject({ code: 0 });
  expect(JSON.parse(next.stdout).inputs).toMatchObject({ embedded: 60 - kept, failed: 0 });
  sandbox.remove();
});

it('one question about the model that fails does not change how documents are cut', async () => {
  // Servers before 0.30 say only to `/api/show` how much a model reads.
  const model = { name: 'own-model:latest', dimensions: 32, contextTokens: 200 };
  const old = await startStandIn({ version: '0.12.0', models: [model] });
  const index = async () => {
    const corpus = await openCorpus(db, {
      embedder: (space) =>
        ollama({
          endpoint: old.url,
          retries: 0,
          model: 'own-model',
          ...(space ? { known: space } : {}),
        }),
    });
    const summary = await corpus.index([root]);
    await corpus.close();
    return summary;
  };
  await index();
  const before = logicalDump(db);
  old.fault({ path: '/api/show', do: { kind: 'answer', status: 500, body: { error: 'busy' } } });
  expect(await index()).toMatchObject({ documents: { read: 0 }, inputs: { embedded: 0 } });
  expect(logicalDump(db)).toEqual(before);
  await old.close();
});
