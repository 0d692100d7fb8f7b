/**
 * A corpus file may come from elsewhere or be damaged. Whatever its tables of codes say, a search gives
 * what it would give without them, and the next writer makes them anew.
 */
import type Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codesDerivedState } from '../../../../src/store/sqlite/codes/examine.ts';
import { rebuildCodes } from '../../../../src/store/sqlite/codes/maintain.ts';
import { expectRightCodes, stateOf } from '../../../unit/store/sqlite/codes/corpora.ts';
import {
  addFew,
  type DamageShop,
  damageShop,
  expectExact,
  FLOAT,
  queries,
} from '../../../unit/store/sqlite/codes/damage.ts';
import { seeded } from '../../../unit/store/sqlite/filled.ts';

let files: DamageShop;
beforeAll(() => {
  files = damageShop();
});
afterEach(() => files.closeAll());
afterAll(() => files.remove());

/** Puts bytes over those that begin at a byte (from 0) of every segment that a condition holds of. */
function overwrite(at: number, bytes: string, where = 'TRUE'): string {
  return `UPDATE vector_codes SET codes =
      CAST(substr(codes, 1, ${at}) || ${bytes} || substr(codes, ${at} + 1 + length(${bytes})) AS BLOB)
    WHERE ${where}`;
}

const STRICT = (sql: string): string =>
  `PRAGMA writable_schema = ON; ${sql}; PRAGMA writable_schema = RESET`;

/** Changes that a writer sees by declarations and sizes alone. */
const SHAPES: Readonly<Record<string, string>> = {
  'segments cut off': 'UPDATE vector_codes SET codes = substr(codes, 1, length(codes) - 1)',
  'segments too long': `UPDATE vector_codes SET codes = CAST(codes || x'00' AS BLOB)`,
  'empty segments': `UPDATE vector_codes SET codes = x''`,
  'a segment of another width': `UPDATE vector_codes SET codes = CAST(codes || codes AS BLOB) WHERE segment = 7`,
  'a huge segment': 'UPDATE vector_codes SET codes = zeroblob(50000000) WHERE segment = 3',
  'larger sizes': 'UPDATE vector_codes SET size = size + 1',
  'huge sizes': 'UPDATE vector_codes SET size = 1 << 40',
  'the largest sizes': 'UPDATE vector_codes SET size = 9223372036854775807',
  'negative sizes': 'UPDATE vector_codes SET size = -size',
  'no sizes': 'UPDATE vector_codes SET size = 0',
  'a smaller last segment':
    'UPDATE vector_codes SET size = size - 1 WHERE segment = (SELECT max(segment) FROM vector_codes)',
  'no segments': 'DELETE FROM vector_codes',
  'half of the segments': 'DELETE FROM vector_codes WHERE segment % 2',
  'no first segment': 'DELETE FROM vector_codes WHERE segment = 0',
  'no last segment':
    'DELETE FROM vector_codes WHERE segment = (SELECT max(segment) FROM vector_codes)',
  'other numbers of segments': 'UPDATE vector_codes SET segment = -1 - segment',
  'no tables': 'DROP TABLE vector_codes; DROP TABLE vector_gone',
  'no table of deleted vectors': 'DROP TABLE vector_gone',
  'another column': 'ALTER TABLE vector_codes ADD COLUMN more TEXT',
  'a renamed column': 'ALTER TABLE vector_codes RENAME COLUMN codes TO code',
  'an index of someone else': 'CREATE INDEX slow ON vector_codes (hex(codes))',
  'a view in the place of deleted vectors': `ALTER TABLE vector_gone RENAME TO g;
    CREATE VIEW vector_gone AS SELECT id, before FROM g`,
  'a view without end': `ALTER TABLE vector_codes RENAME TO c;
    CREATE VIEW Vector_Codes AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i AS segment, 1 AS size, x'00' AS codes FROM n`,
  'a table of text': `CREATE TABLE c AS SELECT segment, size, hex(codes) AS codes FROM vector_codes;
    DROP TABLE vector_codes; ALTER TABLE c RENAME TO vector_codes`,
  'text where the schema says bytes': `${STRICT("UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'vector_codes'")};
    UPDATE vector_codes SET codes = hex(codes), size = 'many';
    ${STRICT("UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'vector_codes'")}`,
};

/** What only those see who read the codes. */
const CONTENTS: Readonly<Record<string, string>> = {
  'factors that are not numbers': overwrite(1024, FLOAT.nan),
  'an infinite factor': overwrite(1024 + 4 * 100, FLOAT.infinite, 'segment = 5'),
  'huge factors': overwrite(1024, FLOAT.huge),
  'biases that are not numbers': overwrite(2048, FLOAT.nan),
  'an infinite bias': overwrite(2048 + 4 * 255, FLOAT.infinite, 'segment = 5'),
  'huge biases': overwrite(2048, FLOAT.huge, 'segment = 0'),
  'a mean that is gone': 'UPDATE space SET mean = NULL',
  'a mean that is cut off': 'UPDATE space SET mean = substr(mean, 1, 8)',
};

