/** Lists after any history of changes, and searches that stay open meanwhile. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { derivedWriter, rebuildDerived } from '../../../../src/storage/derived-vectors.ts';
import { embeddingStore } from '../../../../src/storage/embeddings.ts';
import { maintainLists } from '../../../../src/storage/lists/maintain.ts';
import { vectorCount } from '../../../../src/storage/lists/tables.ts';
import { vectorIndex } from '../../../../src/storage/nearest/nearest.ts';
import { activateSpace, addSpace } from '../../../../src/storage/spaces.ts';
import { embedded, emptyCorpus, type Filled, reopened, seeded } from '../filled.ts';
import {
  A_DOCUMENT,
  addDocuments,
  ask,
  DOCUMENTS,
  idsInLists,
  liveIds,
  mean,
  recall,
  type Searcher,
  searcher,
  spaceOf,
  stateOf,
  vectorSource,
} from './corpora.ts';

const DIMENSIONS = 20;
const folder = mkdtempSync(join(tmpdir(), 'umekomi-lists-'));
const base = join(folder, 'base.db');
const queries = Array.from({ length: 40 }, vectorSource(DIMENSIONS, 5).query);

beforeAll(() => {
  const corpus = emptyCorpus(DIMENSIONS, base);
  addDocuments(corpus, vectorSource(DIMENSIONS, 1), { prefix: 'base', documents: DOCUMENTS });
  corpus.maintain();
  corpus.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A copy of the corpus with its writer and a search that stays open. */
function copy(): { corpus: Filled; search: Searcher } {
  const path = join(folder, 'copy.db');
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  copyFileSync(base, path);
  const corpus = reopened(path);
  const search = searcher(path);
  open.push(search, corpus);
  return { corpus, search };
}

/** What does not hold of the lists; `reused` ids may have codes of what they were before. */
function expectSound(corpus: Filled, reused: ReadonlySet<number>): void {
  const { sorted, fresh } = idsInLists(corpus.db);
  const live = liveIds(corpus.db);
  const state = stateOf(corpus.db);
  const all = [...sorted, ...fresh];
  expect(all).toHaveLength(state.sortedIn + state.fresh);
  expect(vectorCount(state)).toBe(live.length);
  const times = new Map<number, number>();
  for (const id of all) times.set(id, (times.get(id) ?? 0) + 1);
  expect(live.filter((id) => !times.has(id))).toEqual([]);
  const twice = live.filter((id) => times.get(id) !== 1);
  expect(twice.filter((id) => !reused.has(id))).toEqual([]);
  if (state.fresh === 0 && state.dead === 0) {
    expect([...all].sort((a, b) => a - b)).toEqual(live);
  }
}

function expectAsNew(search: Searcher): void {
  for (const query of queries.slice(0, 4)) {
    expect(search.nearest(query)).toEqual(search.nearest(query, { fresh: true }));
  }
}

function expectSearchable(search: Searcher): void {
  expectAsNew(search);
  const found = queries.map((query) =>
    recall(search.nearest(query), search.nearest(query, { exact: true })),
  );
  expect(mean(found)).toBeGreaterThanOrEqual(0.97);
}

type Step =
  | { readonly do: 'add'; readonly documents: number; readonly seed: number }
  | { readonly do: 'pending'; readonly seed: number }
  | { readonly do: 'remove'; readonly share: number; readonly from: 'end' | 'anywhere' }
  | { readonly do: 'roll back'; readonly seed: number }
  | { readonly do: 'maintain' | 'build' };

const seed = fc.integer({ min: 100, max: 10_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      documents: fc.integer({ min: 1, max: 120 }),
      seed,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pending' as const), seed }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('remove' as const),
      share: fc.double({ min: 0.01, max: 0.25, noNaN: true }),
      from: fc.constantFrom('end', 'anywhere'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('roll back' as const), seed }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('maintain' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('build' as const) }) },
);

