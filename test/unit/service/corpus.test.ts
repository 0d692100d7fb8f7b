/** The library: what it refuses, closing, aborting. */
import { describe, expect, it } from 'vitest';
import { type Corpus, type Embedder, openCorpus, UmekomiError } from '../../../src/index.ts';
import { countingEmbedder, sampleDocument } from '../../helpers/corpus.ts';
import { temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();

async function filled(embedder: Embedder = countingEmbedder()): Promise<Corpus> {
  const root = temporary({ 'docs/a.md': sampleDocument(0), 'docs/b.md': sampleDocument(1) });
  const corpus = await openCorpus(':memory:', { embedder, cwd: root });
  await corpus.index(['docs']);
  return corpus;
}

/** As a program in JavaScript calls it. */
const loose = (corpus: Corpus) =>
  corpus as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;

describe('arguments', () => {
  it.each([
    ['search', ['x', { mode: 'fuzzy' }]],
    ['search', ['x', { k: 0 }]],
    ['search', ['x', { k: 1.5 }]],
    ['search', ['x', { since: Number.NaN }]],
    ['search', ['x', { until: '2026-01-01' }]],
    ['search', ['x', { paths: 'docs/**' }]],
    ['search', ['x', { where: 'tags=a' }]],
    ['search', ['x', { sources: ['elsewhere'] }]],
    ['search', ['x', { limit: 3 }]],
    ['search', ['x', { minSimilarity: 2 }]],
    ['search', ['x', { mode: 'lexical', minSimilarity: 0.5 }]],
    ['search', ['x', { signal: {} }]],
    ['search', ['x', null]],
    ['search', ['x', 'hybrid']],
    ['search', ['  ']],
    ['search', [7]],
    ['searchVector', [[1, 2, 3]]],
    ['searchVector', [new Float32Array(3).fill(1)]],
    ['searchVector', [new Float32Array(32)]],
    ['searchVector', [new Float32Array(32).fill(Number.NaN)]],
    ['like', ['a.md']],
    ['like', [{ path: '' }]],
    ['like', [{ path: 'a.md', line: 0 }]],
    ['like', [{ path: 'a.md', line: '3' }]],
    ['passage', [7]],
    ['passage', ['https://example.org/a.md#L1']],
    ['document', ['']],
    ['document', ['a.md', { lines: { start: 3, end: 1 } }]],
    ['document', ['a.md', { lines: 3 }]],
    ['index', ['docs']],
    ['index', [[], { chunkSize: 1 }]],
    ['index', [[], { onProgress: true }]],
    ['index', [[], { concurrency: Number.POSITIVE_INFINITY }]],
    ['remove', ['']],
    ['examine', [{ offline: 'yes' }]],
  ])('%s refuses %j', async (method, given) => {
    const corpus = await filled();
    const refused = loose(corpus)[method]?.(...given);
    await expect(refused).rejects.toBeInstanceOf(UmekomiError);
    await expect(loose(corpus)[method]?.(...given)).rejects.toMatchObject({ code: 'USAGE' });
    await corpus.close();
  });

  it('of opening are checked', async () => {
    const open = openCorpus as (...given: unknown[]) => Promise<Corpus>;
    for (const given of [[7], [''], [':memory:', { readonly: true }], [':memory:', { cwd: 1 }]]) {
      await expect(open(...given)).rejects.toMatchObject({ code: 'USAGE' });
    }
  });

  it('of documents are checked with the first one', async () => {
    const corpus = await filled();
    const listed = corpus.documents({ since: Number.NaN })[Symbol.asyncIterator]();
    await expect(listed.next()).rejects.toMatchObject({ code: 'USAGE' });
    await corpus.close();
  });

  it('say which options are there, and name the one that is wrong', async () => {
    const corpus = await filled();
    await expect(loose(corpus)['search']?.('x', { limit: 3 })).rejects.toMatchObject({
      message: expect.stringContaining('perDocument'),
      remedy: { code: 'options', options: ['limit'] },
    });
    await corpus.close();
  });
});

describe('a closed corpus', () => {
  it('refuses every call, and is closed only once', async () => {
    const corpus = await filled();
    await corpus.close();
    await corpus.close();
    const calls: readonly (() => Promise<unknown>)[] = [
      () => corpus.index(),
      () => corpus.search('x'),
      () => corpus.searchVector(new Float32Array(32).fill(1)),
      () => corpus.like({ path: 'a.md' }),
      () => corpus.passage('umekomi://docs/a.md#L1'),
      () => corpus.document('a.md'),
      () => corpus.remove('a.md'),
      () => corpus.optimize(),
      () => corpus.examine(),
      () => corpus.repair(),
      () => corpus.documents()[Symbol.asyncIterator]().next(),
      () => corpus.status(),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ name: 'UsageError', code: 'CORPUS_CLOSED' });
    }
  });

  it('is closed when what runs has ended', async () => {
    const corpus = await filled();
    const running = corpus.search('harbour');
    await corpus.close();
    expect((await running).hits.length).toBeGreaterThan(0);
  });

  it('ends a list of documents that is being read', async () => {
    const corpus = await filled();
    const listed = corpus.documents()[Symbol.asyncIterator]();
    await listed.next();
    await corpus.close();
    await expect(listed.next()).rejects.toMatchObject({ code: 'CORPUS_CLOSED' });
  });
});

describe('a signal', () => {
  it('that was aborted before stops everything', async () => {
    const corpus = await filled();
    const signal = AbortSignal.abort(new Error('enough'));
    const stopped = { code: 'ABORTED', cause: { message: 'enough' } };
    await expect(corpus.search('x', { signal })).rejects.toMatchObject(stopped);
    await expect(corpus.like({ path: 'a.md' }, { signal })).rejects.toMatchObject(stopped);
    await expect(corpus.index([], { signal })).rejects.toMatchObject(stopped);
    await corpus.close();
  });

  it('that is aborted meanwhile rejects with its reason', async () => {
    const embedder = countingEmbedder();
    const controller = new AbortController();
    const corpus = await filled({
      ...embedder,
      embedQuery: async (_, options) => {
        controller.abort(new Error('enough'));
        options?.signal?.throwIfAborted();
        return new Float32Array(32).fill(1);
      },
    });
    const search = corpus.search('x', { signal: controller.signal });
    await expect(search).rejects.toThrow('enough');
    await corpus.close();
  });
});

describe('documents', () => {
  it('come one by one, inside the filter, with what is known of them', async () => {
    const corpus = await filled();
    const found = [];
    for await (const document of corpus.documents({ paths: ['a*'] })) found.push(document);
    expect(found).toEqual([
      {
        source: expect.stringMatching(/docs$/),
        path: 'a.md',
        file: expect.stringMatching(/docs.a\.md$/),
        title: 'Document 0',
        passages: expect.any(Number),
        size: sampleDocument(0).length,
        mtime: expect.any(Number),
      },
    ]);
    await corpus.close();
  });
});
