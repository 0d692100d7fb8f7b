/** Searches that stay open while the corpus changes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rebuildCodes } from '../../../../../src/store/sqlite/codes/maintain.ts';
import { codesWriter } from '../../../../../src/store/sqlite/codes/writer.ts';
import { embeddingWriter } from '../../../../../src/store/sqlite/embeddings.ts';
import { vectorIndex } from '../../../../../src/store/sqlite/nearest/nearest.ts';
import { activateSpace, addSpace } from '../../../../../src/store/sqlite/spaces.ts';
import { embedded, emptyCorpus, type Filled } from '../filled.ts';
import {
  A_DOCUMENT,
  addDocuments,
  ask,
  DOCUMENTS,
  expectRightCodes,
  liveIds,
  recallOf,
  removeSome,
  type Searcher,
  spaceOf,
  stateOf,
  vectorSource,
  workshop,
} from './corpora.ts';

const DIMENSIONS = 20;
const files = workshop();
const base = files.path('base.db');
const queries = Array.from({ length: 40 }, vectorSource(DIMENSIONS, 5).query);

beforeAll(() => {
  const corpus = emptyCorpus(DIMENSIONS, base);
  addDocuments(corpus, vectorSource(DIMENSIONS, 1), { prefix: 'base', documents: DOCUMENTS });
  corpus.maintain();
  corpus.close();
});
afterEach(() => files.closeAll());
afterAll(() => files.remove());

/** A copy of the corpus with its writer and a search that stays open. */
function copy(): { path: string; corpus: Filled; search: Searcher } {
  const path = files.copyOf(base);
  return { path, corpus: files.write(path), search: files.search(path) };
}

function expectAsNew(search: Searcher): void {
  for (const query of queries.slice(0, 4)) {
    expect(search.nearest(query)).toEqual(search.nearest(query, { fresh: true }));
  }
}

