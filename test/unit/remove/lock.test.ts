/** One indexer at a time; readers never wait. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtin, type Corpus, type Embedder, openCorpus } from '../../../src/index.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts';
import { openForWriting } from '../../../src/store/sqlite/open-writer.ts';
import type { Store } from '../../../src/store/store.ts';

let folder: string;
const opened: Corpus[] = [];

async function open(embedder: Embedder = builtin()): Promise<Corpus> {
  const owner = `test ${opened.length}`;
  const corpus = await openCorpus(join(folder, 'corpus.db'), { embedder, cwd: folder, owner });
  opened.push(corpus);
  return corpus;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umekomi-lock-'));
  writeFileSync(join(folder, 'a.md'), 'A word.\n');
});

afterEach(async () => {
  for (const corpus of opened.splice(0)) await corpus.close();
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
  const first = (await open(slow)).index(['.']);
  const second = (await open(slow)).index(['.']);
  // The first one holds the lock and its request; a reader is let in at any time.
  while (texts === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const reader = await openCorpus(join(folder, 'corpus.db'), { readOnly: true });
  expect((await reader.status()).documents).toBe(0);
  await reader.close();
  release();
  await Promise.all([first, second]);
  expect(texts).toBe(1);
  expect(existsSync(join(folder, 'corpus.db-lock'))).toBe(false);
});

it('a second indexer that has waited long enough says who holds the lock', async () => {
  const openStore = async (owner: string): Promise<Store> =>
    openSqliteStore(join(folder, 'corpus.db'), {
      ...{ mode: 'write', now: () => Date.UTC(2026, 0, 2), patience: 0, owner },
    });
  openForWriting(join(folder, 'corpus.db'), 0).close();
  const [holder, other] = [await openStore('process 7 on tsukue'), await openStore('me')];
  const lease = await holder.lock();
  await expect(other.lock()).rejects.toMatchObject({
    code: 'CORPUS_BUSY',
    message: expect.stringMatching(/process 7 on tsukue .* since 2026-01-02/),
  });
  await lease.release();
  await (await other.lock()).release();
  await Promise.all([holder.close(), other.close()]);
});
