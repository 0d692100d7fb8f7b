/** `eval` as an operation: what it asks the server for, and what tells two runs apart. */
import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { readJudgedSet } from '../../../src/engine/evaluation/judged-set.ts';
import type { Reranker } from '../../../src/model/types.ts';
import { openContext } from '../../../src/service/open-corpus.ts';
import { evaluate } from '../../../src/service/operations/eval.ts';
import { index } from '../../../src/service/operations/index.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

it('embeds each query once for all modes, and says what measured what', async () => {
  const folder = temporary({
    'docs/a.md': 'red apples\n',
    'docs/b.md': 'green pears\n',
    'set.jsonl': '{"text":"red","answers":["a.md"]}\n{"text":"green pears","answers":["b.md"]}\n',
  });
  const embedder = countingEmbedder({ digest: 'd1' });
  const queries: string[] = [];
  const counting = {
    ...embedder,
    embedQuery: (text: string) => {
      queries.push(text);
      return embedder.embedQuery(text);
    },
  };
  const context = await openContext(':memory:', { embedder: counting });
  onTestFinished(() => context.close());
  await index.run(context, { sources: [`${folder}/docs`], chunkSize: 64 });
  const set = await readJudgedSet(`${folder}/set.jsonl`);
  const report = await evaluate.run(context, { set });
  expect(report.modes).toHaveLength(3);
  expect(queries).toEqual(['red', 'green pears']);
  const own = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  expect(report).toMatchObject({
    umekomi: JSON.parse(own).version,
    model: { kind: 'test', model: 'hashing', digest: 'd1', dimensions: 32 },
    reranker: null,
    chunking: { chunkSize: 64, chunkOverlap: 0 },
  });
});

it('measures the list of a reranker, and ends where that fails', async () => {
  const folder = temporary({
    'docs/a.md': 'red apples, red cherries\n',
    'docs/b.md': 'a red pear that is nearly as long as anything\n',
    'set.jsonl': '{"text":"red","answers":["b.md"]}\n{"text":"!?","answers":["b.md"]}\n',
  });
  const context = await openContext(':memory:', { embedder: countingEmbedder() });
  onTestFinished(() => context.close());
  await index.run(context, { sources: [`${folder}/docs`] });
  const set = await readJudgedSet(`${folder}/set.jsonl`);
  const asked: string[] = [];
  const pears: Reranker = {
    name: 'pears',
    rerank: async (query, texts) => {
      asked.push(query);
      return texts.map((text) => Number(text.includes('pear')));
    },
  };
  const ranks = async (reranker?: Reranker): Promise<readonly unknown[]> => {
    const report = await evaluate.run(context, { set, modes: ['lexical'], reranker });
    expect(report.reranker).toBe(reranker?.name ?? null);
    return report.modes[0]!.queries.map((query) => query.ranks[0]?.rank);
  };
  // A question of signs only finds nothing, and nobody is asked about it.
  expect(await ranks()).toEqual([2, null]);
  expect(await ranks(pears)).toEqual([1, null]);
  expect(asked).toEqual(['red']);
  const broken = { name: 'broken', rerank: () => Promise.reject(new Error('no')) };
  await expect(ranks(broken)).rejects.toMatchObject({ code: 'RERANK_FAILED' });
  await expect(ranks({ name: 'none' } as unknown as Reranker)).rejects.toMatchObject({
    code: 'USAGE',
  });
});
