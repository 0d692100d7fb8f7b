/** sqlite-vec's own table of float32 vectors: exact. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { buildOnce } from '../built.mjs';
import { readBlocks } from '../exact.mjs';

/** A database with nothing else in it. */
export async function build(data) {
  return buildOnce(data, 'vec0', (folder) => {
    const db = new Database(join(folder, 'vectors.db'));
    sqliteVec.load(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.exec(`CREATE VIRTUAL TABLE v USING vec0 (vector float[${data.dims}])`);
    const insert = db.prepare('INSERT INTO v (rowid, vector) VALUES (?, ?)');
    const add = db.transaction(({ first, vectors }) => {
      for (let at = 0; at < vectors.length; at += data.dims) {
        insert.run(BigInt(first + at / data.dims), vectors.subarray(at, at + data.dims));
      }
    });
    for (const block of readBlocks(data.vectors, data.dims)) add(block);
    db.close();
  });
}

/** L2 orders unit vectors as the cosine does, and is quicker here. */
export async function open(data) {
  const { folder } = await build(data);
  const db = new Database(join(folder, 'vectors.db'), { readonly: true });
  sqliteVec.load(db);
  const statement = db.prepare('SELECT rowid AS id FROM v WHERE vector MATCH ? AND k = ?').pluck();
  const search = (query, k) => statement.all(query, k);
  const variants = [{ name: 'sqlite-vec vec0 float32, exact', search, rows: (ids) => ids }];
  return { variants, close: () => db.close() };
}
