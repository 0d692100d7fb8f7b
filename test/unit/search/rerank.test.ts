/** A reranker over the best passages of a list: what it is sent, what it changes, what its failures change. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  builtin,
  type Corpus,
  type Embedder,
  type Hit,
  type HitOptions,
  openCorpus,
  RerankError,
  type Reranker,
  rerankServer,
  type SearchOptions,
} from '../../../src/index.ts';
import { estimateTokens } from '../../../src/text/tokens.ts';
import { type RerankStandIn, scoring, startRerankServer } from '../../helpers/rerank-server.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const MODES = ['hybrid', 'lexical', 'semantic'] as const;

/** Eighty notes about one lantern each; `number` tells them apart. */
const NOTES: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 80 }, (_, number) => [
    `n${number}.md`,
    `# Note ${number}\n\n## Lamps\n\nThe lantern ${'of the harbour '.repeat(1 + (number % 7))}is number-${number}.\n`,
  ]),
);

/** The number that a text of {@link NOTES} tells: high ones are best. */
const numberIn = (text: string): number => Number(/number-(\d+)/.exec(text)?.[1] ?? -1);

/** A reranker that remembers what it was asked. */
function recording(
  score: (text: string) => unknown = numberIn,
): Reranker & { readonly asked: { readonly query: string; readonly texts: readonly string[] }[] } {
  const asked: { readonly query: string; readonly texts: readonly string[] }[] = [];
  return {
    name: 'by-number',
    asked,
    rerank: async (query, texts) => {
      asked.push({ query, texts });
      return texts.map(score) as number[];
    },
  };
}

/** Every input that was embedded. */
const embedded = new Set<string>();
const inner = builtin();
const embedder: Embedder = {
  identity: (options) => inner.identity(options),
  embedQuery: (text, options) => inner.embedQuery(text, options),
  embedDocuments: (texts, options) => {
    for (const text of texts) embedded.add(text);
    return inner.embedDocuments(texts, options);
  },
};

let corpus: Corpus;
beforeAll(async () => {
  corpus = await openCorpus(':memory:', { embedder });
  const folder = temporary(NOTES);
  plant(folder, { 'copy/a.md': 'A twin sentence of a beacon.\n' });
  plant(folder, { 'copy/b.md': 'A twin sentence of a beacon.\n' });
  plant(folder, { 'copy/c.md': 'A beacon by itself.\n' });
  const rows = Array.from({ length: 60 }, (_, row) => `| row ${row} | ${'wick '.repeat(8)}|`);
  plant(folder, { 'table.md': `# Table\n\n| name | of |\n|---|---|\n${rows.join('\n')}\n` });
  await corpus.index([folder]);
});
afterAll(() => corpus.close());

