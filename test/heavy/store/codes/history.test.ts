/** Codes after any history of changes: by chance, in a corpus that is searched meanwhile. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { EXACT_SCAN_LIMIT } from '../../../../src/model/defaults.ts';
import { rebuildCodes } from '../../../../src/store/sqlite/codes/maintain.ts';
import { vectorIndex } from '../../../../src/store/sqlite/nearest/nearest.ts';
import {
  addDocuments,
  ask,
  DOCUMENTS,
  expectRightCodes,
  liveIds,
  recallOf,
  removeSome,
  type Searcher,
  stateOf,
  vectorSource,
  workshop,
} from '../../../unit/store/sqlite/codes/corpora.ts';
import { embedded, emptyCorpus, type Filled } from '../../../unit/store/sqlite/filled.ts';

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

function expectAsNew(search: Searcher): void {
  for (const query of queries.slice(0, 4)) {
    expect(search.nearest(query)).toEqual(search.nearest(query, { fresh: true }));
  }
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

function run(corpus: Filled, made: Step, index: number): void {
  const { db } = corpus;
  const prefix = `step${index}`;
  const add = (documents: number, from: number): number[] =>
    addDocuments(corpus, vectorSource(DIMENSIONS, from), { prefix, documents });
  if (made.do === 'add') add(made.documents, made.seed);
  if (made.do === 'maintain') corpus.maintain();
  if (made.do === 'build') rebuildCodes(db, corpus.space);
  if (made.do === 'remove') removeSome(corpus, made, index);
  if (made.do === 'pending') {
    const vectors = vectorSource(DIMENSIONS, made.seed).about(index, 40);
    corpus.embeddings().put(vectors.map((vector, i) => embedded(`${prefix} pending ${i}`, vector)));
  }
  if (made.do === 'roll back') {
    const rolledBack = db.transaction(() => {
      add(30, made.seed);
      removeSome(corpus, { share: 0.1, from: 'anywhere' }, index);
      // Read while it is there, by the connection that writes.
      for (const query of queries.slice(0, 2)) ask(vectorIndex(db), corpus.space, query);
      throw new Error('rolled back');
    });
    expect(rolledBack).toThrow('rolled back');
  }
}

/** Of few vectors there are no codes. */
function expectSound(corpus: Filled, search: Searcher): void {
  if (stateOf(corpus.db).coded > 0) expectRightCodes(corpus.db);
  expectAsNew(search);
}

it('each vector has its code, and a search that stays open is as a new one', () => {
  const steps = fc.array(step, { minLength: 4, maxLength: 9 });
  fc.assert(
    fc.property(steps, (history) => {
      const path = files.copyOf(base);
      const [corpus, search] = [files.write(path), files.search(path)];
      history.forEach((made, index) => {
        run(corpus, made, index);
        expectSound(corpus, search);
      });
      expect(recallOf(search, queries)).toBeGreaterThanOrEqual(0.99);
      corpus.maintain();
      expectSound(corpus, search);
      const isLarge = liveIds(corpus.db).length > EXACT_SCAN_LIMIT;
      if (isLarge) expect(stateOf(corpus.db).coded).toBeGreaterThan(0);
      expect(recallOf(search, queries)).toBeGreaterThanOrEqual(0.99);
      files.closeAll();
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
