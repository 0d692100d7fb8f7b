/** Who answers is asked behind every answer, and what that costs does not grow with the answers. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ollama } from '../../../src/embedding/ollama.ts';
import type { Corpus } from '../../../src/service/corpus.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { EMBEDDING_MODEL, type StandInModel } from '../../helpers/stand-in/models.ts';
import {
  STAND_IN_KEY,
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../helpers/stand-in/server.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const open: StandIn[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const DATED: StandInModel = {
  ...EMBEDDING_MODEL,
  digest: 'a'.repeat(64),
  modifiedAt: '2026-01-02T03:04:05.123456789Z',
};

async function start(options: StandInOptions): Promise<StandIn> {
  const server = await startStandIn(options);
  open.push(server);
  return server;
}

const countOf = (server: StandIn, end: string): number =>
  server.requests.filter(({ path }) => path.endsWith(end)).length;

function corpusOn(server: StandIn, db: string): Promise<Corpus> {
  return openCorpus(db, {
    embedder: (space) =>
      ollama({
        ...{ endpoint: server.url, apiKey: STAND_IN_KEY, model: 'bge-m3:latest' },
        ...(space === null ? {} : { known: space }),
      }),
  });
}

describe('a server that takes long to list its models', () => {
  it('is asked for its list once a run of many answers, and not at all behind them', async () => {
    const server = await start({ flavour: 'open-webui', models: [DATED] });
    server.fault({ path: '/api/tags', do: { kind: 'late', milliseconds: 300 } });
    const root = temporary();
    for (let i = 0; i < 400; i++) plant(root, { [`f${i}.md`]: `# ${i}\n\nThe ${i}th text.\n` });
    const corpus = await corpusOn(server, join(temporary(), 'corpus.db'));
    const { inputs } = await corpus.index([root], { batchSize: 4, concurrency: 4 });
    await corpus.close();
    expect(inputs.embedded).toBe(400);
    expect(server.embedRequests().length).toBeGreaterThan(100);
    expect(countOf(server, '/api/tags')).toBe(1);
    // At most one a turn of four requests in flight, and one that waits for it.
    expect(countOf(server, '/api/show')).toBeLessThanOrEqual(101);
  });

  it('is not waited for by a search of a known model, nor asked twice; a run asks it before it stores', async () => {
    const server = await start({ flavour: 'open-webui', models: [DATED] });
    const [root, db] = [temporary(), join(temporary(), 'corpus.db')];
    plant(root, { 'a.md': '# One\n\nThe first text.\n' });
    const first = await corpusOn(server, db);
    await first.index([root]);
    await first.close();

    server.fault({ path: '/api/tags', do: { kind: 'hang' } });
    server.forgetRequests();
    const searching = await corpusOn(server, db);
    const { hits } = await searching.search('first', { mode: 'semantic' });
    await searching.close();
    expect(hits).toHaveLength(1);
    expect(countOf(server, '/api/tags')).toBe(1);

    server.clearFaults();
    server.fault({ path: '/api/tags', do: { kind: 'late', milliseconds: 1200 } });
    plant(root, { 'b.md': '# Two\n\nThe second text.\n', 'c.md': '# Three\n\nAnother.\n' });
    server.forgetRequests();
    const adding = await corpusOn(server, db);
    expect((await adding.index([], { batchSize: 1 })).inputs.embedded).toBe(2);
    await adding.close();
    expect(countOf(server, '/api/tags')).toBe(2);
  });
});

describe('what proves that the model is the same', () => {
  it('is the time of its manifest alone: a list that lacks it does not matter then', async () => {
    const server = await start({ models: [DATED] });
    const embedder = ollama({ endpoint: server.url, retries: 0 });
    await embedder.identity();
    const nothing = { kind: 'answer', status: 200, body: { models: [] } } as const;
    server.fault({ path: '/api/tags', do: nothing });
    expect(await embedder.embedDocuments(['a'])).toHaveLength(1);
    expect(countOf(server, '/api/tags')).toBe(1);
  });

  it('is the digest where the time is another one: pulled anew, it may be the same file', async () => {
    const server = await start({ models: [DATED] });
    const embedder = ollama({ endpoint: server.url, retries: 0 });
    await embedder.identity();
    server.setModels([{ ...DATED, modifiedAt: '2026-02-02T03:04:05Z' }]);
    for (const text of ['a', 'b', 'c']) await embedder.embedDocuments([text]);
    expect(countOf(server, '/api/tags'), 'the first, and one for the new time').toBe(2);
    server.setModels([{ ...DATED, modifiedAt: '2026-03-02T03:04:05Z', digest: 'b'.repeat(64) }]);
    await expect(embedder.embedDocuments(['d'])).rejects.toMatchObject({ code: 'VECTORS_INVALID' });
  });

  it('is the time as show spells it, where the list spells it otherwise', async () => {
    const server = await start({ models: [DATED] });
    const embedder = ollama({ endpoint: server.url, retries: 0 });
    await embedder.identity();
    const body = { modified_at: '2026-01-02T04:04:05.123456789+01:00' };
    server.fault({ path: '/api/show', do: { kind: 'answer', status: 200, body } });
    for (const text of ['a', 'b', 'c']) await embedder.embedDocuments([text]);
    expect(countOf(server, '/api/tags'), 'the first, and one for the other spelling').toBe(2);
  });

  it('is never another time without a list: the model is not accepted without its digest', async () => {
    const server = await start({ models: [DATED] });
    const embedder = ollama({ endpoint: server.url, retries: 0 });
    await embedder.identity();
    server.setModels([{ ...DATED, modifiedAt: '2026-02-02T03:04:05Z' }]);
    const nothing = { kind: 'answer', status: 200, body: { models: [] } } as const;
    server.fault({ path: '/api/tags', do: nothing });
    await expect(embedder.embedDocuments(['a'])).rejects.toMatchObject({ code: 'ENDPOINT_FAILED' });
  });

  it('is the list where the server shows no time, and that is asked for once', async () => {
    const { modifiedAt: _, ...undated } = DATED;
    const server = await start({ models: [undated] });
    const embedder = ollama({ endpoint: server.url, retries: 0 });
    for (const text of ['a', 'b', 'c']) await embedder.embedDocuments([text]);
    expect(countOf(server, '/api/show')).toBe(1);
    expect(countOf(server, '/api/tags')).toBe(4);
  });

  it('may be refused to a key: the list decides then', async () => {
    const server = await start({
      ...{ flavour: 'open-webui', models: [DATED] },
      keyEndpoints: ['/ollama/api/tags', '/ollama/api/embed'],
    });
    const embedder = ollama({ endpoint: server.url, apiKey: STAND_IN_KEY, retries: 0 });
    expect(await embedder.embedDocuments(['a'])).toHaveLength(1);
  });
});

it('answers that come while one question is on its way share the next one', async () => {
  const server = await start({ models: [DATED] });
  const embedder = ollama({ endpoint: server.url });
  await embedder.identity();
  server.fault({ path: '/api/show', do: { kind: 'late', milliseconds: 200 } });
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((text) => embedder.embedDocuments([text])));
  expect(countOf(server, '/api/show')).toBeLessThan(6);
});
