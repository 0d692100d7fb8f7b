/** Posting lists read from FTS5's pages, and scores from them, against what FTS5 itself says. */
import type { Database } from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentStore } from '../../../src/storage/documents.ts';
import { pageReader, readSegments, type Segments } from '../../../src/storage/fts5-segments.ts';
import { prepareLexical } from '../../../src/storage/lexical.ts';
import { type CorpusFile, openCorpusFile } from '../../../src/storage/open.ts';
import { locateList, readList } from '../../../src/storage/postings.ts';
import { anyOf, COLUMN_WEIGHTS, rankAll } from '../../../src/storage/table-ranking.ts';
import { searchTerms } from '../../../src/storage/term-search.ts';
import { queryTerms } from '../../../src/text/terms.ts';
import { addSource, find, idOf, store } from './lexical-corpus.ts';

let file: CorpusFile;

/** Texts with words of every frequency, some of them many times in a row: lists over many pages. */
function textOf(i: number): string {
  const common = Array.from({ length: 12 }, (_, word) =>
    (i * 7 + word * 3) % (word + 2) === 0 ? `the${word}` : 'a',
  );
  const often = i % 97 === 0 ? 'again '.repeat(3000) : 'again';
  return `${common.join(' ')} topic${i % 50} only${i} ${often} 東京都の猫${i % 9} getUserName${i % 5}`;
}

beforeAll(() => {
  file = openCorpusFile(':memory:', 'memory', 0);
  addSource(file.db);
  prepareLexical(file.db);
  const { db } = file;
  const write = (from: number, to: number, by = 1) => {
    for (let i = from; i < to; i += by) {
      store(db, {
        path: `${i}.md`,
        chunks: [textOf(i), textOf(i + 1)],
        title: `Title the${i % 4}`,
      });
    }
  };
  const many = Array.from({ length: 2500 }, (_, i) => ({ path: `x/${i}.md`, chunks: [textOf(i)] }));
  store(db, ...many);
  write(0, 300);
  // Rows that go, rows that come back under their old id, and rows that change.
  const documents = documentStore(db);
  db.transaction(() => {
    for (let i = 0; i < 900; i += 3) documents.remove(idOf(db, `x/${i}.md`));
  })();
  const seen = { size: 1, mtimeNs: 1n, observedAtNs: 1n };
  documents.move(idOf(db, 'x/1.md'), { sourceId: 1, path: 'y/東京.md' }, seen);
  write(0, 300, 7);
}, 60_000);

afterAll(() => file.close());

const TERMS = [
  ...['a', 'the0', 'the1', 'the11', 'topic7', 'only77', 'again', '東京', '京都', '都の', 'nowhere'],
  ...['getusername3', 'md', 'titl', '0', 'x', 'z'],
];

function segmentsOf(db: Database): Segments {
  const segments = readSegments(db);
  if (segments === null) throw new Error('the format of the table is not known');
  return segments;
}

describe('posting lists', () => {
  it('lie in several segments with deleted rows, or these tests show nothing', () => {
    const { all } = segmentsOf(file.db);
    expect(all.length).toBeGreaterThan(1);
    expect(all.some(({ deleted }) => deleted.size > 0)).toBe(true);
    expect(all.some(({ firstPage, lastPage }) => lastPage - firstPage > 20)).toBe(true);
  });

  it.each(TERMS)('of %j have the rows that FTS5 finds', (term) => {
    expect(rowsOf(term, false)).toEqual(matched(`"${term}"`));
  });

  it.each(['t', 'the', 'topic', '東', 'only1', '9', 'zz'])(
    'of everything that begins with %j',
    (term) => {
      expect(rowsOf(term, true)).toEqual(matched(`"${term}"*`));
    },
  );

  function rowsOf(term: string, prefix: boolean): number[] {
    const reader = pageReader(file.db);
    const place = locateList({ segments: segmentsOf(file.db), reader }, { term, prefix });
    const { rows, count, seen } = readList(reader, place, { weights: COLUMN_WEIGHTS, marks: null });
    expect(seen).toBe(count);
    return [...rows.subarray(0, count)].sort((a, b) => a - b);
  }

  function matched(expression: string): number[] {
    return file.db
      .prepare<[string], number>('SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH ?')
      .pluck()
      .all(expression);
  }
});

describe('scores', () => {
  it.each([
    'topic7',
    'only77 the1 the2',
    'the3 the4 topic9 again',
    '東京都の猫3',
    '都 topic3',
    'get_user_name title y',
    'nowhere topic1',
    Array.from({ length: 12 }, (_, word) => `the${word}`).join(' '),
  ])('of %j are those of FTS5, and the best rows are the same', (query) => {
    const terms = queryTerms(query);
    const expected = rankAll(file.db, anyOf(terms), null).slice(0, 10);
    const found = find(file.db, query, { k: 10 });
    expect(found.map(({ score }) => score)).toEqual(
      expected.map(({ rank }) => expect.closeTo(-rank, 9)),
    );
  });

  it.each([1, 0.5, 0.02])('of a filter that keeps %d of the documents as well', (share) => {
    const all = file.db.prepare<[], number>('SELECT id FROM document').pluck().all();
    const documentIds = all.filter((id) => (id * 31) % 100 < share * 100);
    const expected = rankAll(file.db, anyOf(queryTerms('the3 topic9')), documentIds).slice(0, 10);
    const found = find(file.db, 'the3 topic9', { k: 10, documentIds });
    expect(found.map(({ score }) => score)).toEqual(
      expected.map(({ rank }) => expect.closeTo(-rank, 9)),
    );
  });

  it('of a filter of very many documents as well', () => {
    const all = file.db.prepare<[], number>('SELECT id FROM document').pluck().all();
    const few = all.filter((id) => id % 40 === 0);
    const expected = find(file.db, 'the3 topic9', { k: 10, documentIds: few });
    const absent = Array.from({ length: 30_000 }, (_, i) => 1_000_000 + i);
    const found = find(file.db, 'the3 topic9', { k: 10, documentIds: [...few, ...absent] });
    expect(expected).toHaveLength(10);
    expect(found).toEqual(expected);
  });

  it('are below what the terms could reach', () => {
    const search = { weights: COLUMN_WEIGHTS, k: 5, filter: null };
    const terms = queryTerms('topic7 nowhere');
    const { rows, attainable } = searchTerms(file.db, {
      ...search,
      ...{ terms, segments: segmentsOf(file.db) },
    });
    expect(Math.max(...rows.map(({ score }) => score))).toBeLessThan(attainable);
  });
});

describe('a table of a format that is not known', () => {
  it('is ranked by FTS5', () => {
    const { db } = file;
    const setVersion = (version: number) => {
      db.unsafeMode(true);
      db.prepare(`UPDATE chunk_terms_config SET v = ? WHERE k = 'version'`).run(version);
      db.unsafeMode(false);
    };
    const known = find(db, 'topic7 the1 nowhere', { k: 10 });
    // FTS5 reads 5 as well: 4, and rows that are erased in place.
    setVersion(5);
    try {
      expect(readSegments(db)).toBeNull();
      expect(find(db, 'topic7 the1 nowhere', { k: 10 })).toEqual(
        known.map(({ chunkId, score }) => ({ chunkId, score: expect.closeTo(score, 9) })),
      );
    } finally {
      setVersion(4);
    }
  });
});
