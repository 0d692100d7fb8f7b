import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXACT_SCAN_LIMIT } from '../../../../src/model/defaults.ts';
import type { Neighbour } from '../../../../src/store/reading-types.ts';
import { type VectorIndex, vectorIndex } from '../../../../src/store/sqlite/nearest/nearest.ts';
import { embedded, emptyCorpus, type Filled, seeded, topicSpace } from './filled.ts';

const DIMENSIONS = 384;
const COUNT = 8_000;
const A_DOCUMENT = 10;
const TOPICS = 40;
const space = topicSpace(DIMENSIONS, seeded(20_240_607));

let corpus: Filled;
let index: VectorIndex;
const topics = Array.from({ length: TOPICS }, () => space.place());
const documents: { readonly id: number; readonly topic: number }[] = [];

beforeAll(() => {
  corpus = emptyCorpus(DIMENSIONS);
  corpus.db.transaction(() => {
    const store = corpus.embeddings();
    for (let d = 0; d < COUNT / A_DOCUMENT; d++) {
      const topic = d % TOPICS;
      const centre = space.near(topics[topic] ?? space.place(), 0.5);
      const inputs = Array.from({ length: A_DOCUMENT }, (_, i) => `d${d} c${i}`);
      store.put(inputs.map((input) => embedded(input, space.vector(space.near(centre, 0.5)))));
      documents.push({ id: corpus.document(`d${d}.md`, inputs), topic });
    }
  })();
  corpus.maintain();
  index = vectorIndex(corpus.db);
}, 60_000);
afterAll(() => corpus.close());

interface Asked {
  readonly k?: number;
  readonly documentIds?: readonly number[] | null;
  readonly exact?: boolean;
}

function ask(vector: Float32Array, { k = 10, documentIds = null, exact = false }: Asked = {}) {
  return index.nearest({ space: corpus.space, vector, k, documentIds, exact });
}

function queryNear(topic: number): Float32Array {
  return space.vector(space.near(topics[topic] ?? space.place(), 0.5));
}

function recall(found: readonly Neighbour[], truth: readonly Neighbour[]): number {
  const ids = new Set(found.map(({ id }) => id));
  return truth.filter(({ id }) => ids.has(id)).length / truth.length;
}

function documentOf({ id }: Neighbour): number {
  const document = corpus.db.prepare<[number], number>(
    'SELECT document_id FROM chunk WHERE id = ?',
  );
  return document.pluck().get(id) ?? -1;
}

/** Nearly the same vector. */
function nudged(vector: Float32Array, by: number): Float32Array {
  return vector.map((value, i) => value + (i === by ? 1e-4 : 0));
}

describe('candidates from the codes, then exact cosine', () => {
  it('find what the exact scan finds, with the same distances', () => {
    expect(COUNT).toBeGreaterThan(EXACT_SCAN_LIMIT);
    let sum = 0;
    for (let topic = 0; topic < TOPICS; topic++) {
      const query = queryNear(topic);
      const truth = ask(query, { exact: true });
      const found = ask(query);
      const distances = new Map(truth.map(({ id, distance }) => [id, distance]));
      for (const { id, distance } of found) {
        expect(distance).toBe(distances.get(id) ?? distance);
      }
      sum += recall(found, truth);
    }
    expect(sum / TOPICS).toBeGreaterThanOrEqual(0.99);
  });

  it('are sorted, nearest first, with distances of 0 … 2', () => {
    const found = ask(queryNear(3), { k: 50 }).map(({ distance }) => distance);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...found)).toBeLessThanOrEqual(2);
  });

  it('k > 4096 is an error in sqlite-vec, and no error here', () => {
    for (const k of [4_096, 4_097, COUNT + 1]) {
      const found = ask(queryNear(1), { k });
      expect(found).toHaveLength(Math.min(k, COUNT));
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    }
  });
});

describe('filter after KNN: false-empty results', () => {
  it('one document that is far from the query still gives its passages', () => {
    const far = documents[1];
    const found = ask(queryNear(0), { documentIds: [far?.id ?? -1] });
    expect(found).toHaveLength(A_DOCUMENT);
  });

  it.each([0.7, 0.9])('of most documents the nearest are found (%d)', (share) => {
    const kept = documents.filter(({ topic }) => topic >= TOPICS * (1 - share)).map(({ id }) => id);
    expect(kept.length * A_DOCUMENT).toBeGreaterThan(EXACT_SCAN_LIMIT);
    let sum = 0;
    for (let topic = TOPICS - 20; topic < TOPICS; topic++) {
      const query = queryNear(topic);
      const truth = ask(query, { documentIds: kept, exact: true });
      sum += recall(ask(query, { documentIds: kept }), truth);
    }
    expect(sum / 20).toBeGreaterThanOrEqual(0.99);
  });

  it('a topic that is filtered out takes no place from the others', () => {
    const others = documents.filter(({ topic }) => topic > 3).map(({ id }) => id);
    for (let topic = 0; topic < 4; topic++) {
      const found = ask(queryNear(topic), { documentIds: others, k: 50 });
      expect(found).toHaveLength(50);
      expect(new Set(others)).toEqual(new Set([...others, ...found.map(documentOf)]));
    }
  });

  it('no document gives no passage', () => {
    expect(ask(queryNear(0), { documentIds: [] })).toEqual([]);
    expect(ask(queryNear(0), { documentIds: [], exact: true })).toEqual([]);
  });
});

