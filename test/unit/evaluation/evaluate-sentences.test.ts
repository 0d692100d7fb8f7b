/** Sentences of a corpus asked back: which are chosen, and what counts as found. */
import { expect, it, onTestFinished } from 'vitest';
import { openContext } from '../../../src/service/open-corpus.ts';
import type { EvalReport } from '../../../src/service/operations/eval.ts';
import {
  type EvalFromCorpusParams,
  evaluateFromCorpus,
} from '../../../src/service/operations/eval-from-corpus.ts';
import { index } from '../../../src/service/operations/index.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

const THINGS = ['ferry', 'harbour', 'lantern', 'compass', 'anchor', 'rudder', 'mast', 'keel'];

/** A sentence that no other document has. */
function sentence(thing: string, number: number): string {
  return `The ${thing} number ${number} was painted by old sailors before the first storm arrived.`;
}

type Ask = (params?: EvalFromCorpusParams) => Promise<EvalReport>;

async function corpusOf(files: Record<string, string>, chunkSize = 256): Promise<Ask> {
  const root = temporary(files);
  const context = await openContext(':memory:', { embedder: countingEmbedder() });
  onTestFinished(() => context.close());
  await index.run(context, { sources: [root], chunkSize });
  const name = new RegExp(`^${root.slice(root.lastIndexOf('/') + 1)}/`);
  return async (params = {}) => {
    const report = await evaluateFromCorpus.run(context, params);
    const modes = report.modes.map((mode) => ({
      ...mode,
      queries: mode.queries.map((query) => ({ ...query, id: query.id.replace(name, '') })),
    }));
    return { ...report, modes };
  };
}

const ids = (report: EvalReport): readonly string[] =>
  report.modes[0]!.queries.map(({ id }) => id).sort();

it('asks as many as there are, and words find each of them', async () => {
  const files = THINGS.map((thing, i) => [`${thing}.md`, `# ${thing}\n\n${sentence(thing, i)}\n`]);
  const ask = await corpusOf({ ...Object.fromEntries(files), 'empty.md': '', 'code.md': '`x`\n' });
  const report = await ask();
  expect(report).toMatchObject({
    set: null,
    fromCorpus: { seed: 1, wanted: 200, documents: 10 },
    modes: [{ mode: 'semantic' }, { mode: 'lexical' }, { mode: 'hybrid' }],
  });
  expect(ids(report)).toEqual(THINGS.map((thing) => `${thing}.md:3:1`).sort());
  const lexical = report.modes[1]!;
  expect(lexical.measures.mrr10.mean).toBeGreaterThan(0.9);
  for (const { text, ranks } of lexical.queries) {
    expect(text.split(' ').length).toBeLessThan(9);
    expect(ranks).toHaveLength(1);
  }
});

it('takes one of each document before the second of any, and the same every time', async () => {
  const long = Array.from({ length: 300 }, (_, i) => sentence('barge', i)).join('\n\n');
  const files = { 'long.md': long, 'a.md': sentence('skiff', 901), 'b.md': sentence('raft', 902) };
  const ask = await corpusOf(files);
  const first = await ask({ modes: ['lexical'] });
  expect(first.modes[0]!.queries).toHaveLength(200);
  expect(ids(first)).toEqual(expect.arrayContaining(['a.md:1:1', 'b.md:1:1']));
  expect((await ask({ modes: ['lexical'] })).modes).toEqual(first.modes);
  const other = await ask({ modes: ['lexical'], seed: 2 });
  expect(ids(other)).not.toEqual(ids(first));
  expect(other.setDigest).not.toBe(first.setDigest);
});

it('asks the same of two corpora that are cut differently', async () => {
  const text = Array.from({ length: 40 }, (_, i) => sentence(THINGS[i % 8]!, i)).join(' ');
  const reports = [];
  for (const chunkSize of [256, 32]) {
    const ask = await corpusOf({ 'a.md': `# Ships\n\n${text}\n` }, chunkSize);
    reports.push(await ask({ modes: ['lexical'] }));
  }
  const [large, small] = reports;
  expect(small!.chunks).toBeGreaterThan(large!.chunks);
  expect(ids(small!)).toEqual(ids(large!));
});

it('counts a sentence of several documents as found in any of them', async () => {
  const twice = sentence('oar', 1);
  const padding = 'Bread is baked in the morning and sold at noon by the gate of the town.';
  const ask = await corpusOf({
    'a.md': `# Oars\n\n${twice}\n`,
    'b.md': `# Bread\n\n${padding}\n\n${twice}\n`,
  });
  const { queries } = (await ask({ modes: ['lexical'] })).modes[0]!;
  expect(queries).toHaveLength(2);
  for (const { ranks } of queries) expect(ranks[0]?.rank).toBe(1);
});

it('asks and searches inside the filters only', async () => {
  const ask = await corpusOf({
    'in/a.md': sentence('oar', 1),
    'out/b.md': sentence('sail', 2),
  });
  const report = await ask({ paths: ['in'] });
  expect(ids(report)).toEqual(['in/a.md:1:1']);
  expect(report.fromCorpus?.documents).toBe(1);
  await expect(ask({ paths: ['nowhere'] })).rejects.toMatchObject({
    code: 'USAGE',
    remedy: { code: 'options', options: ['paths'] },
  });
});

it('measures the list of a reranker, and ends where that fails', async () => {
  const files = THINGS.map((thing, i) => [`${thing}.md`, sentence(thing, i)]);
  const ask = await corpusOf(Object.fromEntries(files));
  const modes = ['lexical'] as const;
  const reversing = {
    name: 'reversing',
    rerank: async (_: string, all: readonly string[]) => [...all.keys()],
  };
  const [plain, reranked] = [await ask({ modes }), await ask({ modes, reranker: reversing })];
  expect([plain.reranker, reranked.reranker]).toEqual([null, 'reversing']);
  expect(reranked.setDigest).toBe(plain.setDigest);
  expect(plain.modes[0]!.measures.mrr10.mean).toBeGreaterThan(0.9);
  expect(reranked.modes[0]!.measures.mrr10.mean).toBeLessThan(0.5);
  const broken = { name: 'broken', rerank: () => Promise.reject(new Error('no')) };
  await expect(ask({ modes, reranker: broken })).rejects.toMatchObject({ code: 'RERANK_FAILED' });
});

it('does not count what it did not find', async () => {
  const root = temporary(Object.fromEntries(THINGS.map((t, i) => [`${t}.md`, sentence(t, i)])));
  // Every text has one vector and every question its opposite: nothing is alike.
  const broken = countingEmbedder({}, (text, dimensions) =>
    Float32Array.from({ length: dimensions }, (_, i) => (i === text.length % 7 ? 1 : 0)),
  );
  const context = await openContext(':memory:', { embedder: broken });
  onTestFinished(() => context.close());
  await index.run(context, { sources: [root] });
  const { modes } = await evaluateFromCorpus.run(context, { modes: ['semantic'] });
  expect(modes[0]!.measures.mrr10.mean).toBeLessThan(0.9);
});

it('says that there is nothing to ask', async () => {
  const ask = await corpusOf({ 'a.md': '# A heading\n\n- an item\n' });
  await expect(ask()).rejects.toMatchObject({ code: 'USAGE', remedy: { code: 'status' } });
});