/** Runs one step. @returns ids that were deleted */
function run(corpus: Filled, made: Step, index: number): readonly number[] {
  const { db } = corpus;
  const prefix = `step${index}`;
  const add = (documents: number, from: number): number[] =>
    addDocuments(corpus, vectorSource(DIMENSIONS, from), { prefix, documents });
  if (made.do === 'add') add(made.documents, made.seed);
  if (made.do === 'maintain') corpus.maintain();
  if (made.do === 'build') maintainLists(db, corpus.space, true);
  if (made.do === 'pending') {
    const vectors = vectorSource(DIMENSIONS, made.seed).about(index, 40);
    corpus.embeddings().put(vectors.map((vector, i) => embedded(`${prefix} pending ${i}`, vector)));
  }
  if (made.do === 'roll back') {
    const rolledBack = db.transaction(() => {
      add(3, made.seed);
      // Read while it is there, by the connection that writes.
      for (const query of queries.slice(0, 2)) ask(vectorIndex(db), corpus.space, query);
      throw new Error('rolled back');
    });
    expect(rolledBack).toThrow('rolled back');
  }
  return made.do === 'remove' ? removeSome(corpus, made, index) : [];
}

function removeSome(
  corpus: Filled,
  { share, from }: { share: number; from: 'end' | 'anywhere' },
  index: number,
): readonly number[] {
  const { db } = corpus;
  const documents = db.prepare<[], number>('SELECT id FROM document ORDER BY id').pluck().all();
  const random = seeded(index);
  const gone =
    from === 'end'
      ? documents.slice(Math.floor(documents.length * (1 - share)))
      : documents.filter(() => random() < share);
  const before = new Set(liveIds(db));
  db.transaction(() => {
    for (const id of gone) corpus.remove(id);
  })();
  corpus.embeddings().prune();
  for (const id of liveIds(db)) before.delete(id);
  return [...before];
}

