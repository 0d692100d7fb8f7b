/**
 * Lexical search and its fusion with the built-in embedder find what they found when weights and fusion
 * were chosen (docs/internals/lexical-search.md): nDCG@10 on judged sets, best chunk of a document counts. Needs
 * `UMEKOMI_JUDGED_SETS`.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { ndcg } from '../../../src/engine/evaluation/measures.ts';
import {
  convexCombination,
  reciprocalRankFusion,
  type Scored,
} from '../../../src/engine/search/fusion.ts';
import { indexInMemory, type JudgedCorpus, searchBoth } from './judged-corpus.ts';
import {
  JUDGED_SETS,
  type JudgedDocument,
  readDocuments,
  readPages,
  readQueries,
} from './judged-sets.ts';

/** What plain BM25 over bigrams and words finds. */
interface Expectation {
  readonly folder: string;
  readonly plain: number;
  readonly monolingual: boolean;
}

interface JudgedSet {
  readonly name: string;
  readonly documents: () => JudgedDocument[];
  readonly queries: readonly Expectation[];
}

const sets: JudgedSet[] = [
  {
    name: 'jsquad',
    documents: () => readDocuments('jsquad'),
    queries: [
      { folder: 'jsquad/dev', plain: 0.936, monolingual: true },
      { folder: 'jsquad/hard-dev', plain: 0.675, monolingual: true },
    ],
  },
  {
    name: 'jaquad',
    documents: () => readDocuments('jaquad'),
    queries: [{ folder: 'jaquad/dev', plain: 0.915, monolingual: true }],
  },
  {
    name: 'scifact',
    documents: () => readDocuments('scifact'),
    queries: [{ folder: 'scifact/dev', plain: 0.729, monolingual: true }],
  },
  {
    name: 'English pages',
    documents: () => readPages('crosslingual/docs', 'en'),
    queries: [{ folder: 'crosslingual/ja2en/dev', plain: 0.256, monolingual: false }],
  },
  {
    name: 'Japanese pages',
    documents: () => readPages('crosslingual/docs', 'ja'),
    queries: [{ folder: 'crosslingual/en2ja/dev', plain: 0.332, monolingual: false }],
  },
];

/** The share of the semantic list; the largest one that costs no monolingual set more than .005. */
const SEMANTIC_SHARE = 0.2;

/** Passages of each list. */
const DEPTH = 200;

type Mode = 'lexical' | 'semantic' | 'hybrid' | 'min-max' | 'rrf';

const MODES: readonly Mode[] = ['lexical', 'semantic', 'hybrid', 'min-max', 'rrf'];

/** nDCG@10 by mode. */
type Figures = Record<Mode, number>;

const measured = new Map<string, Figures>();

async function measure(corpus: JudgedCorpus, folder: string): Promise<Figures> {
  const queries = readQueries(folder);
  const sums: Figures = { lexical: 0, semantic: 0, hybrid: 0, 'min-max': 0, rrf: 0 };
  for (const { text, judgements } of queries) {
    const { semantic, lexical, meanSimilarity, attainable } = await searchBoth(corpus, text, DEPTH);
    const fuse = (bounded: boolean): readonly Scored[] =>
      convexCombination([
        {
          list: semantic,
          weight: SEMANTIC_SHARE,
          bounds: bounded ? { min: meanSimilarity, max: 1 } : null,
        },
        {
          list: lexical,
          weight: 1 - SEMANTIC_SHARE,
          bounds: bounded ? { min: 0, max: attainable } : null,
        },
      ]);
    const lists = {
      ...{ lexical, semantic, hybrid: fuse(true), 'min-max': fuse(false) },
      rrf: reciprocalRankFusion([semantic, lexical]),
    };
    for (const mode of MODES) sums[mode] += ndcg(corpus.rankDocuments(lists[mode]), judgements, 10);
  }
  for (const mode of MODES) sums[mode] /= queries.length;
  return sums;
}

function meanOf(mode: Mode): number {
  const figures = [...measured.values()].map((one) => one[mode]);
  return figures.reduce((a, b) => a + b, 0) / figures.length;
}

describe.skipIf(JUDGED_SETS === undefined)('judged sets', () => {
  const embedder = builtin();

  describe.each(sets)('$name', ({ documents, queries }) => {
    let corpus: JudgedCorpus;

    beforeAll(async () => {
      corpus = await indexInMemory(documents(), embedder);
    }, 300_000);

    afterAll(() => corpus.close());

    it.each(queries)('$folder', { timeout: 300_000 }, async ({ folder, plain, monolingual }) => {
      const figures = await measure(corpus, folder);
      measured.set(folder, figures);
      const shown = MODES.map((mode) => `${mode} ${figures[mode].toFixed(3)}`).join(', ');
      console.log(`${folder}: nDCG@10 ${shown}`);
      expect(figures.lexical).toBeGreaterThanOrEqual(plain - 0.005);
      if (monolingual) {
        const better = Math.max(figures.lexical, figures.semantic);
        expect(figures.hybrid).toBeGreaterThanOrEqual(better - 0.005);
      }
    });
  });

  it('on the mean, lexical search is above plain BM25', () => {
    const plain = sets.flatMap(({ queries }) => queries.map((query) => query.plain));
    expect(meanOf('lexical')).toBeGreaterThan(plain.reduce((a, b) => a + b, 0) / plain.length);
  });

  it('on the mean, hybrid search is better than each part', () => {
    console.log(MODES.map((mode) => `${mode} ${meanOf(mode).toFixed(4)}`).join(', '));
    expect(meanOf('hybrid')).toBeGreaterThan(meanOf('lexical'));
    expect(meanOf('hybrid')).toBeGreaterThan(meanOf('semantic'));
  });
});