const servers: RerankStandIn[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const pathsOf = (hits: readonly Hit[]): readonly string[] => hits.map(({ path }) => path);
const numbersOf = (hits: readonly Hit[]): readonly number[] =>
  hits.map(({ text }) => numberIn(text));

describe.each(MODES)('the best 30 passages in %s mode', (mode) => {
  it('are in the order of the scores of a server, those behind as they were', async () => {
    const server = await startRerankServer(scoring(numberIn));
    servers.push(server);
    const reranker = rerankServer({ url: server.url, model: 'm' });
    const plain = await corpus.search('lantern', { mode, k: 60 });
    const { hits, rerank } = await corpus.search('lantern', { mode, k: 60, reranker });
    const head = numbersOf(plain.hits.slice(0, 30));
    expect(head).not.toEqual([...head].sort((a, b) => b - a));
    expect(numbersOf(hits.slice(0, 30))).toEqual([...head].sort((a, b) => b - a));
    expect(pathsOf(hits.slice(30))).toEqual(pathsOf(plain.hits.slice(30)));
    expect(hits.map(({ rank }) => rank)).toEqual(hits.map((_, at) => at + 1));
    expect(rerank).toEqual({ model: 'm', passages: 30, failed: null });
    expect(plain.rerank).toBeNull();
    expect(plain.hits.map(({ rerankScore }) => rerankScore)).toEqual(plain.hits.map(() => null));
    for (const [at, { rerankScore, text }] of hits.entries()) {
      expect(rerankScore).toBe(at < 30 ? numberIn(text) : null);
    }
    const { query, documents } = server.seen[0]?.body ?? {};
    expect([server.seen.length, query, documents]).toEqual([1, 'lantern', expect.any(Array)]);
    expect(documents).toHaveLength(30);
  });

  it('are the same whatever k is', async () => {
    const options = { mode, reranker: recording() };
    const { hits } = await corpus.search('lantern', { ...options, k: 70 });
    for (const k of [1, 5, 29, 31]) {
      const some = await corpus.search('lantern', { ...options, k });
      expect(pathsOf(some.hits)).toEqual(pathsOf(hits.slice(0, k)));
    }
    expect(new Set(options.reranker.asked.map(({ texts }) => texts.join())).size).toBe(1);
  });

  it('stay as they are where all scores are equal', async () => {
    const plain = await corpus.search('lantern', { mode, k: 40 });
    const { hits } = await corpus.search('lantern', { mode, k: 40, reranker: recording(() => -3) });
    expect(pathsOf(hits)).toEqual(pathsOf(plain.hits));
  });

  it.each<[string, (text: string) => unknown, RegExp]>([
    ['NaN', () => Number.NaN, /finite score/],
    ['no numbers', () => 'high', /finite score/],
    [
      'an error of its own',
      () => {
        throw new TypeError('out of memory');
      },
      /out of memory/,
    ],
    [
      'a RerankError',
      () => {
        throw new RerankError('The model is loading.');
      },
      /loading/,
    ],
  ])('stay as they are where a reranker gives %s', async (_, score, words) => {
    const plain = await corpus.search('lantern', { mode });
    const found = await corpus.search('lantern', { mode, reranker: recording(score) });
    expect(found.hits).toEqual(plain.hits);
    expect(found.rerank).toEqual({
      ...{ model: 'by-number', passages: 0 },
      failed: { code: 'RERANK_FAILED', message: expect.stringMatching(words) },
    });
  });
});

describe('what a reranker is sent', () => {
  it('is the query as it was typed, and each passage as it was embedded: with its headings', async () => {
    const reranker = recording();
    for (const query of ['"lantern" number-7', 'beacon', 'row']) {
      await corpus.search(query, { mode: 'lexical', k: 1, reranker });
      expect(reranker.asked.at(-1)?.query).toBe(query);
    }
    const texts = reranker.asked.flatMap(({ texts }) => texts);
    expect(texts.filter((text) => !embedded.has(text))).toEqual([]);
    expect(texts.some((text) => /^Table\n\n\| name \|/.test(text) && text.includes('row 59'))).toBe(
      true,
    );
    for (const { texts } of reranker.asked) expect(new Set(texts).size).toBe(texts.length);
  });

  it('is one text for copies of it, which stay one hit', async () => {
    const reranker = recording((text) => (text.includes('twin') ? 1 : 2));
    const { hits, rerank } = await corpus.search('beacon', { mode: 'lexical', reranker });
    expect(reranker.asked[0]?.texts).toHaveLength(2);
    expect(rerank?.passages).toBe(3);
    expect(pathsOf(hits)).toEqual(['copy/c.md', 'copy/a.md']);
    expect(hits[1]?.otherPlaces).toMatchObject([{ path: 'copy/b.md' }]);
  });

  it('has a bound: the beginning of a long query and of a long passage', async () => {
    const long = await openCorpus(':memory:', { embedder: builtin() });
    const folder = temporary({
      'long.md': `# Lamp\n\n${'灯台の光は遠くまで届く。'.repeat(200)}\n`,
    });
    await long.index([folder], { chunkSize: 2000 });
    const reranker = recording(() => 1);
    await long.search('灯台の光'.repeat(300), { mode: 'lexical', reranker });
    await long.close();
    const [{ query, texts } = { query: '', texts: [] }] = reranker.asked;
    expect(estimateTokens(query)).toBeGreaterThan(80);
    for (const text of texts) {
      expect(estimateTokens(text)).toBeGreaterThan(350);
      expect(estimateTokens(query) + estimateTokens(text)).toBeLessThan(512);
    }
  });

  it('is nothing where nothing is found, also by what looks for the reason', async () => {
    const reranker = recording();
    const options: SearchOptions = { mode: 'lexical', reranker };
    const nowhere = await corpus.search('zzyzx', options);
    const filtered = await corpus.search('lantern', { ...options, paths: ['nowhere/**'] });
    expect([nowhere.rerank, filtered.rerank]).toEqual([null, null]);
    expect(filtered.nothing).toMatchObject({ because: 'options' });
    expect(reranker.asked).toEqual([]);
  });

  it('comes after filters and phrases: only what may be a hit is sent', async () => {
    const reranker = recording();
    await corpus.search('lantern', { paths: ['n1*.md'], minSimilarity: 0.01, reranker });
    const numbers = reranker.asked[0]?.texts.map(numberIn) ?? [];
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers.every((number) => /^1/.test(String(number)))).toBe(true);
    const phrase = await corpus.search('"number-33"', { reranker });
    expect(reranker.asked[1]?.texts.map(numberIn)).toEqual([33]);
    expect(phrase.rerank?.passages).toBe(1);
  });
});

describe('a search with a reranker', () => {
  it('ends with the reason of its signal, and not with the list without it', async () => {
    const controller = new AbortController();
    const reranker: Reranker = {
      name: 'slow',
      rerank: async () => {
        controller.abort(new Error('enough'));
        throw new Error('cut off');
      },
    };
    const { signal } = controller;
    await expect(corpus.search('lantern', { reranker, signal })).rejects.toThrow('enough');
  });

  it.each([null, 'bge', {}, { name: 'x' }, { rerank: () => [] }])('refuses %j', async (given) => {
    const options = { reranker: given } as unknown as SearchOptions;
    await expect(corpus.search('lantern', options)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('is no search by vector, nor for what is alike', async () => {
    const options: HitOptions & { readonly reranker: Reranker } = { reranker: recording() };
    await expect(corpus.like({ path: 'n1.md' }, options)).rejects.toMatchObject({ code: 'USAGE' });
    const vector = new Float32Array(1024).fill(1);
    await expect(corpus.searchVector(vector, options)).rejects.toMatchObject({ code: 'USAGE' });
    expect((await corpus.like({ path: 'n1.md' })).rerank).toBeNull();
  });
});
