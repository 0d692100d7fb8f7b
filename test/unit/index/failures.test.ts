/** What is kept when texts fail, the server dies or the run is ended, and what the next run repeats. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ollama } from '../../../src/embedding/ollama.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import {
  countingEmbedder,
  findBroken,
  logicalDump,
  rows,
  runIndex,
  sampleDocument,
  value,
} from '../../helpers/corpus.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { type Files, plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let server: StandIn;
let db: string;
beforeEach(async () => {
  server = await startStandIn();
  db = join(temporary(), 'corpus.db');
});
afterEach(() => server.close());

const SMALL_BATCHES = { batchSize: 4, concurrency: 2 };

/** No retries: what is tested is what a run does when they have not helped. */
const embedder = (): Embedder => ollama({ endpoint: server.url, model: 'bge-m3', retries: 0 });

const sentInputs = (): string[] => server.embedRequests().flatMap(({ inputs }) => inputs);

const documents = (count: number): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}.md`, sampleDocument(i)]));

const isPoison = (text: string): boolean => text.includes('number 2 stands');

describe('one bad text', () => {
  it('costs only itself, is remembered, reported and retried, and its failure clears', async () => {
    const root = temporary(documents(6));
    server.fault({
      do: { kind: 'zero' },
      text: (text) => text.includes('Line 3 of part 1: the') && isPoison(text),
    });
    const first = await runIndex(db, embedder(), [root], SMALL_BATCHES);
    expect(first.inputs.failed).toBe(1);
    expect(first.failures).toMatchObject([{ source: root, path: 'f2.md', code: 'INPUT_REJECTED' }]);
    const missing = `SELECT path FROM passage WHERE input_hash NOT IN (SELECT input_hash FROM embedding)`;
    expect(rows(db, missing)).toEqual([{ path: 'f2.md' }]);
    expect(value(db, 'SELECT attempts FROM failure')).toBe(1);
    expect(findBroken(db)).toEqual([]);

    const second = await runIndex(db, embedder(), [], SMALL_BATCHES);
    expect(second.documents).toMatchObject({ read: 0, unchanged: 6 });
    expect(second.inputs).toMatchObject({ failed: 1, embedded: 0 });
    expect(second.failures).toHaveLength(1);
    expect(value(db, 'SELECT attempts FROM failure')).toBe(2);

    server.clearFaults();
    const third = await runIndex(db, embedder(), [], SMALL_BATCHES);
    expect(third.inputs).toMatchObject({ failed: 0, embedded: 1 });
    expect(third.failures).toEqual([]);
    expect(value(db, 'SELECT count(*) FROM failure')).toBe(0);
    expect(rows(db, missing)).toEqual([]);
    expect(findBroken(db)).toEqual([]);
  });

  it('of a file that is gone is not tried again', async () => {
    const root = temporary(documents(4));
    server.fault({ do: { kind: 'zero' }, text: isPoison });
    await runIndex(db, embedder(), [root], SMALL_BATCHES);
    rmSync(join(root, 'f2.md'));
    server.forgetRequests();
    const second = await runIndex(db, embedder(), [], SMALL_BATCHES);
    expect(sentInputs().filter(isPoison)).toEqual([]);
    expect(second.inputs.failed).toBe(0);
    expect(second.failures).toEqual([]);
    expect(value(db, 'SELECT count(*) FROM failure')).toBe(0);
  });

  it('that is edited away leaves no failure behind', async () => {
    const root = temporary(documents(4));
    server.fault({ do: { kind: 'zero' }, text: isPoison });
    await runIndex(db, embedder(), [root], SMALL_BATCHES);
    plant(root, { 'f2.md': sampleDocument(8) });
    const second = await runIndex(db, embedder(), [], SMALL_BATCHES);
    expect(second.failures).toEqual([]);
    expect(value(db, 'SELECT count(*) FROM failure')).toBe(0);
    expect(findBroken(db)).toEqual([]);
  });

  it('a document whose new text fails is still switched: the old text is not searchable', async () => {
    const root = temporary({ 'a.md': 'The harbour at night.\n' });
    await runIndex(db, embedder(), [root]);
    server.fault({ do: { kind: 'zero' }, text: (text) => text.includes('poison') });
    plant(root, { 'a.md': 'Only poison here.\n' });
    await runIndex(db, embedder());
    expect(rows(db, 'SELECT text FROM passage')).toEqual([{ text: 'Only poison here.' }]);
    expect(value(db, 'SELECT count(*) FROM embedding')).toBe(0);
    const corpus = await openCorpus(db, { embedder: embedder(), readOnly: true });
    expect((await corpus.search('harbour')).hits).toEqual([]);
    expect(await corpus.status()).toMatchObject({ missing: 1, failed: 1, vectors: 0 });
    await corpus.close();
  });
});

describe('a run that ends early', () => {
  /** What a whole run embeds and stores, to compare with. */
  async function whole(root: string): Promise<{ dump: object; inputs: number; probes: number }> {
    const other = join(temporary(), 'whole.db');
    server.forgetRequests();
    const { inputs } = await runIndex(other, embedder(), [root], SMALL_BATCHES);
    const probes = sentInputs().length - inputs.embedded;
    return { dump: logicalDump(other), inputs: inputs.embedded, probes };
  }

  async function expectRestOnly(
    root: string,
    { dump, inputs, probes }: Awaited<ReturnType<typeof whole>>,
  ): Promise<void> {
    const kept = Number(value(db, 'SELECT count(*) FROM embedding'));
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(inputs);
    expect(findBroken(db)).toEqual([]);
    server.clearFaults();
    // What was in flight when the run ended may still be on its way: it arrives before this.
    await (await fetch(server.url)).text();
    server.forgetRequests();
    const next = await runIndex(db, embedder(), [root], SMALL_BATCHES);
    expect(next.inputs.embedded).toBe(inputs - kept);
    expect(sentInputs()).toHaveLength(inputs - kept + probes);
    expect(next.inputs.pruned).toBe(0);
    expect(logicalDump(db)).toEqual(dump);
    expect(findBroken(db)).toEqual([]);
  }

  it('because the server dies keeps what was embedded; the next run embeds only the rest', async () => {
    const root = temporary(documents(12));
    const expected = await whole(root);
    server.fault({ do: { kind: 'cut' }, text: (text) => text.includes('Document 7') });
    await expect(runIndex(db, embedder(), [root], SMALL_BATCHES)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    });
    await expectRestOnly(root, expected);
  });

  it('because it is aborted keeps what was embedded; the next run embeds only the rest', async () => {
    const root = temporary(documents(12));
    const expected = await whole(root);
    const ctrlC = new AbortController();
    const reason = new Error('Ctrl-C');
    const run = runIndex(db, embedder(), [root], {
      ...SMALL_BATCHES,
      signal: ctrlC.signal,
      onProgress: ({ embedded }) => {
        if (embedded >= 8) ctrlC.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    await expectRestOnly(root, expected);
  });

  it('before it has begun changes nothing that was there', async () => {
    const root = temporary(documents(2));
    await runIndex(db, embedder(), [root]);
    const before = logicalDump(db);
    plant(root, { 'f0.md': 'Other text.\n' });
    const run = runIndex(db, embedder(), [root], { signal: AbortSignal.abort(new Error('no')) });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('no') });
    expect(logicalDump(db)).toEqual(before);
  });

  it('leaves vectors of no passage yet, which a run over another part does not prune', async () => {
    const root = temporary({ ...documents(8), 'sub/small.md': 'A small file.\n' });
    const fails = countingEmbedder({}, undefined);
    const embed = fails.embedDocuments;
    fails.embedDocuments = async (texts, options) => {
      if (fails.inputs.length >= 11) throw new Error('dead');
      return embed(texts, options);
    };
    await expect(
      runIndex(db, fails, [root], { batchSize: 1, concurrency: 1 }),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_FAILED',
    });
    const kept = value(db, 'SELECT count(*) FROM embedding');
    const pending = `SELECT count(*) FROM embedding
      WHERE input_hash NOT IN (SELECT input_hash FROM chunk)`;
    expect(value(db, pending)).toBeGreaterThan(0);
    const part = await runIndex(db, countingEmbedder(), [join(root, 'sub')]);
    expect(part.inputs.pruned).toBe(0);
    expect(Number(value(db, 'SELECT count(*) FROM embedding'))).toBe(Number(kept) + 1);
    const rest = countingEmbedder();
    await runIndex(db, rest);
    const all = Number(value(db, 'SELECT count(DISTINCT input_hash) FROM chunk'));
    expect(rest.inputs).toHaveLength(all - Number(kept) - 1);
  });
});

describe('an embedder that cannot be asked', () => {
  it('is an error before anything is written, and no other embedder is used instead', async () => {
    const root = temporary(documents(1));
    await runIndex(db, embedder(), [root]);
    const before = logicalDump(db);
    plant(root, { 'f0.md': 'Other text.\n' });
    const url = server.url;
    await server.close();
    await expect(
      runIndex(db, ollama({ endpoint: url, model: 'bge-m3', retries: 0 }), [root]),
    ).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
    expect(logicalDump(db)).toEqual(before);
    server = await startStandIn();
  });
});
