/** Segments that are folded, lose rows and are merged, against an index that is made at once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../../src/store/sqlite/connection.ts';
import { documentWriter } from '../../../../../src/store/sqlite/document-writer.ts';
import { wordsState } from '../../../../../src/store/sqlite/words/examine.ts';
import { foldFresh } from '../../../../../src/store/sqlite/words/fold.ts';
import {
  compactWords,
  maintainWords,
  optimizeWords,
} from '../../../../../src/store/sqlite/words/maintain.ts';
import { prepareWords } from '../../../../../src/store/sqlite/words/state.ts';
import { openConnection } from '../../../../helpers/connection.ts';
import { addSource, ask, found, idOf, store, type TestDocument } from './words-corpus.ts';

const QUERIES = ['the0 the1 topic7', 'only77 again', '東京都の猫3', '都', '"topic7 only7"', 'md x'];

let file: Connection;

beforeEach(() => {
  file = openConnection(':memory:', 'memory', 0);
  addSource(file.db);
  prepareWords(file.db);
});

afterEach(() => file.close());

/** Words of every frequency, some of them hundreds of times in a passage. */
function documentOf(i: number): TestDocument {
  const common = Array.from({ length: 6 }, (_, word) =>
    i % (word + 2) === 0 ? `the${word}` : 'a',
  );
  const often = 'again '.repeat(i % 97 === 0 ? 400 : 1);
  const text = `${common.join(' ')} topic${i % 50} only${i} ${often} 東京都の猫${i % 9}`;
  return { path: `x/${i}.md`, chunks: [text, `more ${text}`], title: `Title the${i % 4}` };
}

function write(from: number, to: number): void {
  const documents = Array.from({ length: to - from }, (_, i) => documentOf(from + i));
  store(file.db, ...documents);
}

function remove(...numbers: readonly number[]): void {
  const documents = documentWriter(file.db);
  const all = file.db.transaction(() => {
    for (const i of numbers) documents.remove(idOf(file.db, `x/${i}.md`));
  });
  all.immediate();
}

const segments = (): unknown[] =>
  file.db.prepare('SELECT rows, live FROM words_segment ORDER BY id').raw().all();

/** What the queries find, by place. */
function answers({ db }: Connection): unknown {
  return QUERIES.map((query) => {
    const { matches, attainable } = ask(db, query, { k: 25 });
    return [found(db, query, { k: 25 }), matches.map(({ score }) => score), attainable];
  });
}

/** The same documents in a corpus that is made at once. */
function freshAnswers(numbers: readonly number[]): unknown {
  const fresh = openConnection(':memory:', 'memory', 0);
  addSource(fresh.db);
  prepareWords(fresh.db);
  store(fresh.db, ...numbers.map(documentOf));
  maintainWords(fresh.db);
  const all = answers(fresh);
  fresh.close();
  return all;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

describe('segments', () => {
  it('are several with rows that have gone, or these tests show nothing', () => {
    write(0, 900);
    maintainWords(file.db);
    write(900, 1000);
    maintainWords(file.db);
    remove(3, 950);
    expect(segments()).toEqual([
      [1800, 1798],
      [200, 198],
    ]);
  });

  it('and fresh passages answer as one that was made at once, before and after merging', () => {
    write(0, 900);
    maintainWords(file.db);
    write(900, 1000);
    maintainWords(file.db);
    write(1000, 1040);
    remove(...range(0, 60), 950, 1010);
    const left = [...range(60, 950), ...range(951, 1010), ...range(1011, 1040)];
    const expected = freshAnswers(left);
    expect(wordsState(file.db)).toBe('right');
    expect(answers(file)).toEqual(expected);
    compactWords(file.db);
    expect(answers(file)).toEqual(expected);
    optimizeWords(file.db);
    expect(segments()).toHaveLength(1);
    expect(wordsState(file.db)).toBe('right');
    expect(answers(file)).toEqual(expected);
  });

  it('take ids that come back: of a moved document, and of the last one', () => {
    write(0, 50);
    maintainWords(file.db);
    const last = file.db.prepare<[], number>('SELECT max(id) FROM chunk').pluck();
    const before = last.get();
    remove(49);
    store(file.db, { path: 'y.md', chunks: ['quite another passage', 'and its neighbour'] });
    expect(last.get()).toBe(before);
    const seen = { size: 1, mtimeNs: 1n, observedAtNs: 1n };
    const id = idOf(file.db, 'x/7.md');
    documentWriter(file.db).move({ id, sourceId: 1, path: 'z/7.md' }, seen);
    for (const settle of [() => {}, () => foldFresh(file.db, 1), () => optimizeWords(file.db)]) {
      settle();
      expect(found(file.db, 'only49')).toEqual([]);
      expect(found(file.db, 'neighbour')).toEqual(['y.md#1']);
      expect(found(file.db, 'only7')).toEqual(['z/7.md#0', 'z/7.md#1']);
      expect(found(file.db, 'z')).toHaveLength(2);
      expect(wordsState(file.db)).toBe('right');
    }
  });

  it('are merged when a tenth of their rows has gone, and not before', () => {
    write(0, 200);
    maintainWords(file.db);
    remove(...range(0, 20));
    compactWords(file.db);
    expect(segments()).toEqual([[400, 360]]);
    remove(20);
    compactWords(file.db);
    expect(segments()).toEqual([[358, 358]]);
  });

  it('stay few when small runs follow each other', () => {
    for (let i = 0; i < 120; i++) {
      write(i, i + 1);
      maintainWords(file.db);
      expect(segments().length).toBeLessThanOrEqual(5);
    }
    expect(answers(file)).toEqual(freshAnswers(range(0, 120)));
  });

  it('of which nothing is left are an index without passages', () => {
    write(0, 3);
    maintainWords(file.db);
    remove(0, 1, 2);
    expect(found(file.db, 'again')).toEqual([]);
    compactWords(file.db);
    expect(wordsState(file.db)).toBe('right');
    expect(found(file.db, 'again')).toEqual([]);
  });

  it('that a killed fold or merge would leave are those before it', () => {
    write(0, 40);
    maintainWords(file.db);
    write(40, 80);
    const expected = answers(file);
    const killed = file.db.transaction(() => {
      optimizeWords(file.db);
      throw new Error('killed');
    });
    expect(killed).toThrow('killed');
    expect(segments()).toHaveLength(1);
    expect(wordsState(file.db)).toBe('right');
    expect(answers(file)).toEqual(expected);
  });
});