/** Which nothing shows but the doctor: candidates are worse, or others, and are compared exactly. */
const UNSEEN: Readonly<Record<string, string>> = {
  'ids that are not there': overwrite(0, `x'ffffffff'`),
  'the same id everywhere': overwrite(0, `x'01000000'`),
  'signs that are others': overwrite(3072, `x'ffffffffffffffff'`),
  'factors that are others': overwrite(1024, `x'0000003f'`),
};

describe.each(Object.entries({ ...SHAPES, ...CONTENTS }))('%s', (_, sql) => {
  it('are done without, are found by the doctor, and do not stop a writer', () => {
    const path = files.changed((db) => db.exec(sql));
    const search = files.search(path);
    expectExact(search);
    const corpus = files.write(path);
    expect(codesDerivedState(corpus.db, corpus.space)).toBe('wrong');
    addFew(corpus);
    expectExact(search);
    rebuildCodes(corpus.db, corpus.space);
    expectRightCodes(corpus.db);
    expectExact(search);
  });
});

it.each(Object.entries(SHAPES))('%s are made anew by the next writer', (_, sql) => {
  const path = files.changed((db) => db.exec(sql));
  const search = files.search(path);
  const corpus = files.write(path);
  corpus.maintain();
  expectRightCodes(corpus.db);
  expect(stateOf(corpus.db).gone).toBe(0);
  expectExact(search);
});

it.each(Object.entries(CONTENTS))('%s: dropped by who reads it to add, and made anew', (_, sql) => {
  const last = 'segment = (SELECT max(segment) FROM vector_codes)';
  const isInSegments = sql.includes('vector_codes');
  const path = files.changed((db) =>
    db.exec(isInSegments ? sql.replace(/WHERE.*$/, `WHERE ${last}`) : sql),
  );
  const corpus = files.write(path);
  addFew(corpus);
  expect(codesDerivedState(corpus.db, corpus.space)).toBe('none');
  corpus.maintain();
  expectRightCodes(corpus.db);
});

it.each(Object.entries(UNSEEN))('%s: neighbours have their true distances', (_, sql) => {
  const path = files.changed((db) => db.exec(sql));
  const search = files.search(path);
  for (const query of queries) {
    const truth = search.nearest(query, { exact: true, k: 7000 });
    const byId = new Map(truth.map(({ id, distance }) => [id, distance]));
    const found = search.nearest(query);
    expect(found).toHaveLength(10);
    for (const { id, distance } of found) expect(distance).toBe(byId.get(id));
  }
  const corpus = files.write(path);
  expect(codesDerivedState(corpus.db, corpus.space)).toBe('wrong');
});

describe('damage by chance', () => {
  it('never is more than a worse list of neighbours', () => {
    const random = seeded(20_261_125);
    for (let round = 0; round < 40; round++) {
      const path = files.changed((db) => damage(db, random));
      const search = files.search(path);
      for (const query of queries.slice(0, 2)) {
        const found = search.nearest(query);
        expect(found).toHaveLength(10);
        expect(new Set(found.map(({ id }) => id)).size).toBe(10);
        expect(found).toEqual([...found].sort((a, b) => a.distance - b.distance));
      }
      if (round % 8 === 0) {
        files.write(path).maintain();
        expect(search.nearest(queries[0] as Float32Array)).toHaveLength(10);
      }
      files.closeAll();
    }
  });

  function damage(db: Database.Database, random: () => number): void {
    const pick = (below: number): number => Math.floor(random() * below);
    const rows = db.prepare<[], { segment: number; codes: Buffer }>(
      'SELECT segment, codes FROM vector_codes ORDER BY segment',
    );
    const update = db.prepare('UPDATE vector_codes SET codes = ? WHERE segment = ?');
    const how = pick(4);
    for (const { segment, codes } of rows.all()) {
      if (random() < 0.3) continue;
      if (how === 0) {
        for (let i = 0; i < 5; i++) codes[pick(codes.length)] = pick(256);
        update.run(codes, segment);
      }
      if (how === 1) update.run(codes.subarray(0, pick(codes.length + 1)), segment);
      if (how === 2) {
        update.run(Buffer.concat([codes, Buffer.alloc(pick(500), pick(256))]), segment);
      }
      if (how === 3) db.prepare('DELETE FROM vector_codes WHERE segment = ?').run(segment);
    }
  }
});
