/** Room of deleted rows comes back, and what is found stays the same. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMean } from '../../../src/storage/bits.ts';
import { compact, reclaim, sizeOf } from '../../../src/storage/compact.ts';
import { derivedWriter, maintainDerived } from '../../../src/storage/derived-vectors.ts';
import { readMeta } from '../../../src/storage/meta.ts';
import { type CorpusFile, openCorpusFile } from '../../../src/storage/open.ts';
import { addSpace, type Space } from '../../../src/storage/spaces.ts';
import { signBits, toBytes } from '../../../src/storage/vectors.ts';
import { temporaryFolders } from '../../helpers/temp.ts';
import { seeded, topicSpace } from './filled.ts';

const DIMENSIONS = 64;
const COUNT = 6000;
const topics = topicSpace(DIMENSIONS, seeded(11));
const temporary = temporaryFolders();
let file: CorpusFile;
let space: Space;

beforeEach(() => {
  file = openCorpusFile(join(temporary(), 'corpus.db'), 'write', 0);
  const identity = {
    ...{ kind: 'test', model: 'm', digest: null, dimensions: DIMENSIONS },
    ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
  };
  space = addSpace(file.db, identity, 'fingerprint', 0);
  put(COUNT);
});
afterEach(() => file.close());

function put(count: number): void {
  const { db } = file;
  const insert = db.prepare(
    'INSERT INTO embedding (space_id, input_hash, vector) VALUES (?, randomblob(32), ?)',
  );
  const store = db.transaction(() => {
    const added = Array.from({ length: count }, () => {
      const vector = topics.vector(topics.place());
      const { lastInsertRowid } = insert.run(space.id, toBytes(vector));
      return { id: Number(lastInsertRowid), vector };
    });
    derivedWriter(db, space).add(added);
  });
  store.immediate();
  maintainDerived(db, space);
}

function remove(where: string): number {
  const { db } = file;
  const ids = db.prepare<[], number>(`SELECT id FROM embedding WHERE ${where}`).pluck().all();
  const go = db.transaction(() => {
    db.exec(`DELETE FROM embedding WHERE ${where}`);
    derivedWriter(db, space).remove(ids);
  });
  go.immediate();
  return ids.length;
}

/** Ids of vectors that their own bits do not find, first and at no distance. */
function lost(): readonly number[] {
  const { db } = file;
  const mean = readMean(db, space) ?? new Float32Array(DIMENSIONS);
  const nearest = db.prepare<[Buffer], { rowid: number; distance: number }>(
    'SELECT rowid, distance FROM embedding_bits WHERE bits MATCH vec_bit(?) AND k = 20',
  );
  const rows = db
    .prepare<[], { id: number; vector: Buffer }>(
      'SELECT id, vector FROM embedding WHERE id % 9 = 0',
    )
    .all();
  expect(rows.length).toBeGreaterThan(100);
  return rows
    .filter(({ id, vector }) => {
      const values = new Float32Array(new Uint8Array(vector).buffer);
      const found = nearest.all(signBits(values, mean));
      return !found.some(({ rowid, distance }) => rowid === id && distance === 0);
    })
    .map(({ id }) => id);
}

const chunksOfBits = (): number[] =>
  file.db
    .prepare<[], number>('SELECT chunk_id FROM embedding_bits_chunks ORDER BY 1')
    .pluck()
    .all();

describe('compact', () => {
  it('makes the file smaller, on disk at once', () => {
    remove('id % 2 = 0');
    file.db.pragma('incremental_vacuum');
    const before = sizeOf(file.db);
    compact(file.db);
    expect(sizeOf(file.db)).toBeLessThan(0.8 * before);
    expect(statSync(file.path).size).toBe(sizeOf(file.db));
    expect(statSync(`${file.path}-wal`).size).toBe(0);
  });

  it('leaves bits that are found, even where whole blocks of them are gone', () => {
    remove('id BETWEEN 1000 AND 3100');
    expect(chunksOfBits(), 'a block in between is gone').not.toContain(2);
    compact(file.db);
    expect(chunksOfBits()).toEqual([1, 2, 3, 4]);
    expect(lost()).toEqual([]);
    put(1500);
    expect(lost()).toEqual([]);
  });

  it('lets a reader go on with the state that it sees', () => {
    const reader = openCorpusFile(file.path, 'read', 0);
    const count = reader.db.prepare('SELECT count(*) FROM embedding').pluck();
    const bits = reader.db.prepare('SELECT count(*) FROM embedding_bits').pluck();
    reader.db.exec('BEGIN');
    expect(count.get()).toBe(COUNT);
    const gone = remove('id BETWEEN 1000 AND 3100');
    compact(file.db);
    expect([count.get(), bits.get()]).toEqual([COUNT, COUNT]);
    reader.db.exec('COMMIT');
    expect([count.get(), bits.get()]).toEqual([COUNT - gone, COUNT - gone]);
    reader.close();
  });
});

describe('reclaim', () => {
  const counted = (): number | undefined => readMeta<number>(file.db, 'deleted_rows');
  const refuse = (code: string) => (): never => {
    throw Object.assign(new Error('no'), { code });
  };

  it('writes the file anew when the runs since have deleted enough, and then counts again', () => {
    expect(reclaim(file.db, remove('id <= 3000 AND id % 2 = 0'))).toBe(false);
    expect(counted()).toBe(1500);
    expect(reclaim(file.db, 0)).toBe(false);
    const before = sizeOf(file.db);
    expect(reclaim(file.db, 2500)).toBe(true);
    expect(sizeOf(file.db)).toBeLessThan(before);
    expect(counted()).toBe(0);
  });

  it('does not where it is a small share of what is there', () => {
    const never = refuse('never');
    file.db.exec(`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 36000)
      INSERT INTO embedding (space_id, input_hash, vector)
      SELECT ${space.id}, randomblob(32), zeroblob(4) FROM n`);
    expect(reclaim(file.db, 4150, never)).toBe(false);
    expect(() => reclaim(file.db, 100, never)).toThrow('no');
  });

  it('goes without it where the disk is full, and says what is none of that', () => {
    const { db } = file;
    expect(reclaim(db, 5000, refuse('SQLITE_FULL'))).toBe(false);
    expect(reclaim(db, 5000, refuse('SQLITE_BUSY'))).toBe(false);
    // What sqlite-vec makes of a full folder for temporary files.
    const bare = Object.assign(new Error('SQL logic error'), { code: 'SQLITE_ERROR' });
    const noReason = (): never => {
      throw bare;
    };
    expect(reclaim(db, 5000, noReason)).toBe(false);
    expect(() => reclaim(db, 5000, refuse('SQLITE_CORRUPT'))).toThrow('no');
  });
});