describe('a zero or NaN vector ranks first in sqlite-vec, with a NULL distance', () => {
  it.each([
    ['zeros', 'zeroblob(length(vector))'],
    ['NaN', `CAST(x'0000c07f' || substr(vector, 5) AS BLOB)`],
  ])('and is not found here, by any way to search: %s', (_, damaged) => {
    const query = queryNear(7);
    const truth = ask(query, { exact: true, k: 150 });
    // More than are compared at first: none of these has a distance.
    const lost = new Set(truth.slice(0, 120).map(({ id }) => id));
    const all = documents.map(({ id }) => id);
    corpus.db.exec('SAVEPOINT damage');
    corpus.db
      .prepare(
        `UPDATE embedding SET vector = ${damaged} WHERE input_hash IN
         (SELECT input_hash FROM chunk WHERE id IN (SELECT value FROM json_each(?)))`,
      )
      .run(JSON.stringify([...lost]));
    const ways: Asked[] = [{}, { exact: true }, { documentIds: all }];
    ways.push({ documentIds: [documentOf(truth[120] as Neighbour)] }, { exact: true, k: COUNT });
    for (const way of ways) {
      const found = ask(query, way);
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter(({ id }) => lost.has(id))).toEqual([]);
      expect(found.every(({ distance }) => typeof distance === 'number')).toBe(true);
    }
    expect(ask(query, { exact: true })).toEqual(truth.slice(120, 130));
    corpus.db.exec('ROLLBACK TO damage; RELEASE damage');
  });
});

describe('what has no passage', () => {
  it('a vector that no chunk uses is not shown, and takes no place from those that are', () => {
    const query = queryNear(5);
    const truth = ask(query, { exact: true });
    corpus.db.exec('SAVEPOINT pending');
    const store = corpus.embeddings();
    store.put(Array.from({ length: 300 }, (_, i) => embedded(`pending ${i}`, nudged(query, i))));
    expect(ask(query)).toEqual(truth);
    corpus.db.exec('ROLLBACK TO pending; RELEASE pending');
  });

  it('a text that stands in two documents is embedded once, and both passages are found', () => {
    corpus.db.exec('SAVEPOINT twice');
    const query = queryNear(6);
    corpus.embeddings().put([embedded('boilerplate', query)]);
    const ids = ['z.md', 'y.md'].map((path) => corpus.document(path, ['boilerplate']));
    const found = ask(query, { k: 2 });
    expect(found.map(({ distance }) => distance)).toEqual([0, 0]);
    const paths = found.map(({ id }) =>
      corpus.db
        .prepare(
          'SELECT path FROM chunk JOIN document ON document.id = document_id WHERE chunk.id = ?',
        )
        .pluck()
        .get(id),
    );
    expect(paths, 'ties by path, not by age').toEqual(['y.md', 'z.md']);
    const [first] = ids;
    expect(ask(query, { k: 2, documentIds: [first ?? -1] })[1]?.distance).toBeUndefined();
    corpus.db.exec('ROLLBACK TO twice; RELEASE twice');
  });
});

describe('the same query on the same corpus', () => {
  it('gives the same list, ties included, in every way to search', () => {
    const small = emptyCorpus(8);
    const store = small.embeddings();
    const same = topicSpace(8, seeded(1)).vector(new Float32Array(64));
    const inputs = Array.from({ length: 30 }, (_, i) => `tie ${i}`);
    store.put(inputs.map((input) => embedded(input, same)));
    for (const path of ['c.md', 'a.md', 'b.md']) small.document(path, inputs.slice(0, 20));
    const list = (limit: number): unknown =>
      vectorIndex(small.db)
        .nearest({
          ...{ space: small.space, vector: same, k: limit, documentIds: null, exact: false },
        })
        .map(({ id }) =>
          small.db
            .prepare(`SELECT path || ':' || ordinal FROM chunk
            JOIN document ON document.id = document_id WHERE chunk.id = ?`)
            .pluck()
            .get(id),
        );
    const expected = ['a', 'b', 'c'].flatMap((name) =>
      inputs.slice(0, 20).map((_, i) => `${name}.md:${i}`),
    );
    expect(list(60)).toEqual(expected);
    expect(list(25)).toEqual(expected.slice(0, 25));
    small.close();
  });
});
