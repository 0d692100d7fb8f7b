import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bitsUsable, readMean } from '../../../src/storage/bits.ts';
import { readMeta, writeMeta } from '../../../src/storage/meta.ts';
import { signBits } from '../../../src/storage/vectors.ts';
import { embedded, emptyCorpus, type Filled, seeded, topicSpace } from './filled.ts';

const DIMENSIONS = 12;
const topics = topicSpace(DIMENSIONS, seeded(7));
let corpus: Filled;

beforeEach(() => {
  corpus = emptyCorpus(DIMENSIONS);
});
afterEach(() => corpus.close());

function put(from: number, to: number): void {
  const store = corpus.embeddings();
  const count = to - from;
  store.put(
    Array.from({ length: count }, (_, i) =>
      embedded(`t${from + i}`, topics.vector(topics.place())),
    ),
  );
}

/** The table's rows against what the vectors say they must be. */
function expectInStep(): void {
  const mean = readMean(corpus.db, corpus.space) ?? new Float32Array(0);
  expect(mean).toHaveLength(DIMENSIONS);
  const bits = corpus.db.prepare('SELECT rowid AS id, bits FROM embedding_bits ORDER BY 1').all();
  const vectors = corpus.db
    .prepare<[], { id: number; vector: Buffer }>('SELECT id, vector FROM embedding ORDER BY id')
    .all();
  const expected = vectors.map(({ id, vector }) => {
    const values = new Float32Array(new Uint8Array(vector).buffer);
    return { id, bits: signBits(values, mean) };
  });
  expect(bits).toEqual(expected);
}

describe('embedding_bits', () => {
  it('is not there until a writer builds it, and holds no table of an empty corpus', () => {
    expect(bitsUsable(corpus.db, corpus.space)).toBe(false);
    expect(corpus.maintainBits()).toBe(false);
    put(0, 10);
    expect(bitsUsable(corpus.db, corpus.space)).toBe(false);
    expect(corpus.maintainBits()).toBe(true);
    expect(bitsUsable(corpus.db, corpus.space)).toBe(true);
    expectInStep();
  });

  it('is centred on the mean of the vectors', () => {
    const store = corpus.embeddings();
    const unit = (at: number): Float32Array => {
      const vector = new Float32Array(DIMENSIONS);
      vector[at] = 1;
      return vector;
    };
    store.put([embedded('a', unit(0)), embedded('b', unit(1))]);
    corpus.maintainBits();
    expect([...(readMean(corpus.db, corpus.space) ?? [])].slice(0, 3)).toEqual([0.5, 0.5, 0]);
  });

  it('is kept in step with vectors that come and go', () => {
    put(0, 100);
    corpus.maintainBits();
    put(100, 130);
    expectInStep();
    corpus.document(
      'a.md',
      Array.from({ length: 120 }, (_, i) => `t${i + 5}`),
    );
    expect(corpus.embeddings().prune()).toBe(10);
    expectInStep();
    expect(corpus.maintainBits()).toBe(false);
  });

  it('a vector that is put twice is stored once and does not fail', () => {
    put(0, 3);
    corpus.maintainBits();
    put(0, 3);
    expectInStep();
    expect(corpus.db.prepare('SELECT count(*) FROM embedding').pluck().get()).toBe(3);
  });

  it('is rebuilt when a quarter of its slots is dead: sqlite-vec never reuses them', () => {
    put(0, 100);
    corpus.maintainBits();
    const keep = (count: number): void => {
      corpus.document(
        'a.md',
        Array.from({ length: count }, (_, i) => `t${i}`),
      );
      corpus.embeddings().prune();
    };
    keep(75);
    expect(corpus.maintainBits()).toBe(false);
    keep(74);
    expect(corpus.maintainBits()).toBe(true);
    expectInStep();
    expect(corpus.maintainBits()).toBe(false);
  });

  it('is rebuilt with a new mean when the corpus has doubled', () => {
    put(0, 50);
    corpus.maintainBits();
    put(50, 99);
    expect(corpus.maintainBits()).toBe(false);
    put(99, 100);
    expect(corpus.maintainBits()).toBe(true);
    expectInStep();
  });

  it('of another recipe is not used, and rebuilt', () => {
    put(0, 10);
    corpus.maintainBits();
    writeMeta(corpus.db, 'embedding_bits', {
      ...readMeta<object>(corpus.db, 'embedding_bits'),
      recipe: 999,
    });
    expect(bitsUsable(corpus.db, corpus.space)).toBe(false);
    expect(corpus.maintainBits()).toBe(true);
    expectInStep();
  });

  it('is built in one transaction: a failure leaves the old one', () => {
    put(0, 10);
    corpus.maintainBits();
    put(10, 20);
    corpus.db.prepare("UPDATE embedding SET vector = x'010203' WHERE id = 15").run();
    expect(() => corpus.maintainBits()).toThrow();
    expect(corpus.db.prepare('SELECT count(*) FROM embedding_bits').pluck().get()).toBe(20);
    expect(bitsUsable(corpus.db, corpus.space)).toBe(true);
  });
});
