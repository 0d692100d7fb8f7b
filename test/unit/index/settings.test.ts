/** Chunk sizes, models that do not fit, and dry runs. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { estimateTokens } from '../../../src/text/tokens.ts';
import {
  countingEmbedder,
  findBroken,
  logicalDump,
  rows,
  runIndex,
  sampleDocument,
  value,
} from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let db: string;
let root: string;
beforeEach(() => {
  db = join(temporary(), 'corpus.db');
  root = temporary();
  for (let i = 0; i < 4; i++)
    plant(root, { [`f${i}.md`]: sampleDocument(i), [`short${i}.md`]: `Short ${i}.\n` });
});

describe('another chunk size', () => {
  it('cuts every document again, reuses equal inputs, and is remembered', async () => {
    await runIndex(db, countingEmbedder(), [root]);
    const smaller = countingEmbedder();
    const summary = await runIndex(db, smaller, [], { chunkSize: 100 });
    expect(summary.documents).toMatchObject({ read: 8, updated: 8 });
    expect(smaller.inputs.filter((text) => text.startsWith('Short'))).toEqual([]);
    expect(summary.inputs.reused).toBeGreaterThanOrEqual(4);
    const texts = rows(db, 'SELECT text FROM passage').map(({ text }) =>
      estimateTokens(String(text)),
    );
    expect(Math.max(...texts)).toBeLessThanOrEqual(100);
    const again = countingEmbedder();
    expect((await runIndex(db, again)).documents).toMatchObject({ read: 0, unchanged: 8 });
    expect(again.inputs).toEqual([]);
    const fresh = join(temporary(), 'fresh.db');
    await runIndex(fresh, countingEmbedder(), [root], { chunkSize: 100 });
    expect(logicalDump(db)).toEqual(logicalDump(fresh));
    expect(findBroken(db)).toEqual([]);
  });

  it('that cannot be used is refused before anything is written', async () => {
    await runIndex(db, countingEmbedder(), [root]);
    const before = logicalDump(db);
    await expect(runIndex(db, countingEmbedder(), [], { chunkSize: 3 })).rejects.toMatchObject({
      code: 'USAGE',
    });
    expect(logicalDump(db)).toEqual(before);
    expect((await runIndex(db, countingEmbedder())).documents).toMatchObject({ unchanged: 8 });
  });
});

describe('a model with a small context', () => {
  it('gets chunks that fit it', async () => {
    await runIndex(db, countingEmbedder({ contextTokens: 256 }), [root], { chunkSize: 2000 });
    const inputs = rows(db, 'SELECT context || text AS input FROM chunk');
    const largest = Math.max(...inputs.map(({ input }) => estimateTokens(String(input))));
    expect(largest).toBeLessThanOrEqual(256);
    expect(largest).toBeGreaterThan(64);
  });
});

describe('same dimension, other model', () => {
  it.each([
    ['another model', { model: 'other' }],
    ['another kind', { kind: 'other' }],
    ['other dimensions', { dimensions: 16 }],
    ['another document prompt', { documentPrompt: 'passage: ' }],
    ['another query prompt', { queryPrompt: 'query: ' }],
  ])(
    '%s is an error that names the remedy; nothing is written, nothing mixed',
    async (_, change) => {
      await runIndex(db, countingEmbedder(), [root]);
      const before = logicalDump(db);
      const other = countingEmbedder(change);
      await expect(runIndex(db, other, [root], { chunkSize: 64 })).rejects.toMatchObject({
        code: 'SPACE_MISMATCH',
        remedy: { code: 'rebuild' },
      });
      expect(other.inputs).toEqual([]);
      expect(logicalDump(db)).toEqual(before);
      expect(value(db, "SELECT value FROM meta WHERE key = 'chunking'")).not.toContain('64');
      const corpus = await openCorpus(db, { embedder: other, readOnly: true });
      await expect(corpus.search('harbour')).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
      await corpus.close();
    },
  );

  it('a query of other dimensions is refused', async () => {
    await runIndex(db, countingEmbedder(), [root]);
    const corpus = await openCorpus(db, { readOnly: true });
    for (const vector of [new Float32Array(16).fill(1), new Float32Array(32)]) {
      await expect(corpus.searchVector(vector)).rejects.toMatchObject({ code: 'USAGE' });
    }
    await corpus.close();
  });
});

describe('a dry run', () => {
  const NUMBERS = ['documents', 'chunks', 'inputs', 'skipCounts'] as const;

  /** What happens without and with doing it. */
  async function both(options: object = {}, failing = ''): Promise<void> {
    const make = () => {
      const embedder = countingEmbedder({}, (text, dimensions) =>
        failing !== '' && text.includes(failing)
          ? new Float32Array(dimensions)
          : new Float32Array(dimensions).fill(text.length),
      );
      return embedder;
    };
    const bytes = readFileSync(db);
    const dry = make();
    const said = await runIndex(db, dry, [root], { ...options, dryRun: true });
    expect(dry.inputs, 'nothing is embedded').toEqual([]);
    expect(readFileSync(db).equals(bytes), 'nothing is written').toBe(true);
    expect(readdirSync(dirname(db))).toEqual(['corpus.db']);
    const done = await runIndex(db, make(), [root], options);
    const { inputs, ...rest } = said;
    for (const key of NUMBERS.filter((each) => each !== 'inputs'))
      expect(rest[key as 'chunks']).toEqual(done[key]);
    expect(inputs.embedded).toBe(done.inputs.embedded + done.inputs.failed);
    expect(inputs.reused).toBe(done.inputs.reused);
  }

  it('writes nothing, and its numbers are those of the run that follows', async () => {
    await runIndex(
      db,
      countingEmbedder({}, (text, n) => new Float32Array(n).fill(text.length)),
      [root],
    );
    await both();
    plant(root, {
      'f0.md': `${sampleDocument(0)}\nOne more line.\n`,
      'new.md': sampleDocument(1),
      'bin.md': new Uint8Array(9),
    });
    renameSync(join(root, 'f1.md'), join(root, 'moved.md'));
    rmSync(join(root, 'f2.md'));
    await both();
    await both({ chunkSize: 64 });
    await both({ include: ['f*.md'] });
  });

  it('counts what failed before and is tried again, and not what is about to go', async () => {
    const vector = (text: string, n: number) =>
      new Float32Array(n).fill(text.includes('Short') ? 0 : 1);
    await runIndex(db, countingEmbedder({}, vector), [root]);
    expect(value(db, 'SELECT count(*) FROM failure')).toBe(4);
    rmSync(join(root, 'short0.md'));
    plant(root, { 'short1.md': 'Now long.\n' });
    await both({}, 'Short');
  });

  it('of a new corpus, in memory, makes no file', async () => {
    const memory = await openCorpus(':memory:', { embedder: countingEmbedder() });
    const said = await memory.index([root], { dryRun: true });
    await memory.close();
    expect(said.documents).toMatchObject({ added: 8, read: 8 });
    expect(existsSync(db)).toBe(false);
    const done = await runIndex(db, countingEmbedder(), [root]);
    expect(said.inputs).toEqual(done.inputs);
    expect(said.chunks).toBe(done.chunks);
  });
});
