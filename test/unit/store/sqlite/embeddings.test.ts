/** What is left to embed, and what nobody needs any more: looked at whole, or by name. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { embedded, emptyCorpus, type Filled, hashOf, seeded, topicSpace } from './filled.ts';

const topics = topicSpace(8, seeded(3));
let corpus: Filled;
beforeEach(() => {
  corpus = emptyCorpus(8);
});
afterEach(() => corpus.close());

const put = (...names: string[]): void => {
  corpus.embeddings().put(names.map((name) => embedded(name, topics.vector(topics.place()))));
};
const fail = (name: string): void =>
  corpus.embeddings().fail({ inputHash: hashOf(name), code: 'X', message: 'x' }, 0);
const hashes = (found: Iterable<{ inputHash: Buffer }>): string[] =>
  [...found].map(({ inputHash }) => inputHash.toString('hex'));
const stored = (): number =>
  Number(corpus.db.prepare('SELECT count(*) FROM embedding').pluck().get());

describe('inputs without a vector', () => {
  it('are all of them, or those that failed before, in the order of their chunks', () => {
    corpus.document('a.md', ['t1', 't2', 't3', 't4', 't2']);
    put('t3');
    fail('t4');
    fail('t2');
    const expected = (...names: string[]) => names.map((name) => hashOf(name).toString('hex'));
    expect(hashes(corpus.embeddings().missing([]))).toEqual(expected('t1', 't2', 't4'));
    expect(hashes(corpus.embeddings().missing([], 'failed'))).toEqual(expected('t2', 't4'));
    put('t2', 't4');
    expect(hashes(corpus.embeddings().missing([], 'failed'))).toEqual([]);
  });
});

it('a vector that is put twice is stored once and does not fail', () => {
  put('t1');
  put('t1', 't2', 't2');
  expect(stored()).toBe(2);
});

describe('vectors that no chunk uses', () => {
  it('are deleted among the named inputs only, or all', () => {
    corpus.document('a.md', ['t1', 't2']);
    put('t1', 't2', 'old1', 'old2', 'old3');
    const named = [hashOf('t1'), hashOf('old1'), hashOf('old1'), hashOf('never')];
    expect(corpus.embeddings().prune(named)).toBe(1);
    expect(stored()).toBe(4);
    expect(corpus.embeddings().prune([])).toBe(0);
    expect(corpus.embeddings().prune()).toBe(2);
    expect(stored()).toBe(2);
  });
});
