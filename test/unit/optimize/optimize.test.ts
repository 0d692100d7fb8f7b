/** `optimize`: the corpus says the same, smaller; whatever state it is in. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { openForWriting } from '../../../src/store/sqlite/open-writer.ts';
import {
  countingEmbedder,
  findBroken,
  logicalDump,
  runIndex,
  sampleDocument,
  value,
} from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let root: string;
let db: string;

beforeEach(() => {
  root = temporary();
  db = join(temporary(), 'corpus.db');
});

async function optimize() {
  const corpus = await openCorpus(db);
  try {
    return await corpus.optimize();
  } finally {
    await corpus.close();
  }
}

const firstOf = async (query: string) => {
  const corpus = await openCorpus(db, { embedder: countingEmbedder(), readOnly: true });
  try {
    return (await corpus.search(query, { k: 5 })).hits;
  } finally {
    await corpus.close();
  }
};

describe('optimize', () => {
  it('gives back what was deleted, and finds the same', async () => {
    for (let i = 0; i < 60; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
    await runIndex(db, countingEmbedder(), [root]);
    for (let i = 0; i < 60; i += 2) plant(root, { [`f${i}.md`]: 'Short now.\n' });
    await runIndex(db, countingEmbedder(), [root]);
    const [dump, hits] = [logicalDump(db), await firstOf('harbour')];
    expect(hits).toHaveLength(5);
    const before = statSync(db).size;
    const { size, pruned } = await optimize();
    expect(pruned).toBe(0);
    expect(size).toEqual({ before, after: statSync(db).size });
    expect(size.after).toBeLessThan(size.before);
    expect(logicalDump(db)).toEqual(dump);
    // Scores are relative to the mean of all vectors, which is taken anew.
    const scored = hits.map((hit) => ({
      ...hit,
      ...{ score: expect.any(Number), fusion: expect.anything() },
    }));
    expect(await firstOf('harbour')).toEqual(scored);
    expect(findBroken(db)).toEqual([]);
  });

  it('works on a corpus that was never indexed', async () => {
    openForWriting(db, 0).close();
    const { size } = await optimize();
    expect(size.after).toBe(statSync(db).size);
    const corpus = await openCorpus(db, { readOnly: true });
    expect(await corpus.status()).toMatchObject({ space: null, documents: 0 });
    await corpus.close();
  });

  it('brings derived tables of another recipe up to date', async () => {
    plant(root, { 'a.md': sampleDocument(1) });
    await runIndex(db, countingEmbedder(), [root]);
    const hits = await firstOf('harbour');
    const raw = new Database(db);
    raw.exec(`UPDATE meta SET value = json_set(value, '$.recipe', 0)
      WHERE key IN ('words', 'vector_codes')`);
    raw.close();
    const recipe = `SELECT group_concat(value ->> 'recipe') FROM meta
      WHERE key IN ('words', 'vector_codes')`;
    expect(value(db, recipe)).toBe('0,0');
    await optimize();
    expect(value(db, recipe)).toBe('1,2');
    expect(await firstOf('harbour')).toEqual(hits);
  });

  it('needs a corpus that was opened for writing', async () => {
    plant(root, { 'a.md': sampleDocument(1) });
    await runIndex(db, countingEmbedder(), [root]);
    const corpus = await openCorpus(db, { readOnly: true });
    await expect(corpus.optimize()).rejects.toMatchObject({ code: 'USAGE' });
    await corpus.close();
  });
});