describe('a search that stays open', () => {
  it('finds what came, not what went, and follows a rebuild', () => {
    const { corpus, search } = copy();
    const source = vectorSource(DIMENSIONS, 77);
    const [query] = source.about(3, 1) as [Float32Array];
    search.nearest(query);
    corpus.embeddings().put([embedded('new', query)]);
    // No passage yet: it is nowhere, and takes no place.
    expect(search.nearest(query)).toHaveLength(10);
    expect(search.nearest(query)[0]?.distance).toBeGreaterThan(1e-6);
    const id = corpus.document('new.md', ['new']);
    expect(search.nearest(query)[0]?.distance).toBeLessThan(1e-6);
    addDocuments(corpus, source, { prefix: 'more', documents: 60 });
    for (const change of [() => {}, () => rebuildCodes(corpus.db, corpus.space)]) {
      change();
      expect(search.nearest(query)[0]?.distance).toBeLessThan(1e-6);
      expectAsNew(search);
      expect(recallOf(search, queries)).toBeGreaterThanOrEqual(0.99);
    }
    corpus.remove(id);
    expect(search.nearest(query)[0]?.distance).toBeGreaterThan(1e-6);
    corpus.embeddings().prune(null);
    expect(search.nearest(query)).toEqual(search.nearest(query, { fresh: true }));
  });

  it('follows more than it has room for', () => {
    const { corpus, search } = copy();
    expectAsNew(search);
    addDocuments(corpus, vectorSource(DIMENSIONS, 12), { prefix: 'much', documents: 500 });
    expectAsNew(search);
    expect(recallOf(search, queries)).toBeGreaterThanOrEqual(0.99);
    expectRightCodes(corpus.db);
  });

  it('follows a rebuild after which there are as many codes as before', () => {
    const { corpus, search } = copy();
    removeSome(corpus, { share: 0.08, from: 'anywhere' }, 2);
    expectAsNew(search);
    const { coded } = stateOf(corpus.db);
    rebuildCodes(corpus.db, corpus.space);
    addDocuments(corpus, vectorSource(DIMENSIONS, 13), { prefix: 'others', documents: 80 });
    expect(stateOf(corpus.db).coded).toBeGreaterThan(coded);
    expectAsNew(search);
    expect(recallOf(search, queries)).toBeGreaterThanOrEqual(0.99);
  });

  it('knows nothing of what was rolled back', () => {
    const { corpus, search } = copy();
    const own = vectorIndex(corpus.db);
    const asked = (): unknown => queries.map((query) => ask(own, corpus.space, query));
    const before = asked();
    corpus.db.exec('SAVEPOINT one');
    addDocuments(corpus, vectorSource(DIMENSIONS, 5), { prefix: 'lost', documents: 60 });
    removeSome(corpus, { share: 0.2, from: 'anywhere' }, 1);
    corpus.db.exec('ROLLBACK TO one; RELEASE one');
    expect(asked()).toEqual(before);
    expectAsNew(search);
    expectRightCodes(corpus.db);
  });

  it('an id that SQLite gives again is another vector', () => {
    const { corpus, search } = copy();
    const vectors = [8, 9, 10].map((from) => vectorSource(DIMENSIONS, from).about(from, 1)[0]);
    const names = ['first', 'second', 'third'] as const;
    const add = (at: number): number => {
      corpus.embeddings().put([embedded(names[at] ?? '', vectors[at] as Float32Array)]);
      corpus.document(`${names[at]}.md`, [names[at] ?? '']);
      return liveIds(corpus.db).at(-1) ?? 0;
    };
    const remove = (at: number): void => {
      const id = corpus.db.prepare<[string], number>('SELECT id FROM document WHERE path = ?');
      corpus.remove(id.pluck().get(`${names[at]}.md`) ?? 0);
      corpus.embeddings().prune(null);
    };
    const nearest = (at: number): number =>
      search.nearest(vectors[at] as Float32Array)[0]?.distance ?? NaN;
    const id = add(0);
    for (const at of [1, 2]) {
      expect(nearest(at - 1)).toBeLessThan(1e-6);
      remove(at - 1);
      expect(nearest(at - 1)).toBeGreaterThan(1e-6);
      expect(add(at), 'it is the same id').toBe(id);
      expect(nearest(at)).toBeLessThan(1e-6);
      expect(nearest(at - 1)).toBeGreaterThan(1e-6);
      expectRightCodes(corpus.db);
    }
    expect(stateOf(corpus.db).gone).toBe(2);
    remove(2);
    expect(nearest(2)).toBeGreaterThan(1e-6);
    expectRightCodes(corpus.db);
  });

  it('and a writer go on when another process makes the codes anew', () => {
    const { path, corpus, search } = copy();
    const store = corpus.embeddings();
    const put = (name: string): void => {
      const vectors = vectorSource(DIMENSIONS, 31).about(4, 50);
      store.put(vectors.map((vector, i) => embedded(`${name} ${i}`, vector)));
    };
    put('before');
    search.nearest(queries[0] as Float32Array);
    const other = files.write(path);
    rebuildCodes(other.db, other.space);
    put('after');
    expectRightCodes(corpus.db);
    expectAsNew(search);
    store.prune(null);
    expectRightCodes(other.db);
    expectAsNew(search);
    expect(recallOf(search, queries)).toBeGreaterThanOrEqual(0.99);
  });

  it('goes over to another space when that becomes the active one', () => {
    const { corpus, search } = copy();
    const [query] = queries as [Float32Array];
    const before = search.nearest(query);
    const dimensions = 9;
    const other = addSpace(corpus.db, { ...corpus.space, dimensions }, 'another', 0);
    const store = embeddingWriter(corpus.db, other, codesWriter(corpus.db, other));
    const source = vectorSource(dimensions, 4);
    corpus.db.transaction(() => {
      for (let d = 0; d < DOCUMENTS; d++) {
        const vectors = source.about(d, A_DOCUMENT);
        store.put(vectors.map((vector, i) => embedded(`base-${d}-${i}`, vector)));
      }
    })();
    expect(search.nearest(query), 'still the old one').toEqual(before);
    expectRightCodes(corpus.db);
    corpus.db.transaction(() => {
      activateSpace(corpus.db, other.id);
      rebuildCodes(corpus.db, other);
    })();
    expect(spaceOf(search.db).id).toBe(other.id);
    const asked = Array.from({ length: 5 }, source.query);
    for (const one of asked) {
      expect(search.nearest(one)).toEqual(search.nearest(one, { fresh: true }));
    }
    expect(recallOf(search, asked)).toBeGreaterThanOrEqual(0.99);
    expectRightCodes(corpus.db);
  });
});
