/** A first run that fails leaves nothing on disk: no corpus that would be found from folders below. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Embedder } from '../../../src/model/types.ts';
import type { IndexOptions } from '../../../src/service/corpus.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder, runIndex, sampleDocument, value } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const tempDir = temporaryFolders();

/** A folder with one document, and where its corpus would be. */
function project(): { readonly folder: string; readonly docs: string; readonly db: string } {
  const folder = tempDir();
  const docs = join(folder, 'docs');
  mkdirSync(docs);
  writeFileSync(join(docs, 'a.md'), sampleDocument(2));
  return { folder, docs, db: join(folder, '.umekomi', 'corpus.db') };
}

function refusing(): Embedder {
  return {
    ...countingEmbedder(),
    identity: async () => {
      throw new Error('refused');
    },
  };
}

describe('a first run that is not accepted leaves nothing', () => {
  const cases: readonly (readonly [string, string, IndexOptions, Embedder?])[] = [
    ['a path that is not there', 'dosc', {}],
    ['a glob that matches nothing', 'docs/*.txt', {}],
    ['rules that leave no file', 'docs', { include: ['*.rst'] }],
    ['an option out of range', 'docs', { chunkSize: 1 }],
    ['an overlap as large as a chunk', 'docs', { chunkSize: 64, chunkOverlap: 64 }],
    ['a glob that cannot be', 'docs', { exclude: ['../x'] }],
    ['a server that refuses', 'docs', {}, refusing()],
  ];
  for (const [name, source, options, embedder = countingEmbedder()] of cases) {
    test(name, async () => {
      const { folder, db } = project();
      await expect(runIndex(db, embedder, [join(folder, source)], options)).rejects.toThrow();
      expect(readdirSync(folder)).toEqual(['docs']);
    });
  }

  test('an embedder that cannot be made, and a signal that comes before the run is accepted', async () => {
    const { folder, docs, db } = project();
    const corpus = await openCorpus(db, {
      embedder: () => {
        throw new Error('no such model');
      },
    });
    await expect(corpus.index([docs])).rejects.toThrow('no such model');
    await corpus.close();
    const abort = new AbortController();
    const aborting: Embedder = {
      ...countingEmbedder(),
      identity: async () => {
        abort.abort(new Error('enough'));
        throw new Error('enough');
      },
    };
    await expect(runIndex(db, aborting, [docs], { signal: abort.signal })).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['docs']);
  });
});

test('what only reads or removes makes nothing', async () => {
  const { folder, docs, db } = project();
  const corpus = await openCorpus(db, { embedder: countingEmbedder() });
  expect(corpus.path).toBe(db);
  expect(await corpus.status()).toMatchObject({ path: db, space: null, documents: 0 });
  await expect(corpus.search('lantern')).rejects.toMatchObject({ code: 'CORPUS_EMPTY' });
  await expect(corpus.remove(docs)).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  await corpus.index([docs], { dryRun: true });
  expect(await corpus.repair()).toEqual([]);
  await corpus.close();
  expect(readdirSync(folder)).toEqual(['docs']);
});

test('a run that is accepted makes the corpus, and the open corpus goes on in it', async () => {
  const { docs, db } = project();
  const corpus = await openCorpus(db, { embedder: countingEmbedder() });
  const [summary, early] = await Promise.all([corpus.index([docs]), corpus.status()]);
  expect(early.documents).toBe(0);
  expect(summary.documents.added).toBe(1);
  expect((await corpus.status()).documents).toBe(1);
  expect((await corpus.search('lantern')).hits.length).toBeGreaterThan(0);
  await corpus.close();
  expect(value(db, 'SELECT count(*) FROM document')).toBe(1);
  expect(existsSync(`${db}-lock`)).toBe(false);
});

test('a corpus that another process makes is seen by one that was opened before', async () => {
  const { docs, db } = project();
  const corpus = await openCorpus(db, { embedder: countingEmbedder() });
  expect((await corpus.status()).documents).toBe(0);
  await runIndex(db, countingEmbedder(), [docs]);
  expect((await corpus.status()).documents).toBe(1);
  expect((await corpus.index()).documents.unchanged).toBe(1);
  await corpus.close();
});

test('two first runs at the same time: both end in one corpus, and nothing is embedded twice', async () => {
  const { folder, docs, db } = project();
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'b.md'), sampleDocument(3));
  const embedder = countingEmbedder();
  const runs = [
    runIndex(db, embedder, [docs]),
    runIndex(db, embedder, [other]),
    runIndex(db, embedder, [docs]),
  ];
  await Promise.all(runs);
  expect(value(db, 'SELECT count(*) FROM document')).toBe(2);
  expect(value(db, 'SELECT count(*) FROM source')).toBe(2);
  expect(value(db, 'SELECT count(*) FROM space')).toBe(1);
  expect(new Set(embedder.inputs).size).toBe(embedder.inputs.length);
});

test('who comes second with another model is told, and the corpus keeps the one of the first', async () => {
  const { docs, db } = project();
  const first = countingEmbedder();
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const late: Embedder = {
    ...countingEmbedder({ model: 'other' }),
    identity: async () => {
      await gate;
      return countingEmbedder({ model: 'other' }).identity();
    },
  };
  const second = runIndex(db, late, [docs]);
  const outcome = expect(second).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
  await runIndex(db, first, [docs]);
  open();
  await outcome;
  expect(value(db, 'SELECT group_concat(model) FROM space')).toBe('hashing');
});
