/** What a scan of the codes tells: neither deleted vectors nor those outside a filter, and how near the others are. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Candidate } from '../../../../../src/store/sqlite/codes/estimates.ts';
import { idSet } from '../../../../../src/store/sqlite/codes/id-set.ts';
import { CodesReader } from '../../../../../src/store/sqlite/codes/reader.ts';
import { fromBytes } from '../../../../../src/store/sqlite/vectors.ts';
import { emptyCorpus, type Filled } from '../filled.ts';
import { addDocuments, DOCUMENTS, liveIds, removeSome, stateOf, vectorSource } from './corpora.ts';

const DIMENSIONS = 64;
const source = vectorSource(DIMENSIONS, 3);
let corpus: Filled;
let reader: CodesReader;
let vectors: ReadonlyMap<number, Float32Array>;

beforeAll(() => {
  corpus = emptyCorpus(DIMENSIONS);
  addDocuments(corpus, vectorSource(DIMENSIONS, 1), { prefix: 'base', documents: DOCUMENTS });
  corpus.maintain();
  removeSome(corpus, { share: 0.05, from: 'end' }, 1);
  // Some of the ids are given again.
  addDocuments(corpus, vectorSource(DIMENSIONS, 2), { prefix: 'more', documents: 10 });
  reader = new CodesReader(corpus.db, corpus.space, stateOf(corpus.db));
  const rows = corpus.db.prepare<[], [number, Buffer]>('SELECT id, vector FROM embedding').raw();
  vectors = new Map(rows.all().map(([id, bytes]) => [id, fromBytes(bytes)]));
});
afterAll(() => corpus.close());

const sorted = (candidates: readonly Candidate[]): number[] =>
  candidates.map(({ id }) => id).sort((a, b) => a - b);

it('every vector that is there, each once, and none that was deleted', () => {
  const scan = reader.scan(source.query(), 16_000, null);
  expect(reader.size).toBeGreaterThan(vectors.size);
  expect(sorted(scan.best)).toEqual(liveIds(corpus.db));
  expect(sorted(scan.reaching([{ product: -2, deviations: 2 }]))).toEqual(liveIds(corpus.db));
});

it.each([1, 3, 50])('only those inside a filter of every %dth', (step) => {
  const kept = liveIds(corpus.db).filter((_, i) => i % step === 0);
  const scan = reader.scan(source.query(), 16_000, idSet(kept));
  expect(sorted(scan.best)).toEqual(kept);
  expect(sorted(scan.reaching([{ product: -2, deviations: 2 }]))).toEqual(kept);
  expect(reader.scan(source.query(), 10, idSet([])).best).toEqual([]);
});

it('as many of the best estimates as are asked for', () => {
  const query = source.query();
  const all = [...reader.scan(query, 16_000, null).best].sort((a, b) => b.estimate - a.estimate);
  expect(sorted(reader.scan(query, 25, null).best)).toEqual(sorted(all.slice(0, 25)));
  const limit = all[99]?.estimate ?? NaN;
  expect(reader.scan(query, 25, null).reaching([{ product: limit, deviations: 0 }])).toEqual(
    all.slice(0, 100),
  );
});

it('estimates whose errors are as large as their deviations say', () => {
  const errors = Array.from({ length: 10 }, source.query).flatMap((query) =>
    reader.scan(query, 16_000, null).best.map(({ id, estimate, deviation }) => {
      const vector = vectors.get(id) ?? new Float32Array(DIMENSIONS);
      const product = query.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
      return (estimate - product) / deviation;
    }),
  );
  const within = (deviations: number): number =>
    errors.filter((error) => Math.abs(error) <= deviations).length / errors.length;
  // Those of a normal distribution: .683, .954 and .997.
  expect(within(1)).toBeGreaterThan(0.64);
  expect(within(1)).toBeLessThan(0.73);
  expect(within(2)).toBeGreaterThan(0.94);
  expect(within(3)).toBeGreaterThan(0.99);
});
