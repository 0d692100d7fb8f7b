/** A model that is pulled anew under its name, at any moment: vectors of two models never meet. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ollama } from '../../../src/embedding/ollama.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import {
  countingEmbedder,
  findBroken,
  logicalDump,
  runIndex,
  sampleDocument,
  value,
} from '../../helpers/corpus.ts';
import { hashingVector } from '../../helpers/stand-in/hashing-vector.ts';
import { EMBEDDING_MODEL } from '../../helpers/stand-in/models.ts';
import { STAND_IN_KEY, type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { byHash, judgeVectors, type Model } from '../../helpers/stored-vectors.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const [OLD, NEW] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
/** Another digest is another model: it hashes other texts. */
const modelOf =
  (digest: string): Model =>
  (text, dimensions) =>
    hashingVector(digest.slice(0, 3) + text, dimensions);

let server: StandIn;
let current: string;
/** Swaps the model while the n-th text from now on is being embedded. */
let swapAt: number;
/** Whether a new digest answers with other vectors. */
let isOther: boolean;
let root: string;
let db: string;

function swap(): void {
  current = NEW;
  server.setModels([{ ...EMBEDDING_MODEL, digest: NEW }]);
}

beforeEach(async () => {
  [current, swapAt, isOther] = [OLD, Number.POSITIVE_INFINITY, true];
  server = await startStandIn({
    models: [{ ...EMBEDDING_MODEL, digest: OLD }],
    vector: (text, dimensions) => {
      if (--swapAt === 0) swap();
      return modelOf(isOther ? current : OLD)(text, dimensions);
    },
  });
  root = temporary();
  for (let i = 0; i < 8; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
  db = join(temporary(), 'corpus.db');
});
afterEach(() => server.close());

const SMALL = { batchSize: 2, concurrency: 2 };
const embedder = (): Embedder => ollama({ endpoint: server.url, model: 'bge-m3', retries: 0 });
const index = (options: object = {}) => runIndex(db, embedder(), [root], { ...SMALL, ...options });
const judge = () =>
  judgeVectors(db, byHash(server.embedRequests().flatMap(({ inputs }) => inputs)), modelOf);

describe('a model that is swapped under its name', () => {
  it.each([3, 10, 11, 24, 40])(
    'while the run embeds its text %i: the run stops, nothing of the new one is stored, the next run says what to do',
    async (text) => {
      swapAt = text;
      await expect(index()).rejects.toMatchObject({
        code: 'VECTORS_INVALID',
        message: expect.stringContaining('Run the same command again'),
      });
      expect(judge()).toMatchObject({ wrong: 0 });
      expect(value(db, 'SELECT group_concat(digest) FROM space')).toBe(OLD);
      expect(findBroken(db)).toEqual([]);

      const hasDocuments = value(db, 'SELECT count(*) FROM document') !== 0;
      if (hasDocuments) {
        await expect(index()).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
        expect(judge()).toMatchObject({ wrong: 0 });
        await index({ rebuild: true });
      } else await index();
      expect(judge()).toEqual({ stored: 48, wrong: 0 });
      expect(value(db, 'SELECT group_concat(digest) FROM space')).toBe(NEW);
      expect(findBroken(db)).toEqual([]);
    },
  );

  it('after a run that ended before its first document: its vectors without a passage are not taken for the new model’s', async () => {
    server.fault({ do: { kind: 'cut' }, request: 4 });
    await expect(index({ concurrency: 1 })).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
    expect(value(db, 'SELECT count(*) FROM chunk')).toBe(0);
    expect(judge()).toEqual({ stored: 2, wrong: 0 });
    swap();
    await index();
    expect(judge()).toEqual({ stored: 48, wrong: 0 });
    expect(findBroken(db)).toEqual([]);
  });

  it('during a rebuild: the old space stays the one that is searched', async () => {
    await index();
    const before = logicalDump(db);
    server.setModels([{ ...EMBEDDING_MODEL, digest: 'c'.repeat(64), dimensions: 16 }]);
    current = 'c'.repeat(64);
    swapAt = 20;
    await expect(index({ rebuild: true })).rejects.toMatchObject({ code: 'VECTORS_INVALID' });
    expect(judge()).toMatchObject({ wrong: 0 });
    const { documents, chunks } = logicalDump(db);
    expect({ documents, chunks }).toEqual({
      documents: before['documents'],
      chunks: before['chunks'],
    });
    expect(value(db, 'SELECT digest FROM space WHERE active = 1')).toBe(OLD);
    await index({ rebuild: true });
    expect(judge()).toEqual({ stored: 48, wrong: 0 });
    expect(value(db, 'SELECT group_concat(digest) FROM space')).toBe(NEW);
  });

  it('for one that answers with the same vectors stops the run too; the next one adopts it and goes on', async () => {
    isOther = false;
    swapAt = 30;
    await expect(index()).rejects.toMatchObject({ code: 'VECTORS_INVALID' });
    const kept = Number(value(db, 'SELECT count(*) FROM embedding'));
    expect(kept).toBeGreaterThan(10);
    const next = await index();
    expect(next.inputs.embedded).toBe(48 - kept);
    expect(value(db, 'SELECT digest FROM space')).toBe(NEW);
  });

  it('for one with the same vectors that refuses some of the compared texts is adopted all the same', async () => {
    isOther = false;
    await index();
    swap();
    server.fault({ do: { kind: 'zero' }, text: (text) => /of part [01]:/.test(text) });
    expect(await index()).toMatchObject({ inputs: { embedded: 0, failed: 0 } });
    expect(value(db, 'SELECT digest FROM space')).toBe(NEW);
  });

  it('and rebuilt for, while documents changed and a text fails: after the swap nothing is asked any more', async () => {
    await index();
    swap();
    for (let i = 0; i < 4; i++) plant(root, { [`f${i}.md`]: sampleDocument(i + 20) });
    const isPoison = (text: string): boolean =>
      text.includes('Line 3 of part 1: the') && text.includes('number 22 ');
    server.fault({ do: { kind: 'zero' }, text: isPoison });
    server.forgetRequests();
    const rebuilt = await index({ rebuild: true, batchSize: 1 });
    expect(rebuilt.inputs.failed).toBe(1);
    const asked = server.embedRequests().filter(({ inputs }) => inputs.some(isPoison));
    // Had it died over a second question, changed documents would have been left without vectors.
    expect(asked).toHaveLength(1);
    expect(findBroken(db)).toEqual([]);
    server.clearFaults();
    expect(await index()).toMatchObject({ inputs: { embedded: 1, failed: 0 } });
    expect(judge()).toEqual({ stored: 48, wrong: 0 });
  });

  it('and rebuilt for, while a file was touched only: it has its vectors before the swap', async () => {
    await index();
    swap();
    plant(root, { 'f3.md': sampleDocument(3) });
    // The rebuild's first half takes 24 requests of two texts; a question behind the swap would end the run.
    server.forgetRequests();
    await index({ rebuild: true, concurrency: 1 });
    const texts = server.embedRequests().flatMap(({ inputs }) => inputs);
    const ofTouched = texts.flatMap((text, at) => (text.includes('3番の') ? [at] : []));
    expect(ofTouched.length).toBeGreaterThan(0);
    expect(Math.max(...ofTouched), 'not after all others').toBeLessThan(texts.length - 1);
    expect(findBroken(db)).toEqual([]);
    expect(judge()).toEqual({ stored: 48, wrong: 0 });
  });

  it('or is removed from the server: the run stops and says so', async () => {
    const removing = ollama({ endpoint: server.url, model: 'bge-m3', retries: 0 });
    await removing.identity();
    server.setModels([{ ...EMBEDDING_MODEL, name: 'other:latest' }]);
    await expect(removing.embedDocuments(['text'])).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });
});

it('a program that searches for days notices within a minute, and never compares two models', async () => {
  let now = 1_700_000_000_000;
  const clock = { now: () => now, random: () => 1, sleep: async () => {} };
  const corpus = await openCorpus(db, {
    embedder: ollama({ endpoint: server.url, model: 'bge-m3', clock }),
  });
  await corpus.index([root]);
  await corpus.search('harbour', { mode: 'semantic' });
  swap();
  now += 61_000;
  const search = corpus.search('harbour', { mode: 'semantic' });
  await expect(search).rejects.toMatchObject({ code: 'VECTORS_INVALID' });
  const again = corpus.search('harbour', { mode: 'semantic' });
  await expect(again).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
  await corpus.close();
});

it('an embedder of one’s own that becomes another one during the run is not believed either', async () => {
  const changing = countingEmbedder();
  const { embedDocuments, identity } = changing;
  changing.embedDocuments = async (texts, options) => {
    if (changing.inputs.length >= 20) {
      changing.identity = async () => ({ ...(await identity()), model: 'other' });
      return texts.map((text) => hashingVector(`other${text}`, 32));
    }
    return embedDocuments(texts, options);
  };
  await expect(runIndex(db, changing, [root], { ...SMALL, concurrency: 1 })).rejects.toMatchObject({
    code: 'VECTORS_INVALID',
  });
  const { stored, wrong } = judgeVectors(db, byHash(changing.inputs), () => hashingVector);
  expect(wrong).toBe(0);
  expect(stored).toBeGreaterThan(15);
});

it('Open WebUI that lists nothing for a while, its Ollama being away, is waited for', async () => {
  const webui = await startStandIn({ flavour: 'open-webui' });
  const waits: number[] = [];
  const clock = {
    now: () => 0,
    random: () => 1,
    sleep: async (milliseconds: number) => void waits.push(milliseconds),
  };
  const patient = ollama({ endpoint: webui.url, apiKey: STAND_IN_KEY, model: 'bge-m3', clock });
  await patient.identity();
  webui.fault({
    path: '/api/tags',
    times: 1,
    do: { kind: 'answer', status: 200, body: { models: [] } },
  });
  await patient.embedDocuments(['text']);
  expect(waits).toEqual([1000]);
  await webui.close();
});
