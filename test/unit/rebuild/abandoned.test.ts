/** A rebuild that was interrupted: seen in `status`, gone on with by another one, dropped by `optimize`. */
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { Embedder } from '../../../src/model/types.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import type { CorpusStatus } from '../../../src/service/operations/status.ts';
import { countingEmbedder, findBroken, runIndex, sampleDocument } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const folderOf = temporaryFolders();
const OTHER = { model: 'other' };
let root: string;
let db: string;

/** Embeds one batch, and then no more. */
function failing(): Embedder {
  const plain = countingEmbedder(OTHER);
  let calls = 0;
  return {
    ...plain,
    embedDocuments: async (texts) => {
      calls += 1;
      if (calls > 1) throw new Error('the server went away');
      return plain.embedDocuments(texts);
    },
  };
}

async function status(): Promise<CorpusStatus> {
  const corpus = await openCorpus(db, { readOnly: true });
  try {
    return await corpus.status();
  } finally {
    await corpus.close();
  }
}

beforeEach(async () => {
  root = folderOf();
  db = join(folderOf(), 'corpus.db');
  for (let i = 0; i < 8; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
  await runIndex(db, countingEmbedder(), [root]);
  const abandoned = runIndex(db, failing(), [], { rebuild: true, batchSize: 4, concurrency: 1 });
  await expect(abandoned).rejects.toMatchObject({ code: 'ENDPOINT_FAILED' });
});

it('is shown with what it holds, and an ordinary run leaves it', async () => {
  expect((await status()).rebuilds).toMatchObject([{ model: 'other', vectors: 4 }]);
  expect((await status()).lastRun).toMatchObject({ endedAt: null });
  await runIndex(db, countingEmbedder());
  const { rebuilds, lastRun } = await status();
  expect(rebuilds).toMatchObject([{ model: 'other', vectors: 4 }]);
  expect(lastRun?.endedAt).toBeGreaterThanOrEqual(lastRun?.startedAt ?? Infinity);
});

it('goes on where it was with the same model', async () => {
  const embedder = countingEmbedder(OTHER);
  await runIndex(db, embedder, [], { rebuild: true });
  const { rebuilds, space, vectors } = await status();
  expect([rebuilds, space?.model]).toEqual([[], 'other']);
  expect(embedder.inputs).toHaveLength(vectors - 4);
});

it('is dropped by optimize, which counts its vectors', async () => {
  const before = await status();
  await runIndex(db, countingEmbedder());
  const corpus = await openCorpus(db);
  expect(await corpus.optimize()).toMatchObject({ pruned: 4 });
  await corpus.close();
  const { rebuilds, vectors, space } = await status();
  expect([rebuilds, vectors, space]).toEqual([[], before.vectors, before.space]);
  expect(findBroken(db)).toEqual([]);
});
