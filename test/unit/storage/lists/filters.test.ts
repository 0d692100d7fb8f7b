/** Filters on searches by lists, of passages near the query and far from it; and little memory. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXACT_SCAN_LIMIT } from '../../../../src/defaults.ts';
import { ListReader } from '../../../../src/storage/lists/candidates.ts';
import { type VectorIndex, vectorIndex } from '../../../../src/storage/nearest/nearest.ts';
import { emptyCorpus, type Filled, seeded } from '../filled.ts';
import { A_DOCUMENT, addDocuments, ask, mean, recall, stateOf, vectorSource } from './corpora.ts';

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
];

describe.each(FILTERS)('a filter that keeps %s', (name, keep) => {
  it.each([0, 20])('gives what an exact scan of it gives, asked about topic %d', (topic) => {
    const documentIds = documents.filter(keep);
    const allowed = new Set(
      corpus.db
        .prepare<[string], number>(
          'SELECT id FROM chunk WHERE document_id IN (SELECT value FROM json_each(?))',
        )
        .pluck()
        .all(JSON.stringify(documentIds)),
    );
    const found = source.about(topic, 15).map((query) => {
      const truth = ask(index, corpus.space, query, { documentIds, exact: true });
      const neighbours = ask(index, corpus.space, query, { documentIds });
      expect(neighbours).toHaveLength(truth.length);
      expect(neighbours.every(({ chunkId }) => allowed.has(chunkId))).toBe(true);
      return recall(neighbours, truth);
    });
    // What is left when the nearest are filtered out is far, and about equally far.
    const least = name === 'all but the topic asked for' ? 0.9 : 0.98;
    expect(mean(found)).toBeGreaterThanOrEqual(least);
  });
});

describe('a search with little memory', () => {
  const effort = { k: 10, candidates: 150, reach: 0.1 };

  it.each([0, 1, 20_000])('of %d bytes forgets, and finds the same', (bytes) => {
    const state = stateOf(corpus.db);
    const forgetful = new ListReader(corpus.db, corpus.space, state, bytes);
    const remembering = new ListReader(corpus.db, corpus.space, state);
    for (let i = 0; i < 20; i++) {
      const query = source.query();
      const found = forgetful.candidates(query, effort);
      expect(found).toEqual(remembering.candidates(query, effort));
      expect(found.length).toBe(effort.candidates);
    }
  });

  it('follows what is added all the same', () => {
    corpus.db.exec('SAVEPOINT more');
    const state = stateOf(corpus.db);
    const forgetful = new ListReader(corpus.db, corpus.space, state, 1);
    const query = source.query();
    forgetful.candidates(query, effort);
    addDocuments(corpus, vectorSource(DIMENSIONS, 40), { prefix: 'more', documents: 3 });
    const now = stateOf(corpus.db);
    expect(forgetful.follow(now)).toBe(true);
    const fresh = new ListReader(corpus.db, corpus.space, now);
    for (let i = 0; i < 5; i++) {
      const asked = source.query();
      expect(forgetful.candidates(asked, effort)).toEqual(fresh.candidates(asked, effort));
    }
    corpus.db.exec('ROLLBACK TO more; RELEASE more');
  });
});

describe('many wanted', () => {
  it.each([1, 100, 600, 2_000, 50_000])('%d', (k) => {
    const query = source.query();
    const truth = ask(index, corpus.space, query, { k, exact: true });
    const found = ask(index, corpus.space, query, { k });
    expect(found).toHaveLength(truth.length);
    expect(recall(found, truth)).toBeGreaterThanOrEqual(0.94);
  });
});

describe('few dimensions and odd ones', () => {
  it.each([8, 12, 33])('%d', (dimensions) => {
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
    expect(mean(found)).toBeGreaterThan(0.89);
  });
});
