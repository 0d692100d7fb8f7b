import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../../src/store/sqlite/connection.ts';
import { prepareWords } from '../../../../../src/store/sqlite/words/state.ts';
import { openConnection } from '../../../../helpers/connection.ts';
import { addSource, find, found, idOf, store } from './words-corpus.ts';

let file: Connection;

beforeEach(() => {
  file = openConnection(':memory:', 'memory', 0);
  addSource(file.db);
  prepareWords(file.db);
});

afterEach(() => file.close());

describe('words', () => {
  beforeEach(() => {
    store(
      file.db,
      { path: 'cats.md', chunks: ['黒猫は夜に鳴く。', '猫背を直す体操'] },
      { path: 'dogs.md', chunks: ['犬は庭で走る。'] },
      { path: 'api/users.md', chunks: ['Call `getUserName()` once.'], title: 'Accounts' },
      { path: 'embedding.md', chunks: ['埋め込みモデルの設定'], headings: ['ﾍﾞｸﾄﾙ検索'] },
    );
  });

  it.each([
    ['a natural sentence that shares only some words', '庭を走っている犬はいますか', 'dogs.md#0'],
    ['one absent word', '埋め込み zzzzzz', 'embedding.md#0'],
    ['one kanji at the start of a word', '猫', 'cats.md#1'],
    ['one kanji at the end of a word', '猫', 'cats.md#0'],
    ['half-width katakana in a heading', 'ベクトル', 'embedding.md#0'],
    ['a whole identifier in lower case', 'getusername', 'api/users.md#0'],
    ['an identifier in another style', 'get_user_name', 'api/users.md#0'],
    ['a part of an identifier', 'user', 'api/users.md#0'],
    ['a title', 'account', 'api/users.md#0'],
    ['a path', 'api', 'api/users.md#0'],
  ])('%s', (_, query, place) => {
    expect(found(file.db, query)).toContain(place);
  });

  it('find nothing only if nothing of the query is there', () => {
    expect(find(file.db, 'zzzzzz')).toEqual([]);
    expect(find(file.db, '')).toEqual([]);
    expect(find(file.db, '!?「」')).toEqual([]);
  });

  it('in a title count more than in a text', () => {
    store(
      file.db,
      { path: 'x.md', chunks: ['something about a harbour here'] },
      { path: 'y.md', chunks: ['something about a seaside here'], title: 'Harbour' },
    );
    expect(found(file.db, 'harbour')).toEqual(['y.md#0', 'x.md#0']);
  });

  it('have scores above 0, best first, at most k', () => {
    const matches = find(file.db, '猫 犬 埋め込み', { k: 3 });
    expect(matches).toHaveLength(3);
    expect(
      matches.every(({ score }, i) => score > 0 && score <= (matches[i - 1]?.score ?? 99)),
    ).toBe(true);
  });
});

describe('quoted phrases', () => {
  beforeEach(() => {
    store(
      file.db,
      { path: 'a.md', chunks: ['The running cats sleep.', 'He runs a cat hotel in 東京都庁。'] },
      { path: 'b.md', chunks: ['Cats, running: 都庁は東京にある', 'call getUserName now'] },
      { path: 'c.md', chunks: ['art of state'], title: 'State of the art' },
    );
  });

  it.each([
    ['"running cats"', ['a.md#0']],
    ['"RUNNING　CATS"', ['a.md#0']],
    ['＂running cats＂', ['a.md#0']],
    ['＂running cats＂', ['a.md#0']],
    ['"runs"', ['a.md#1']],
    ['"東京都"', ['a.md#1']],
    ['"東京"', ['a.md#1', 'b.md#0']],
    ['"京都"', ['a.md#1']],
    ['"庁"', ['a.md#1', 'b.md#0']],
    ['"は東"', ['b.md#0']],
    ['"cats running"', ['b.md#0']],
    ['"tate of"', []],
    ['"state of the art"', ['c.md#0']],
    ['"getusername"', ['b.md#1']],
    ['"getUserName now"', ['b.md#1']],
    ['"user name"', []],
    ['"no such phrase" cats', []],
    ['cats "東京都"', ['a.md#1']],
    ['"running cats" "sleep"', ['a.md#0']],
  ])('%s', (query, places) => {
    expect(found(file.db, query).sort()).toEqual(places);
  });

  it('without their other half, or with nothing in them, are ordinary text', () => {
    expect(found(file.db, '"running cats')).toHaveLength(found(file.db, 'running cats').length);
    expect(found(file.db, '"" cats')).toEqual(found(file.db, 'cats'));
  });
});

