/**
 * The table that ranking is judged by: sets × embedders × modes, nDCG@10, with the built-in embedder and with
 * replayed models. Needs `UMEKOMI_JUDGED_SETS`, and in there `vectors`. `npm run quality` prints all of it; with the
 * other heavy tests only sets run that have kept vectors. docs/internals/ranking.md has it before and after each rule.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { ollama } from '../../../src/embedding/ollama.ts';
import { readJudgedSet } from '../../../src/engine/evaluation/judged-set.ts';
import { type EvaluatedMode, evaluateSet } from '../../../src/evaluation.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { startReplay } from '../../helpers/stand-in/replay.ts';
import { temporaryFolders } from '../../helpers/temp.ts';
import { JUDGED_SETS } from './judged-sets.ts';
import { RANKED_SETS, type RankedSet, REPLAYED, writeDocuments } from './ranked-sets.ts';

const temporary = temporaryFolders();

/** nDCG@10 in hybrid mode as measured; floors are .01 below. */
const MEASURED: Readonly<Record<string, number>> = {
  'jsquad/dev builtin': 0.942,
  'jsquad/dev use-multilingual': 0.932,
  'jsquad/dev multilingual-e5-small': 0.949,
  'jsquad/hard-dev builtin': 0.748,
  'jsquad/hard-dev use-multilingual': 0.745,
  'jsquad/hard-dev multilingual-e5-small': 0.795,
  'jaquad/dev builtin': 0.936,
  'niilc/dev builtin': 0.843,
  'scifact/dev builtin': 0.746,
  'scifact/dev use-multilingual': 0.76,
  'crosslingual/ja2en/dev builtin': 0.687,
  'crosslingual/en2ja/dev builtin': 0.636,
  'techdocs/ja2en/dev builtin': 0.789,
  'techdocs/ja2en/dev use-multilingual': 0.806,
  'techdocs/ja2en/dev multilingual-e5-small': 0.796,
  'techdocs/en2ja/dev builtin': 0.716,
  'techdocs/en2ja/dev use-multilingual': 0.819,
  'techdocs/en2ja/dev multilingual-e5-small': 0.753,
};

/** They are small, and have the kept vectors of two models. */
const WITH_THE_OTHERS = new Set(['jsquad', 'techdocs']);

type Figures = Record<EvaluatedMode, number>;

const table = new Map<string, Figures>();

const isThere = (set: RankedSet, model: string): boolean =>
  set.vectors !== null && existsSync(join(JUDGED_SETS ?? '', 'vectors', model, set.vectors));

const isWhole = process.env['UMEKOMI_ALL_SETS'] === '1';
const sets = RANKED_SETS.filter(({ folder }) => isWhole || WITH_THE_OTHERS.has(folder));

const cells = sets.flatMap((set) =>
  ['builtin', ...REPLAYED.filter((model) => isThere(set, model))].map((model) => ({
    ...{ set, model, name: `${set.folder} ${set.language ?? ''} ${model}` },
  })),
);

/** Runs `work` with an embedder that answers as the model did; an unknown text is an error. */
async function withEmbedder(
  { vectors }: RankedSet,
  model: string,
  work: (embedder: Embedder) => Promise<void>,
): Promise<void> {
  if (model === 'builtin') return work(builtin());
  const server = await startReplay(join(JUDGED_SETS ?? '', 'vectors', model, vectors ?? ''), model);
  try {
    await work(ollama({ endpoint: server.url, model }));
    expect(server.unknown, 'texts without a kept vector').toEqual([]);
  } finally {
    await server.close();
  }
}

async function measure(set: RankedSet, model: string, embedder: Embedder): Promise<void> {
  const folder = temporary({});
  writeDocuments(set, folder);
  const corpus = await openCorpus(':memory:', { embedder });
  try {
    await corpus.index([folder]);
    for (const split of set.splits) {
      const judged = await readJudgedSet(join(JUDGED_SETS ?? '', set.folder), { split });
      const { modes } = await evaluateSet(corpus, judged);
      const figures = modes.map(({ mode, measures }) => [mode, measures.ndcg10.mean]);
      table.set(`${set.folder}/${split} ${model}`, Object.fromEntries(figures));
    }
  } finally {
    await corpus.close();
  }
}

function meanOf(figure: (figures: Figures) => number): number {
  const all = [...table.values()].map(figure);
  return all.reduce((a, b) => a + b, 0) / all.length;
}

const better = ({ semantic, lexical }: Figures): number => Math.max(semantic, lexical);

describe.skipIf(JUDGED_SETS === undefined)('hybrid search', () => {
  afterAll(() => {
    const row = (name: string, figures: readonly number[]): string =>
      `${name.padEnd(48)} ${figures.map((figure) => figure.toFixed(3)).join('  ')}`;
    const rows = [...table].map(([name, { semantic, lexical, hybrid }]) =>
      row(name, [semantic, lexical, hybrid]),
    );
    const means = [meanOf((one) => one.semantic), meanOf((one) => one.lexical)];
    const last = row('mean', [...means, meanOf((one) => one.hybrid)]);
    console.log(['semantic, lexical, hybrid', ...rows, last].join('\n'));
  });

  it.each(cells)('$name', { timeout: 600_000 }, async ({ set, model }) => {
    await withEmbedder(set, model, (embedder) => measure(set, model, embedder));
    for (const split of set.splits) {
      const name = `${set.folder}/${split} ${model}`;
      expect(table.get(name)?.hybrid, name).toBeGreaterThanOrEqual((MEASURED[name] ?? 1) - 0.01);
    }
  });

  it.runIf(isWhole)('is on the mean at least as good as the better of its parts', () => {
    expect(table.size).toBeGreaterThanOrEqual(cells.length);
    expect(meanOf(({ hybrid }) => hybrid)).toBeGreaterThanOrEqual(meanOf(better));
  });
});
