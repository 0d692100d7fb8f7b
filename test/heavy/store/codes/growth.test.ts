/** When codes are made, and when they are made anew. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXACT_SCAN_LIMIT } from '../../../../src/model/defaults.ts';
import { makeMissingCodes } from '../../../../src/store/sqlite/codes/maintain.ts';
import {
  CODES_KEY,
  type CodesState,
  readCodesState,
  readMean,
} from '../../../../src/store/sqlite/codes/tables.ts';
import { readMeta, writeMeta } from '../../../../src/store/sqlite/meta.ts';
import { fromBytes } from '../../../../src/store/sqlite/vectors.ts';
import {
  expectRightCodes,
  stateOf,
  vectorSource,
} from '../../../unit/store/sqlite/codes/corpora.ts';
import { embedded, emptyCorpus, type Filled } from '../../../unit/store/sqlite/filled.ts';

const DIMENSIONS = 12;
const LARGE = EXACT_SCAN_LIMIT + 1_000;
const source = vectorSource(DIMENSIONS, 7);
let corpus: Filled;

beforeEach(() => {
  corpus = emptyCorpus(DIMENSIONS);
});
afterEach(() => corpus.close());

function put(from: number, to: number): void {
  const vectors = source.about(from, to - from);
  const store = corpus.db.transaction(() =>
    corpus.embeddings().put(vectors.map((vector, i) => embedded(`t${from + i}`, vector))),
  );
  store();
}

/** Only the vectors of these inputs stay. */
function keep(from: number, to: number): void {
  corpus.document(
    'a.md',
    Array.from({ length: to - from }, (_, i) => `t${from + i}`),
  );
  corpus.embeddings().prune(null);
}

/** What maintenance leaves as it is has the same revision. */
function isMadeAnew(): boolean {
  const before = readCodesState(corpus.db, corpus.space)?.built;
  corpus.maintain();
  return stateOf(corpus.db).built !== before;
}

function expectMean(): void {
  const vectors = corpus.db.prepare<[], Buffer>('SELECT vector FROM embedding').pluck().all();
  const sum = new Float64Array(DIMENSIONS);
  for (const bytes of vectors) {
    fromBytes(bytes).forEach((value, i) => {
      sum[i] = (sum[i] ?? 0) + value;
    });
  }
  const mean = readMean(corpus.db, corpus.space);
  expect([...(mean ?? [])]).toEqual(
    Array.from(sum, (value) => expect.closeTo(value / vectors.length, 5)),
  );
}

describe('a corpus that is small', () => {
  it('has no state before there are vectors', () => {
    expect(readCodesState(corpus.db, corpus.space)).toBeNull();
    corpus.maintain();
    expect(readCodesState(corpus.db, corpus.space)).toBeNull();
    expect(readMean(corpus.db, corpus.space)).toBeNull();
  });

  it('has a mean and no codes', () => {
    put(0, 100);
    corpus.maintain();
    expect(stateOf(corpus.db)).toMatchObject({ averaged: 100, coded: 0, gone: 0 });
    expectMean();
    put(100, 110);
    expect(stateOf(corpus.db).coded).toBe(0);
  });

  it('has its mean taken anew at twice the vectors, and at half of them', () => {
    put(0, 50);
    expect(isMadeAnew()).toBe(true);
    put(50, 99);
    expect(isMadeAnew()).toBe(false);
    put(99, 100);
    expect(isMadeAnew()).toBe(true);
    expectMean();
    keep(0, 51);
    expect(isMadeAnew()).toBe(false);
    keep(0, 50);
    expect(isMadeAnew()).toBe(true);
    expectMean();
  });
});

