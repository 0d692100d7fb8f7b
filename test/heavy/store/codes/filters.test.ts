/** Filters on searches by codes, of passages near the query and far from it; and many wanted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXACT_SCAN_LIMIT } from '../../../../src/model/defaults.ts';
import { type VectorIndex, vectorIndex } from '../../../../src/store/sqlite/nearest/nearest.ts';
import {
  A_DOCUMENT,
  addDocuments,
  ask,
  mean,
  recall,
  vectorSource,
} from '../../../unit/store/sqlite/codes/corpora.ts';
import { embedded, emptyCorpus, type Filled, seeded } from '../../../unit/store/sqlite/filled.ts';

const DIMENSIONS = 128;
/** Half of them are more than what is scanned exactly. */
const COUNT = Math.ceil((2.2 * EXACT_SCAN_LIMIT) / A_DOCUMENT);
const TOPICS = 25;

let corpus: Filled;
let index: VectorIndex;
let documents: number[];
const source = vectorSource(DIMENSIONS, 6);

beforeAll(() => {
  corpus = emptyCorpus(DIMENSIONS);
  documents = addDocuments(corpus, vectorSource(DIMENSIONS, 1), {
    prefix: 'base',
    documents: COUNT,
  });
  corpus.maintain();
  index = vectorIndex(corpus.db);
});
afterAll(() => corpus.close());

/** A document's topic is its number. */
const topicOf = (id: number): number => documents.indexOf(id) % TOPICS;

const random = seeded(3);
const FILTERS: readonly (readonly [name: string, keep: (id: number) => boolean])[] = [
  ['1 % by chance', () => random() < 0.01],
  ['10 % by chance', () => random() < 0.1],
  ['50 % by chance', () => random() < 0.5],
  ['90 % by chance', () => random() < 0.9],
  ['1 topic', (id) => topicOf(id) === 0],
  ['10 % of the topics', (id) => topicOf(id) < 3],
  ['half of the topics', (id) => topicOf(id) < 13],
  ['all but the topic asked for', (id) => topicOf(id) !== 0],
  ['all', () => true],
];

describe.each(FILTERS)('a filter that keeps %s', (_, keep) => {
  it.each([0, 20])('gives what an exact scan of it gives, asked about topic %d', (topic) => {
    const documentIds = documents.filter(keep);
    const kept = corpus.db
      .prepare<[string], number>(
        'SELECT id FROM chunk WHERE document_id IN (SELECT value FROM json_each(?))',
      )
      .pluck();
    const allowed = new Set(kept.all(JSON.stringify(documentIds)));
    for (const k of [10, 200]) {
      const found = source.about(topic, 15).map((query) => {
        const truth = ask(index, corpus.space, query, { k, documentIds, exact: true });
        const neighbours = ask(index, corpus.space, query, { k, documentIds });
        expect(neighbours).toHaveLength(truth.length);
        expect(neighbours.every(({ id }) => allowed.has(id))).toBe(true);
        return recall(neighbours, truth);
      });
      expect(mean(found)).toBeGreaterThanOrEqual(0.99);
    }
  });
});

it('a filter that comes after another one is the only one that counts', () => {
  const [even, odd] = [0, 1].map((rest) => documents.filter((id) => id % 2 === rest));
  const query = source.query();
  const found = [even, odd, null, even].map((documentIds = []) =>
    ask(index, corpus.space, query, { documentIds, k: 300 }),
  );
  const fresh = [even, odd, null, even].map((documentIds = []) =>
    ask(vectorIndex(corpus.db), corpus.space, query, { documentIds, k: 300 }),
  );
  expect(found).toEqual(fresh);
});

describe('many wanted', () => {
  it.each([1, 100, 600, 2_000, 50_000])('%d', (k) => {
    const query = source.query();
    const truth = ask(index, corpus.space, query, { k, exact: true });
    const found = ask(index, corpus.space, query, { k });
    expect(found).toHaveLength(truth.length);
    expect(recall(found, truth)).toBeGreaterThanOrEqual(0.99);
  });
});

it('vectors without a passage take no place, however many are nearest', () => {
  corpus.db.exec('SAVEPOINT pending');
  const [query] = source.about(5, 1) as [Float32Array];
  const near = Array.from({ length: 2_000 }, (_, i) =>
    query.map((value, at) => value + (at === i % DIMENSIONS ? 1e-4 * (1 + i / DIMENSIONS) : 0)),
  );
  corpus.embeddings().put(near.map((vector, i) => embedded(`pending ${i}`, vector)));
  const searched = vectorIndex(corpus.db);
  for (const k of [1, 10, 100]) {
    const truth = ask(searched, corpus.space, query, { k, exact: true });
    expect(ask(searched, corpus.space, query, { k })).toEqual(truth);
  }
  corpus.db.exec('ROLLBACK TO pending; RELEASE pending');
});

describe('few dimensions and odd ones', () => {
  it.each([1, 8, 12, 33, 1000])('%d', (dimensions) => {
    const small = emptyCorpus(dimensions);
    const about = vectorSource(dimensions, 2);
    addDocuments(small, about, { prefix: 'base', documents: 505 });
    small.maintain();
    const searched = vectorIndex(small.db);
    const found = Array.from({ length: 20 }, () => {
      const query = about.query();
      const truth = ask(searched, small.space, query, { exact: true });
      return recall(ask(searched, small.space, query), truth);
    });
    small.close();
    expect(mean(found)).toBeGreaterThanOrEqual(0.99);
  });
});
