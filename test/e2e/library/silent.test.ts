/** The library says nothing by itself: what there is to tell is in what it returns and throws. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sampleDocument } from '../../helpers/corpus.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let server: StandIn;
beforeEach(async () => {
  server = await startStandIn();
});
afterEach(() => server.close());

async function run(helper: string, ...args: string[]): Promise<{ out: string; err: string }> {
  const child = fork(resolve(`test/helpers/${helper}`), args, { silent: true });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (data) => {
    said.out += String(data);
  });
  child.stderr?.on('data', (data) => {
    said.err += String(data);
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  return said;
}

it('A library that logs: not while it retries, skips, fails on a text, or refuses', async () => {
  const root = temporary({ 'a.md': sampleDocument(2), 'b.md': 'Poison.\n', 'c.bin': '\0' });
  const db = join(temporary(), 'corpus.db');
  server.fault({
    do: { kind: 'answer', status: 503, body: { error: 'server busy' } },
    request: 2,
    times: 1,
  });
  server.fault({ do: { kind: 'zero' }, text: (text) => text.includes('Poison') });
  expect(await run('index-in-child.mjs', db, server.url, root)).toEqual({ out: '', err: '' });
  expect(server.embedRequests().length, 'it tried again').toBeGreaterThan(3);
  // Its one line of output is printed by the helper: the search itself fails, for want of an embedder.
  const { out, err } = await run('search-in-child.mjs', db, 'harbour');
  expect(err).toBe('');
  expect(Object.keys(JSON.parse(out) as object)).toEqual(['code', 'message']);
});