describe('after any history', () => {
  it('each live vector is in one place, and a search that stays open is as a new one', () => {
    const steps = fc.array(step, { minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(steps, (history) => {
        const { corpus, search } = copy();
        const deleted = new Set<number>();
        history.forEach((made, index) => {
          for (const id of run(corpus, made, index)) deleted.add(id);
          expectSound(corpus, deleted);
          expectAsNew(search);
        });
        corpus.maintain();
        expectSound(corpus, deleted);
        expectSearchable(search);
        for (const one of open.splice(0)) one.close();
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

describe('a search that stays open', () => {
  it('is as a new one in a transaction that is rolled back, and after it', () => {
    const { corpus } = copy();
    const stays = vectorIndex(corpus.db);
    const [query] = queries as [Float32Array];
    const same = (): void => {
      const found = ask(stays, corpus.space, query);
      expect(found).toEqual(ask(vectorIndex(corpus.db), corpus.space, query));
      expect(found[0]?.distance).toBeLessThan(1e-3);
    };
    /** Vectors about as many other things, and one that is the query; the ids are the same again. */
    const add = (at: number): void => {
      const others = vectorSource(DIMENSIONS, 300 + at).about(at, 20);
      const vectors = others.map((vector, i) => (i === at ? query : vector));
      const inputs = vectors.map((_, i) => `${at} ${i}`);
      corpus.embeddings().put(vectors.map((vector, i) => embedded(inputs[i] ?? '', vector)));
      corpus.document(`${at}.md`, inputs);
    };
    corpus.db.exec('SAVEPOINT one');
    add(3);
    same();
    corpus.db.exec('ROLLBACK TO one; RELEASE one');
    add(15);
    same();
  });

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
    for (const after of ['sort', 'build'] as const) {
      if (after === 'sort') {
        addDocuments(corpus, source, { prefix: 'more', documents: 60 });
        expect(maintainLists(corpus.db, corpus.space)).toBe('sorted');
      } else {
        expect(maintainLists(corpus.db, corpus.space, true)).toBe('built');
      }
      expect(search.nearest(query)[0]?.distance).toBeLessThan(1e-6);
      expectSearchable(search);
    }
    corpus.remove(id);
    expect(search.nearest(query)[0]?.distance).toBeGreaterThan(1e-6);
    corpus.embeddings().prune();
    expect(search.nearest(query)).toEqual(search.nearest(query, { fresh: true }));
  });

  it('an id that SQLite gives again is another vector', () => {
    const { corpus, search } = copy();
    const [first, second] = [
      ...vectorSource(DIMENSIONS, 8).about(1, 1),
      ...vectorSource(DIMENSIONS, 9).about(2, 1),
    ] as [Float32Array, Float32Array];
    const add = (name: string, vector: Float32Array): number => {
      corpus.embeddings().put([embedded(name, vector)]);
      corpus.document(`${name}.md`, [name]);
      return liveIds(corpus.db).at(-1) ?? 0;
    };
    const id = add('first', first);
    search.nearest(first);
    corpus.remove(
      corpus.db
        .prepare<[], number>("SELECT id FROM document WHERE path = 'first.md'")
        .pluck()
        .get() ?? 0,
    );
    corpus.embeddings().prune();
    expect(add('second', second), 'it is the same id').toBe(id);
    expect(search.nearest(second)[0]?.distance).toBeLessThan(1e-6);
    expect(search.nearest(first)[0]?.distance).toBeGreaterThan(1e-6);
    addDocuments(corpus, vectorSource(DIMENSIONS, 10), { prefix: 'more', documents: 60 });
    expect(maintainLists(corpus.db, corpus.space)).toBe('sorted');
    expectSound(corpus, new Set());
    expect(search.nearest(second)[0]?.distance).toBeLessThan(1e-6);
  });

  it('goes over to another space when that becomes the active one', () => {
    const { corpus, search } = copy();
    const [query] = queries as [Float32Array];
    search.nearest(query);
    const dimensions = 9;
    const other = addSpace(corpus.db, { ...corpus.space, dimensions }, 'another', 0);
    const store = embeddingStore(corpus.db, other, derivedWriter(corpus.db, other));
    const source = vectorSource(dimensions, 4);
    corpus.db.transaction(() => {
      for (let d = 0; d < DOCUMENTS; d++) {
        const vectors = source.about(d, A_DOCUMENT);
        store.put(vectors.map((vector, i) => embedded(`base-${d}-${i}`, vector)));
      }
    })();
    expect(search.nearest(query), 'still the old one').toEqual(
      search.nearest(query, { fresh: true }),
    );
    expectSound(corpus, new Set());
    activateSpace(corpus.db, other, () => rebuildDerived(corpus.db, other));
    expect(spaceOf(search.db).id).toBe(other.id);
    for (const asked of Array.from({ length: 5 }, source.query)) {
      expect(search.nearest(asked)).toEqual(search.nearest(asked, { fresh: true }));
      expect(recall(search.nearest(asked), search.nearest(asked, { exact: true }))).toBeGreaterThan(
        0.8,
      );
    }
    expectSound({ ...corpus, space: other }, new Set());
  });
});

describe('the same', () => {
  it('query twice gives the same list, in one process and in two', () => {
    const { search } = copy();
    for (const query of queries) {
      const found = search.nearest(query, { k: 30 });
      expect(search.nearest(query, { k: 30 })).toEqual(found);
      expect(search.nearest(query, { k: 30, fresh: true })).toEqual(found);
    }
  });

  it('corpus built twice in the same order has the same codes and gives the same results', () => {
    const path = join(folder, 'again.db');
    const again = emptyCorpus(DIMENSIONS, path);
    addDocuments(again, vectorSource(DIMENSIONS, 1), { prefix: 'base', documents: DOCUMENTS });
    again.maintain();
    const { corpus, search } = copy();
    const content = (db: Filled['db']): unknown[] => [
      db.prepare('SELECT list, size, hex(codes) FROM vector_list ORDER BY list').raw().all(),
      db.prepare('SELECT list, hex(codes) FROM vector_fine ORDER BY list').raw().all(),
      db.prepare('SELECT hex(centres), hex(codes) FROM vector_directory').raw().all(),
    ];
    expect(content(again.db)).toEqual(content(corpus.db));
    for (const query of queries) {
      expect(ask(vectorIndex(again.db), again.space, query)).toEqual(search.nearest(query));
    }
    again.close();
  });
});

it('an exact search is what SQL and plain arithmetic say', () => {
  const { corpus, search } = copy();
  const [query] = queries as [Float32Array];
  const rows = corpus.db
    .prepare<[], { id: number; vector: Buffer }>(
      'SELECT chunk.id, vector FROM chunk JOIN embedding USING (input_hash)',
    )
    .all();
  const distances = rows.map(({ id, vector }) => {
    const product = query.reduce((sum, value, i) => sum + value * vector.readFloatLE(4 * i), 0);
    return { chunkId: id, distance: expect.closeTo(1 - product, 5), exactly: 1 - product };
  });
  const nearest = distances.sort((a, b) => a.exactly - b.exactly).slice(0, 20);
  expect(search.nearest(query, { k: 20, exact: true })).toEqual(
    nearest.map(({ chunkId, distance }) => ({ chunkId, distance })),
  );
});