describe('while a run goes on', () => {
  it('codes are made as soon as there are too many vectors to compare all', () => {
    put(0, EXACT_SCAN_LIMIT - 500);
    makeMissingCodes(corpus.db, corpus.space);
    expect(stateOf(corpus.db).coded).toBe(0);
    put(EXACT_SCAN_LIMIT - 500, EXACT_SCAN_LIMIT);
    makeMissingCodes(corpus.db, corpus.space);
    expect(stateOf(corpus.db).coded).toBe(0);
    put(EXACT_SCAN_LIMIT, EXACT_SCAN_LIMIT + 1);
    makeMissingCodes(corpus.db, corpus.space);
    expect(stateOf(corpus.db).coded).toBe(EXACT_SCAN_LIMIT + 1);
    expectRightCodes(corpus.db);
  });

  it('vectors that follow are added to them, and nothing is made anew before its end', () => {
    put(0, LARGE);
    makeMissingCodes(corpus.db, corpus.space);
    const { built } = stateOf(corpus.db);
    for (let from = LARGE; from < 2 * LARGE; from += 1_000) {
      put(from, from + 1_000);
      makeMissingCodes(corpus.db, corpus.space);
    }
    expect(stateOf(corpus.db)).toMatchObject({ built, coded: 2 * LARGE, averaged: LARGE });
    expectRightCodes(corpus.db);
    expect(isMadeAnew()).toBe(true);
    expect(stateOf(corpus.db)).toMatchObject({ coded: 2 * LARGE, averaged: 2 * LARGE });
    expectRightCodes(corpus.db);
    expectMean();
  });
});

describe('codes', () => {
  it.each([1, 255, 256, 257, 700])('of %d vectors more go behind the others', (count) => {
    put(0, LARGE);
    corpus.maintain();
    put(LARGE, LARGE + count);
    expect(stateOf(corpus.db).coded).toBe(LARGE + count);
    expectRightCodes(corpus.db);
  });

  it('of a vector that is put twice are there once', () => {
    put(0, LARGE);
    corpus.maintain();
    put(LARGE - 10, LARGE + 10);
    expect(stateOf(corpus.db).coded).toBe(LARGE + 10);
    expectRightCodes(corpus.db);
  });

  it('are made anew when more than a tenth is of deleted vectors', () => {
    put(0, LARGE);
    corpus.maintain();
    keep(0, 0.9 * LARGE);
    expect(stateOf(corpus.db)).toMatchObject({ coded: LARGE, gone: 0.1 * LARGE });
    expectRightCodes(corpus.db);
    expect(isMadeAnew()).toBe(false);
    keep(0, 0.9 * LARGE - 1);
    expect(isMadeAnew()).toBe(true);
    expect(stateOf(corpus.db)).toMatchObject({ coded: 0.9 * LARGE - 1, gone: 0 });
    expect(corpus.db.prepare('SELECT count(*) FROM vector_gone').pluck().get()).toBe(0);
    expectRightCodes(corpus.db);
  });

  it('go when the corpus has become small', () => {
    put(0, LARGE);
    corpus.maintain();
    keep(0, 1_000);
    expect(isMadeAnew()).toBe(true);
    expect(stateOf(corpus.db)).toMatchObject({ averaged: 1_000, coded: 0, gone: 0 });
    expect(corpus.db.prepare('SELECT count(*) FROM vector_codes').pluck().get()).toBe(0);
    expectMean();
  });

  it('of another recipe are not used, and made anew', () => {
    put(0, LARGE);
    corpus.maintain();
    writeMeta(corpus.db, CODES_KEY, { ...readMeta<CodesState>(corpus.db, CODES_KEY), recipe: 999 });
    expect(readCodesState(corpus.db, corpus.space)).toBeNull();
    corpus.maintain();
    expectRightCodes(corpus.db);
  });

  it('are made in one transaction: a failure leaves the old ones', () => {
    put(0, LARGE);
    corpus.maintain();
    const before = stateOf(corpus.db);
    keep(0, 0.85 * LARGE);
    const { prepare } = corpus.db;
    corpus.db.prepare = ((sql: string) => {
      if (sql.includes('INTO vector_codes')) throw new Error('no room');
      return prepare.call(corpus.db, sql);
    }) as typeof prepare;
    expect(() => corpus.maintain()).toThrow('no room');
    corpus.db.prepare = prepare;
    expect(stateOf(corpus.db)).toMatchObject({ built: before.built, gone: 0.15 * LARGE });
    expectRightCodes(corpus.db);
  });
});
