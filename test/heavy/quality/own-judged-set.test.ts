/**
 * Floors on the judged set of our own (fixtures/judged, about fixtures/corpus): small, but always
 * there. With the built-in embedder; measured figures stand beside the floors.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { readJudgedSet } from '../../../src/engine/evaluation/judged-set.ts';
import {
  EVALUATED_MODES,
  type EvaluatedMode,
  evaluateSet,
  type ModeResult,
} from '../../../src/evaluation.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { normalised } from '../../helpers/stand-in/hashing-vector.ts';
import { seeded } from '../../unit/store/sqlite/filled.ts';

interface Floors {
  /** nDCG@10 over all queries. */
  readonly ndcg10: number;
  /** Recall@10 over the queries whose answer is in their own language. */
  readonly sameLanguage: number;
}

const FLOORS: Readonly<Record<EvaluatedMode, Floors>> = {
  // Measured .937 and 1.000.
  semantic: { ndcg10: 0.9, sameLanguage: 1 },
  // Measured .844 and 1.000.
  lexical: { ndcg10: 0.8, sameLanguage: 1 },
  // Measured .879 and 1.000.
  hybrid: { ndcg10: 0.83, sameLanguage: 1 },
};

const fixtures = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

describe('our own questions', () => {
  let modes: readonly ModeResult[];
  let unknownDocuments: readonly string[];
  let unjudged: number;

  beforeAll(async () => {
    const corpus = await openCorpus(':memory:', { embedder: builtin() });
    try {
      await corpus.index([fixtures('corpus')]);
      const set = await readJudgedSet(fixtures('judged'));
      unjudged = set.unjudgedQueries + set.unknownQueries;
      ({ modes, unknownDocuments } = await evaluateSet(corpus, set));
    } finally {
      await corpus.close();
    }
  });

  it('name answers that are there', () => {
    expect(unknownDocuments).toEqual([]);
    expect(unjudged).toBe(0);
    expect(modes.map(({ mode }) => mode)).toEqual(EVALUATED_MODES);
  });

  it('are many, and chance is far below the floors', async () => {
    // The vector of a text says nothing about it: what such a search finds is luck.
    const luck = countingEmbedder({}, (text, dimensions) => {
      const random = seeded(createHash('sha256').update(text).digest().readInt32LE());
      return normalised(Float32Array.from({ length: dimensions }, () => random() - 0.5));
    });
    const corpus = await openCorpus(':memory:', { embedder: luck });
    await corpus.index([fixtures('corpus')]);
    const set = await readJudgedSet(fixtures('judged'));
    const { documents } = await corpus.status();
    const [semantic] = (await evaluateSet(corpus, set, { modes: ['semantic'] })).modes;
    await corpus.close();
    const { mean } = semantic!.measures.ndcg10;
    console.log(`chance: nDCG@10 ${mean.toFixed(3)} of ${documents} documents`);
    expect(set.queries.length).toBeGreaterThanOrEqual(30);
    expect(documents).toBeGreaterThanOrEqual(20);
    // Measured .229.
    expect(mean).toBeLessThan(Math.min(...Object.values(FLOORS).map(({ ndcg10 }) => ndcg10)) / 2);
  });

  it.each(EVALUATED_MODES)('are answered: %s', (mode) => {
    const { measures, queries } = modes.find((result) => result.mode === mode)!;
    const same = queries.filter(({ id }) => !id.startsWith('cross-'));
    const recall = same.reduce((sum, { scores }) => sum + scores.recall10, 0) / same.length;
    console.log(
      `${mode}: nDCG@10 ${measures.ndcg10.mean.toFixed(3)}, recall@10 in one language ${recall.toFixed(3)}`,
    );
    expect(same.length).toBeGreaterThan(25);
    expect(measures.ndcg10.mean).toBeGreaterThanOrEqual(FLOORS[mode].ndcg10);
    expect(recall).toBeGreaterThanOrEqual(FLOORS[mode].sameLanguage);
  });
});
