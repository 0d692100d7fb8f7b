/** One indexer at a time; readers never wait. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtin, type Corpus, type Embedder, openCorpus } from '../../../src/index.ts';
import { openCorpusFile } from '../../../src/store/sqlite/open.ts';
import { lockForWriting } from '../../../src/store/sqlite/writer-lock.ts';

let folder: string;
const opened: Corpus[] = [];

function open(embedder: Embedder = builtin()): Corpus {
  const owner = `test ${opened.length}`;
  const corpus = openCorpus(join(folder, 'corpus.db'), { embedder, cwd: folder, owner });
  opened.push(corpus);
  return corpus;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umekomi-lock-'));
  writeFileSync(join(folder, 'a.md'), 'A word.\n');
});

afterEach(() => {
  for (const corpus of opened.splice(0)) corpus.close();
  rmSync(folder, { recursive: true });
});

it('a second indexer waits for the first one, embeds nothing twice, and leaves no lock behind', async () => {
  const plain = builtin();
  let texts = 0;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow: Embedder = {
    ...plain,
    embedDocuments: async (inputs) => {
      texts += inputs.length;
      await held;
      return plain.embedDocuments(inputs);
    },
  };
  const first = open(slow).index(['.']);
  const second = open(slow).index(['.']);
  // The first one holds the lock and its request; a reader is let in at any time.
  while (texts === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const reader = openCorpus(join(folder, 'corpus.db'), { readOnly: true });
  expect(reader.status().documents).toBe(0);
  reader.close();
  release();
  await Promise.all([first, second]);
  expect(texts).toBe(1);
  expect(existsSync(join(folder, 'corpus.db-lock'))).toBe(false);
});

it('a second indexer that has waited long enough says who holds the lock', async () => {
  const file = openCorpusFile(join(folder, 'corpus.db'), 'write', 0);
  const options = { now: () => Date.UTC(2026, 0, 2), patience: 0 };
  const unlock = await lockForWriting(file, { ...options, owner: 'process 7 on tsukue' });
  await expect(lockForWriting(file, { ...options, owner: 'me' })).rejects.toMatchObject({
    code: 'CORPUS_BUSY',
    message: expect.stringMatching(/process 7 on tsukue .* since 2026-01-02/),
  });
  unlock();
  (await lockForWriting(file, { ...options, owner: 'me' }))();
  file.close();
});
