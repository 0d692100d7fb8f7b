/** States in `meta`, deleted vectors and vectors that no writer leaves. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codesDerivedState } from '../../../../src/store/sqlite/codes/examine.ts';
import { CODES_KEY, readMean } from '../../../../src/store/sqlite/codes/tables.ts';
import { readMeta, writeMeta } from '../../../../src/store/sqlite/meta.ts';
import { expectRightCodes, liveIds, stateOf } from '../../../unit/store/sqlite/codes/corpora.ts';
import {
  addFew,
  type DamageShop,
  DIMENSIONS,
  damageShop,
  expectExact,
  FLOAT,
  queries,
} from '../../../unit/store/sqlite/codes/damage.ts';

let files: DamageShop;
beforeAll(() => {
  files = damageShop();
});
afterEach(() => files.closeAll());
afterAll(() => files.remove());

describe('a state that no writer leaves', () => {
  const VALUES: Readonly<Record<string, unknown>> = {
    text: '240',
    negative: -5,
    huge: 1e300,
    'the largest that is whole': Number.MAX_SAFE_INTEGER,
    'beyond memory': 2 ** 36,
    many: 20_000_000,
    few: 300,
    fraction: 1.5,
    null: null,
    nested: { valueOf: 1 },
    list: [1],
    true: true,
  };

  it.each(Object.keys(VALUES))('%s where a number is expected', (what) => {
    const path = files.changed(() => {});
    const search = files.search(path);
    const corpus = files.write(path);
    const state = readMeta<object>(corpus.db, CODES_KEY);
    for (const key of ['averaged', 'coded', 'gone']) {
      writeMeta(corpus.db, CODES_KEY, {
        ...{ ...state, revision: `${key} ${what}`, built: `${key} ${what}` },
        [key]: VALUES[what],
      });
      expectExact(search);
    }
    for (const key of ['revision', 'built', 'space', 'recipe']) {
      writeMeta(corpus.db, CODES_KEY, { ...state, [key]: { what } });
      expectExact(search);
    }
  });

  it.each(Object.keys(VALUES))('%s for the number of codes is mended by a writer', (what) => {
    for (const addsFirst of [false, true]) {
      const path = files.changed(() => {});
      const corpus = files.write(path);
      const state = readMeta<object>(corpus.db, CODES_KEY);
      writeMeta(corpus.db, CODES_KEY, { ...state, coded: VALUES[what] });
      if (addsFirst) addFew(corpus);
      expectExact(files.search(path));
      corpus.maintain();
      expectRightCodes(corpus.db);
      files.closeAll();
    }
  });

  it.each([
    'null',
    '[]',
    '"text"',
    '7',
    '{}',
    '{"recipe":1}',
    '{"recipe":1,"space":1}',
    'no JSON',
    '',
  ])('or %s, is replaced by the next writer', (value) => {
    const path = files.changed((db) =>
      db.prepare('UPDATE meta SET value = ? WHERE key = ?').run(value, CODES_KEY),
    );
    expectExact(files.search(path));
    const corpus = files.write(path);
    corpus.maintain();
    expectRightCodes(corpus.db);
  });
});

describe('deleted vectors that make no sense', () => {
  const GONE: Readonly<Record<string, string>> = {
    'all of them': 'INSERT OR REPLACE INTO vector_gone SELECT id, 1000000 FROM embedding',
    'half of them': 'INSERT INTO vector_gone SELECT id, 5000 FROM embedding WHERE id % 2',
    'none of them': 'DELETE FROM vector_gone',
    'before no place': 'UPDATE vector_gone SET before = 0',
    'before a place below 0': 'UPDATE vector_gone SET before = -9223372036854775807 - 1',
    'other ids': 'UPDATE vector_gone SET id = -id',
    'ids that are huge': 'UPDATE vector_gone SET id = 9223372036854775807 - id',
  };

  it.each(Object.entries(GONE))('%s: a search is as without, and the doctor says so', (_, sql) => {
    const path = files.changed((db) => db.exec(sql));
    const search = files.search(path);
    expectExact(search);
    const corpus = files.write(path);
    expect(codesDerivedState(corpus.db, corpus.space)).toBe('wrong');
    addFew(corpus);
    expectExact(search);
  });

  it('before all places is what a writer may say of those that are not there', () => {
    const path = files.changed((db) =>
      db.exec(`UPDATE vector_gone SET before = 9223372036854775807;
        INSERT INTO vector_gone VALUES (-1, 5), (1 << 45, 1 << 50)`),
    );
    expectExact(files.search(path));
    expectRightCodes(files.write(path).db);
  });
});

describe('vectors that are not what they should be', () => {
  const BROKEN: Readonly<Record<string, string>> = {
    short: `x'00'`,
    empty: `x''`,
    long: 'zeroblob(100000)',
  };
  const FORGET = `DELETE FROM meta WHERE key = '${CODES_KEY}'`;

  it.each(Object.entries(BROKEN))('too %s: the file is damaged, which a search says', (_, blob) => {
    const path = files.changed((db) =>
      db.exec(`UPDATE embedding SET vector = ${blob} WHERE id % 3 = 0`),
    );
    const search = files.search(path);
    const [query] = queries as [Float32Array];
    for (const exact of [true, false]) {
      expect(() => search.nearest(query, { exact, k: 3_000 })).toThrow(
        expect.objectContaining({ code: 'SQLITE_ERROR' }),
      );
    }
    // A writer goes on: what is none has a code as any other.
    const corpus = files.write(path);
    corpus.db.exec(FORGET);
    corpus.maintain();
    expect(stateOf(corpus.db).coded).toBe(liveIds(corpus.db).length);
    expectRightCodes(corpus.db);
  });

  it('of no numbers, or too long, spoil neither mean nor codes', () => {
    const [nan, long] = [FLOAT.nan, FLOAT.huge].map((float) =>
      float.slice(2, -1).repeat(DIMENSIONS),
    );
    const path = files.changed((db) =>
      db.exec(`UPDATE embedding SET vector = x'${nan}' WHERE id % 50 = 0;
        UPDATE embedding SET vector = x'${long}' WHERE id % 50 = 1;
        DELETE FROM chunk WHERE input_hash IN (SELECT input_hash FROM embedding WHERE id % 50 < 2);
        ${FORGET}`),
    );
    const corpus = files.write(path);
    corpus.maintain();
    expectRightCodes(corpus.db);
    const mean = readMean(corpus.db, corpus.space) ?? new Float32Array();
    expect(mean).toHaveLength(DIMENSIONS);
    expect(Math.hypot(...mean)).toBeGreaterThan(0.1);
    expect(Math.hypot(...mean)).toBeLessThan(1);
    expectExact(files.search(path));
  });

  it('with ids beyond what codes hold are searched without codes', () => {
    const path = files.changed((db) =>
      db.exec('UPDATE embedding SET id = id + (1 << 45) WHERE id % 2 = 0'),
    );
    const corpus = files.write(path);
    addFew(corpus);
    expectExact(files.search(path));
    corpus.maintain();
    expect(stateOf(corpus.db).coded).toBe(0);
    expectExact(files.search(path));
  });
});