describe('nothing that is typed is syntax', () => {
  beforeEach(() => store(file.db, { path: 'a.md', chunks: ['cats and dogs near 東京 text:'] }));

  it.each([
    'cats AND',
    'NOT cats',
    'NEAR(cats dogs)',
    'text: cats',
    'cats*',
    '^cats',
    '--cats',
    '{text} : cats',
    "cats' OR 1=1 --",
    '(cats',
    'cats)',
    'cats + dogs',
    'OR',
    '"""',
    'cats "',
    "''",
    'cats\0dogs',
    '%cats_',
    '\ud83dcats',
  ])('%j', (query) => {
    const places = query.includes('cats') ? ['a.md#0'] : [];
    expect(found(file.db, query)).toEqual(places);
  });

  it('any text is a query', () => {
    const unit = fc.constantFrom(...'ab"*()^:{}+-.,\'# \\\0猫のがー漢𠮷\ud83dORANDNEAR');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (query) => {
        expect(find(file.db, query).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it('a pasted page is a query', () => {
    const page = Array.from({ length: 5000 }, (_, i) => `word${i} 単語${i}`).join(' ');
    expect(found(file.db, `${page} cats`)).toEqual(['a.md#0']);
  });
});

describe('filters and order', () => {
  it('only documents of the filter are ranked', () => {
    const documents = Array.from({ length: 30 }, (_, i) => ({
      path: `${i}.md`,
      chunks: ['cats '.repeat(30 - i)],
    }));
    store(file.db, ...documents);
    const documentIds = ['28.md', '29.md'].map((path) => idOf(file.db, path));
    expect(found(file.db, 'cats', { k: 1, documentIds })).toHaveLength(1);
    expect(found(file.db, 'cats', { documentIds }).sort()).toEqual(['28.md#0', '29.md#0']);
    expect(found(file.db, '"cats"', { documentIds }).sort()).toEqual(['28.md#0', '29.md#0']);
    expect(found(file.db, 'cats', { documentIds: [] })).toEqual([]);
  });

  it('equal scores are in the order of places, however the corpus was built', () => {
    const documents = Array.from({ length: 90 }, (_, i) => ({
      path: `${String(i).padStart(2, '0')}.md`,
      chunks: ['same text'],
    }));
    const expected = documents.slice(0, 5).map(({ path }) => `${path}#0`);
    store(file.db, ...documents.toReversed());
    expect(found(file.db, 'same', { k: 5 })).toEqual(expected);
    expect(found(file.db, '"same text"', { k: 5 })).toEqual(expected);
  });
});

describe('very common terms', () => {
  /** Each row has nine words that nearly all have, and one of a few hundred. */
  beforeEach(() => {
    const chunks = Array.from({ length: 6000 }, (_, i) => {
      const common = Array.from({ length: 9 }, (_, word) =>
        (i >> word) % 8 === 0 ? '' : `the${word}`,
      );
      return `${common.join(' ')} topic${i % 300} filler${i}`;
    });
    store(file.db, { path: 'a.md', chunks });
  });

  const common = Array.from({ length: 9 }, (_, word) => `the${word}`).join(' ');

  it('count for scores, however few are wanted', () => {
    const pruned = find(file.db, `${common} topic7`, { k: 10 });
    const whole = find(file.db, `${common} topic7`, { k: 5000 });
    expect(pruned).toEqual(whole.slice(0, 10));
  });

  it('are searched all the same if there is nothing else', () => {
    expect(find(file.db, common)).toHaveLength(10);
  });
});
