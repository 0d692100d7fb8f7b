/** A set asked of a corpus: hand-computed figures, depth, and what must never pass as a zero. */
import { describe, expect, it } from 'vitest';
import { type EvaluatedCorpus, evaluateSet } from '../../../src/engine/evaluation/evaluate-set.ts';
import type { JudgedSet } from '../../../src/engine/evaluation/judged-set.ts';
import { EmbeddingError } from '../../../src/model/errors.ts';
import type { Hit } from '../../../src/model/search.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

/** An own embedder that places words on axes: what is near what is known beforehand. */
const AXES = ['red', 'green', 'blue', 'white'];
const embedder = () =>
  countingEmbedder({ dimensions: 4 }, (text) =>
    Float32Array.from(AXES, (word) => (text.match(new RegExp(word, 'g')) ?? []).length + 0.01),
  );

function setOf(
  ...queries: [id: string, text: string, answers: Record<string, number>][]
): JudgedSet {
  return {
    ...{ path: '/set', documents: null, unjudgedQueries: 0, unknownQueries: 0 },
    queries: queries.map(([id, text, answers]) => ({
      ...{ id, text, judgements: new Map(Object.entries(answers)) },
    })),
  };
}

describe('evaluateSet', () => {
  it('scores documents where their best passage stands', async () => {
    const root = temporary({
      'a.md': '# One\n\nred red red\n\n# Two\n\nred red green\n',
      'b.md': 'red green\n',
      'c.md': 'green green green red\n',
      'd.md': 'blue\n',
    });
    const corpus = await openCorpus(':memory:', { embedder: embedder() });
    await corpus.index([root]);
    // red: a (its first passage), b, c, d. Order of b and c for green: c, b, a, d.
    const set = setOf(
      ['found', 'red', { 'a.md': 1 }],
      ['third', 'green', { 'a.md': 1 }],
      ['graded', 'red', { 'a.md': 1, 'b.md': 2, 'd.md': 0 }],
      ['half', 'blue', { 'd.md': 1, 'gone.md': 1 }],
    );
    const { modes, unknownDocuments } = await evaluateSet(corpus, set, { modes: ['semantic'] });
    await corpus.close();
    const [found, third, graded, half] = modes[0]!.queries;
    expect(found).toMatchObject({
      ranks: [{ document: 'a.md', rank: 1 }],
      scores: { ndcg10: 1, recall10: 1, recall100: 1, mrr10: 1 },
    });
    expect(third?.ranks).toEqual([{ document: 'a.md', rank: 3 }]);
    expect(third?.scores.ndcg10).toBeCloseTo(0.5, 12);
    expect(third?.scores.mrr10).toBeCloseTo(1 / 3, 12);
    // (1 + 2/log2(3)) / (2 + 1/log2(3)) = 2.26186 / 2.63093
    expect(graded?.scores.ndcg10).toBeCloseTo(0.859719, 5);
    expect(graded?.ranks).toHaveLength(2);
    // What is not in the corpus can not be found, and counts as that.
    expect(half?.scores).toMatchObject({ recall10: 0.5, mrr10: 1 });
    expect(half?.ranks).toContainEqual({ document: 'gone.md', rank: null });
    expect(unknownDocuments).toEqual(['gone.md']);
    const { ndcg10 } = modes[0]!.measures;
    // (1 + .5 + .859719 + 1/(1 + 1/log2(3))) / 4
    expect(ndcg10.mean).toBeCloseTo((1 + 0.5 + 0.859719 + 0.613147) / 4, 5);
    expect(ndcg10.low).toBeLessThan(ndcg10.mean);
    expect(ndcg10.high).toBeGreaterThan(ndcg10.mean);
  });

  it('asks for a hundred documents, one hit of each', async () => {
    const hit = (path: string) => ({ source: '/s', path, otherPlaces: [] }) as unknown as Hit;
    const all = Array.from({ length: 150 }, (_, i) => hit(`${i}.md`));
    const corpus: EvaluatedCorpus = {
      search: async (_, { k = 10, perDocument, mode = 'hybrid' }) => ({
        mode,
        phrasesRelaxed: false,
        rerank: null,
        nothing: null,
        hits: perDocument === 1 ? all.slice(0, k) : [],
      }),
      documents: async function* () {
        for (const { source, path } of all) yield { source, path, file: `/s/${path}` };
      },
    };
    const set = setOf(['q', 'x', { '99.md': 1, '100.md': 1 }]);
    const { modes } = await evaluateSet(corpus, set);
    expect(modes[0]?.queries[0]?.ranks).toEqual([
      { document: '99.md', rank: 100 },
      { document: '100.md', rank: null },
    ]);
  });

  it('a query of signs only is one that finds nothing', async () => {
    const corpus = await openCorpus(':memory:', { embedder: embedder() });
    await corpus.index([temporary({ 'a.md': 'red\n' })]);
    const set = setOf(['words', 'red', { 'a.md': 1 }], ['signs', '?!', { 'a.md': 1 }]);
    const { modes } = await evaluateSet(corpus, set);
    await corpus.close();
    expect(modes).toHaveLength(3);
    for (const { queries } of modes) {
      expect(queries.map(({ scores }) => scores.ndcg10)).toEqual([1, 0]);
      expect(queries[1]?.ranks).toEqual([{ document: 'a.md', rank: null }]);
    }
  });

  it('a failed query is an error, never a zero', async () => {
    const root = temporary({ 'a.md': 'red' });
    const failing = embedder();
    const corpus = await openCorpus(':memory:', { embedder: failing });
    await corpus.index([root]);
    failing.embedQuery = async (text) => {
      if (text === 'green') throw new EmbeddingError('ENDPOINT_FAILED', 'The server failed.');
      return Float32Array.of(1, 0, 0, 0);
    };
    const set = setOf(['fine', 'red', { 'a.md': 1 }], ['fails', 'green', { 'a.md': 1 }]);
    await expect(evaluateSet(corpus, set)).rejects.toMatchObject({ code: 'ENDPOINT_FAILED' });
    await corpus.close();
  });

  it('can be interrupted, also where every answer is there at once', async () => {
    const root = temporary({ 'a.md': 'red' });
    const corpus = await openCorpus(':memory:', { embedder: embedder() });
    await corpus.index([root]);
    const many = Array.from({ length: 500 }, (_, i) => [`q${i}`, 'red', { 'a.md': 1 }] as const);
    const interrupt = new AbortController();
    setImmediate(() => interrupt.abort(new Error('enough')));
    let asked = 0;
    const options = { signal: interrupt.signal, onProgress: () => void asked++ };
    const set = setOf(...many.map((query): [string, string, Record<string, number>] => [...query]));
    await expect(evaluateSet(corpus, set, options)).rejects.toThrow('enough');
    expect(asked).toBeLessThan(500);
    await corpus.close();
  });

  it('a set of another corpus, or without queries, is an error', async () => {
    const corpus: EvaluatedCorpus = {
      search: async () => ({
        mode: 'hybrid',
        phrasesRelaxed: false,
        rerank: null,
        hits: [],
        nothing: { because: 'words' },
      }),
      documents: async function* () {},
    };
    await expect(evaluateSet(corpus, setOf(['q', 'x', { 'a.md': 1 }]))).rejects.toThrow('a.md');
    await expect(evaluateSet(corpus, setOf())).rejects.toThrow('no query');
  });
});
