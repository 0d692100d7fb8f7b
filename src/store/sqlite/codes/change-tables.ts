/** The codes in the corpus file as they are changed: apart from reading, so that a search loads none of it. */
import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { VectorSpace } from '../../reading-types.ts';
import { readMeta, writeMeta } from '../meta.ts';
import { dropDeclared, dropFormer } from '../schema-objects.ts';
import { CODES_KEY, type CodesState, RECIPE, TABLES } from './tables.ts';

/** Tables that earlier versions derived from vectors. */
const FORMER: readonly string[] = [
  ...['vector_directory', 'vector_list', 'vector_fine', 'embedding_bits'],
  // What sqlite-vec leaves where it does not take its own tables along.
  ...['info', 'chunks', 'rowids', 'vector_chunks00'].map((part) => `embedding_bits_${part}`),
];
const FORMER_KEYS: readonly string[] = ['vector_lists', 'embedding_bits'];

/** Changes the state; without `built` all codes were made anew. Call it in the transaction of the change. */
export function writeCodesState(
  db: Database,
  space: VectorSpace,
  state: Pick<CodesState, 'averaged' | 'coded' | 'gone'> & { readonly built?: string },
): void {
  const revision = randomUUID();
  const { built = revision, averaged, coded, gone } = state;
  writeMeta(db, CODES_KEY, {
    ...{ recipe: RECIPE, space: space.id, revision, built },
    ...{ averaged, coded, gone },
  } satisfies CodesState);
}

/** Makes the tables anew, without rows. */
export function createCodes(db: Database): void {
  dropCodes(db);
  for (const sql of Object.values(TABLES)) db.exec(sql);
}

/** Drops the tables, and whatever else goes by their names. Call it inside a transaction. */
export function dropCodes(db: Database): void {
  dropDeclared(db, Object.keys(TABLES));
  db.prepare('DELETE FROM meta WHERE key = ?').run(CODES_KEY);
}

/** Drops what earlier versions searched vectors with. */
export function dropFormerTables(db: Database): void {
  if (FORMER_KEYS.every((key) => readMeta(db, key) === undefined)) return;
  db.transaction(() => {
    dropFormer(db, FORMER);
    const forget = db.prepare('DELETE FROM meta WHERE key = ?');
    for (const key of FORMER_KEYS) forget.run(key);
  }).immediate();
}
