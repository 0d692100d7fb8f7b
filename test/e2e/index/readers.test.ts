/** Readers while another process indexes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { ollama } from '../../../src/embedding/ollama.ts';
import type { SearchResult } from '../../../src/model/search.ts';
import type { Corpus } from '../../../src/service/corpus.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { findBroken, runIndex, sampleDocument } from '../../helpers/corpus.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const INDEXER = resolve('test/helpers/index-in-child.mjs');
let server: StandIn | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('a reader that is open while another process indexes', () => {
  it('answers from whole documents all the time, and from the new ones at the end', async () => {
    const started = await startStandIn({ latencyMs: 2 });
    server = started;
    const root = temporary();
    for (let i = 0; i < 10; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
    const db = join(temporary(), 'corpus.db');
    const embedder = ollama({ endpoint: started.url, model: 'bge-m3' });
    await runIndex(db, embedder, [root]);
    for (let i = 0; i < 10; i++) plant(root, { [`f${i}.md`]: sampleDocument(i + 20) });

    const reader = await openCorpus(db, { embedder, readOnly: true });
    const seen = new Set(await documents(reader));
    const old = new Set(seen);
    const child = fork(INDEXER, [db, started.url, root], { silent: true });
    const ended = once(child, 'exit');
    let answers = 0;
    while (child.exitCode === null) {
      for (const document of await documents(reader)) seen.add(document);
      expect(await reader.status()).toMatchObject({ documents: 10, missing: 0 });
      answers += 1;
    }
    expect((await ended)[0]).toBe(0);
    expect(answers).toBeGreaterThan(3);
    const fresh = new Set(await documents(reader));
    await reader.close();
    expect([...fresh].filter((document) => old.has(document))).toEqual([]);
    expect([...seen].filter((document) => !old.has(document) && !fresh.has(document))).toEqual([]);
    expect(findBroken(db)).toEqual([]);
  });
});

/** Every document as one search shows it: all its passages, in its order. */
async function documents(reader: Corpus): Promise<readonly string[]> {
  const { hits } = await reader.search('the harbour', { k: 500 });
  expect(hits.map(({ rank }) => rank)).toEqual(hits.map((_, i) => i + 1));
  const paths = [...new Set(hits.map(({ path }) => path))];
  expect(paths).toHaveLength(10);
  return paths.map((path) =>
    hits
      .filter((hit) => hit.path === path)
      .sort((x, y) => x.startOffset - y.startOffset)
      .map(({ text }) => text)
      // Which neighbours are one hit depends on the ranking, and that on all documents.
      .join('\n')
      .replaceAll(/\s+/g, ' '),
  );
}

describe('a search in the process that indexes', () => {
  it('works between two batches', async () => {
    const root = temporary();
    for (let i = 0; i < 6; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
    const db = join(temporary(), 'corpus.db');
    const corpus = await openCorpus(db, { embedder: builtin() });
    const found: Promise<SearchResult>[] = [];
    await corpus.index([root], {
      batchSize: 2,
      onProgress: ({ phase, embedded }) => {
        if (phase === 'embed' && embedded > 4) found.push(corpus.search('harbour'));
      },
    });
    expect((await Promise.all(found)).some(({ hits }) => hits.length > 0)).toBe(true);
    await corpus.close();
  });
});
