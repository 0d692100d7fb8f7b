/** Servers whose vectors are right one by one and wrong together are found out before anything is stored. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ollama } from '../../../src/embedding/ollama.ts';
import { amongKnown, findSpotFault } from '../../../src/embedding/spot-check.ts';
import { findBroken, runIndex, value } from '../../helpers/corpus.ts';
import type { FaultAction } from '../../helpers/stand-in/faults.ts';
import { hashingVector } from '../../helpers/stand-in/hashing-vector.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

type Change = Extract<FaultAction, { kind: 'change' }>['change'];

const temporary = temporaryFolders();
const open: StandIn[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function scene(files: number) {
  const server = await startStandIn();
  open.push(server);
  const root = temporary();
  for (let i = 0; i < files; i++) plant(root, { [`f${i}.md`]: `# ${i}\n\nThe ${i}th text.\n` });
  const db = join(temporary(), 'corpus.db');
  const index = (options: object = {}) =>
    runIndex(db, ollama({ endpoint: server.url, retries: 0 }), [root], options);
  const stored = (): unknown => value(db, 'SELECT count(*) FROM embedding');
  return { server, root, db, index, stored };
}

const change = (how: Change): FaultAction => ({ kind: 'change', change: how });

const FAULTS: readonly (readonly [name: string, how: Change, words: string])[] = [
  ['in reverse order', (vectors) => vectors.toReversed(), 'another order'],
  ['sorted', (vectors) => vectors.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)), 'another order'],
  ['one place on', (vectors) => [...vectors.slice(1), ...vectors.slice(0, 1)], 'another order'],
  [
    'in pairs turned round',
    (vectors) => vectors.map((_, i) => vectors[i ^ 1] ?? vectors[i] ?? []),
    'order',
  ],
  ['all like the first', (vectors) => vectors.map(() => vectors[0] ?? []), 'the same vector'],
  ['all alike', (vectors) => vectors.map((each) => each.map(() => 0.5)), 'the same vector'],
  ['in whole numbers', (vectors) => vectors.map((each) => each.map(toWhole)), 'whole numbers'],
];

const toWhole = (x: number): number => Math.round(x * 127);

describe('a server that answers', () => {
  it.each(FAULTS)('%s: nothing is stored, in a new corpus or an old one', async (...fault) => {
    const [, how, words] = fault;
    const { server, root, index, stored } = await scene(5);
    const refusal = { code: 'VECTORS_INVALID', message: expect.stringContaining(words) };
    server.fault({ do: change(how) });
    await expect(index()).rejects.toMatchObject(refusal);
    expect(stored()).toBe(0);
    server.clearFaults();
    await index();
    expect(stored()).toBe(5);
    for (let i = 5; i < 11; i++) plant(root, { [`f${i}.md`]: `# ${i}\n\nThe ${i}th text.\n` });
    server.fault({ do: change(how) });
    await expect(index()).rejects.toMatchObject(refusal);
    expect(stored()).toBe(5);
  });

  it.each(FAULTS.slice(-2))('%s from the middle of a run on: it says so', async (_, how) => {
    const { server, db, index } = await scene(20);
    const options = { batchSize: 2, concurrency: 1 };
    const isLate = (): boolean => server.embedRequests().length > 5;
    server.fault({ do: change((vectors) => (isLate() ? how(vectors) : vectors)) });
    await expect(index(options)).rejects.toMatchObject({
      code: 'VECTORS_INVALID',
      message: expect.stringMatching(/vectors that this run has stored may be wrong.*delete/),
    });
    expect(findBroken(db)).toEqual([]);
  });

  it('with small differences between a batch and a single text is believed', async () => {
    const { server, index, stored } = await scene(5);
    const noisy: Change = (vectors) =>
      vectors.map((each, i) => each.map((x, at) => x + (at === i % each.length ? 0.04 : 0)));
    server.fault({ do: change((vectors) => (vectors.length > 1 ? noisy(vectors) : vectors)) });
    await index();
    expect(stored()).toBe(5);
  });

  it('well costs one request at the end of a run, and none where its answers were looked at', async () => {
    const { server, root, index } = await scene(20);
    await index({ batchSize: 5, concurrency: 1 });
    const sizes = (): number[] => server.embedRequests().map(({ inputs }) => inputs.length);
    expect(sizes()).toEqual([1, 5, 3, 5, 5, 5, 1]);
    server.forgetRequests();
    await index();
    await index({ dryRun: true });
    expect(sizes(), 'the length of vectors is asked, which this embedder does not know').toEqual([
      1, 1,
    ]);
    server.forgetRequests();
    plant(root, { 'f0.md': '# 0\n\nAnother text.\n' });
    await index();
    expect(sizes(), 'one text is in no order: the word is asked for before and behind').toEqual([
      1, 1, 1,
    ]);
  });

  it('no more when the run ends does not undo the run', async () => {
    const { server, index, stored } = await scene(6);
    server.fault({ do: { kind: 'answer', status: 500, body: { error: 'x' } }, request: 6 });
    await index({ batchSize: 2, concurrency: 1 });
    expect([stored(), server.embedRequests().length]).toEqual([6, 6]);
  });
});

describe('the known word', () => {
  const vectorsOf = (texts: readonly string[]) => texts.map((text) => hashingVector(text, 32));
  const alone = hashingVector('umekomi', 32);
  const texts = ['one text', 'another one', 'a third', 'and more', 'the last'];

  it.each([2, 3, 4, 5])('has its place among %i texts, of which some wait', (count) => {
    const given = texts.slice(0, count);
    const { sent, start, end, rest } = amongKnown(given);
    expect(sent).toHaveLength(count);
    expect([...sent.slice(start, end), ...rest]).toEqual(given);
    expect(findSpotFault(sent, vectorsOf(sent), alone)).toBeNull();
    expect(findSpotFault(sent, vectorsOf(sent).reverse(), alone)).toBe('mixed');
  });

  it('is missed by every order that puts another text in one of its places', () => {
    const { sent, start, end } = amongKnown(texts);
    const vectors = vectorsOf(sent);
    for (let i = 0; i < vectors.length; i++) {
      for (let j = i + 1; j < vectors.length; j++) {
        const order = vectors.with(i, vectors[j] ?? alone).with(j, vectors[i] ?? alone);
        const isKnown = [i, j].map((place) => place < start || place >= end);
        const expected = isKnown[0] === isKnown[1] ? null : 'mixed';
        expect(findSpotFault(sent, order, alone), `${i} and ${j}`).toBe(expected);
      }
    }
  });

  it('may be all that a corpus holds', () => {
    const { sent } = amongKnown(['# Umekomi', 'umekomi', 'UMEKOMI!']);
    expect(
      findSpotFault(
        sent,
        sent.map(() => alone),
        alone,
      ),
    ).toBeNull();
  });
});
