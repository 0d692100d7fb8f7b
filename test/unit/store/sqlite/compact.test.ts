/** Room of deleted rows comes back, and what is found stays the same. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VectorSpace } from '../../../../src/store/reading-types.ts';
import { codesDerivedState } from '../../../../src/store/sqlite/codes/examine.ts';
import { maintainCodes } from '../../../../src/store/sqlite/codes/maintain.ts';
import { codesWriter } from '../../../../src/store/sqlite/codes/writer.ts';
import { compact, reclaim, sizeOf } from '../../../../src/store/sqlite/compact.ts';
import type { Connection } from '../../../../src/store/sqlite/connection.ts';
import { readMeta } from '../../../../src/store/sqlite/meta.ts';
import { addSpace } from '../../../../src/store/sqlite/spaces.ts';
import { toBytes } from '../../../../src/store/sqlite/vectors.ts';
import { openConnection } from '../../../helpers/connection.ts';
import { temporaryFolders } from '../../../helpers/temp.ts';
import { seeded, topicSpace } from './filled.ts';

const DIMENSIONS = 64;
const COUNT = 6000;
const topics = topicSpace(DIMENSIONS, seeded(11));
const temporary = temporaryFolders();
let file: Connection;
let space: VectorSpace;

beforeEach(() => {
  file = openConnection(join(temporary(), 'corpus.db'), 'write', 0);
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
    codesWriter(db, space).add(added);
  });
  store.immediate();
  maintainCodes(db, space);
}

function remove(where: string): number {
  const { db } = file;
  const ids = db.prepare<[], number>(`SELECT id FROM embedding WHERE ${where}`).pluck().all();
  const go = db.transaction(() => {
    db.exec(`DELETE FROM embedding WHERE ${where}`);
    codesWriter(db, space).remove(ids);
  });
  go.immediate();
  return ids.length;
}

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

  it('leaves codes as they are, and what comes then goes behind them', () => {
    remove('id BETWEEN 1000 AND 1500');
    compact(file.db);
    expect(codesDerivedState(file.db, space)).toBe('right');
    put(1500);
    expect(codesDerivedState(file.db, space)).toBe('right');
  });

  it('lets a reader go on with the state that it sees', () => {
    const reader = openConnection(file.path, 'read', 0);
    const count = reader.db.prepare('SELECT count(*) FROM embedding').pluck();
    const gone = reader.db.prepare('SELECT count(*) FROM vector_gone').pluck();
    reader.db.exec('BEGIN');
    expect(count.get()).toBe(COUNT);
    const removed = remove('id BETWEEN 1000 AND 3100');
    compact(file.db);
    expect([count.get(), gone.get()]).toEqual([COUNT, 0]);
    reader.db.exec('COMMIT');
    expect([count.get(), gone.get()]).toEqual([COUNT - removed, removed]);
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
