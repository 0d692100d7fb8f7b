/** What is left to embed, and what nobody needs any more: looked at whole, or by name. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMissing } from '../../../../src/store/sqlite/missing-inputs.ts';
import { hashOf } from '../../../helpers/stored-document.ts';
import { embedded, emptyCorpus, type Filled, seeded, topicSpace } from './filled.ts';

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
const missing = (among: 'all' | 'failed'): readonly string[] =>
  readMissing(corpus.db, corpus.space.id, { except: [], among, from: 0 }).inputs.map(
    ({ text }) => text,
  );
const stored = (): number =>
  Number(corpus.db.prepare('SELECT count(*) FROM embedding').pluck().get());

describe('inputs without a vector', () => {
  it('are all of them, or those that failed before, in the order of their chunks', () => {
    corpus.document('a.md', ['t1', 't2', 't3', 't4', 't2']);
    put('t3');
    fail('t4');
    fail('t2');
    expect(missing('all')).toEqual(['t1', 't2', 't4']);
    expect(missing('failed')).toEqual(['t2', 't4']);
    put('t2', 't4');
    expect(missing('failed')).toEqual([]);
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
    expect(corpus.embeddings().prune(null)).toBe(2);
    expect(stored()).toBe(2);
  });
});
