/**
 * What a corpus file declares. It may come from elsewhere: a view in the place of a table could give rows
 * without end, a trigger could change what is written. So what is declared is compared with what was made
 * here before anything is read.
 */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import { sqliteCode } from './sqlite-errors.ts';
import { statement } from './statements.ts';
import { bounded } from './stored-lengths.ts';

/** "umek": marks a file as ours, for `file(1)` and for us. */
export const APPLICATION_ID = 0x756d656b;

/** Tables by name, each with the statement that makes it. */
export type Declarations = Readonly<Record<string, string>>;

interface Declared {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/** Makes the table of migrations: the first of a corpus. */
export const MAKE_MIGRATION =
  'CREATE TABLE migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT';

/** The tables of migrations/ and their indexes; SQLite's own indexes apart. */
const ORDINARY: readonly string[] = [
  ...[
    'migration',
    'meta',
    'source',
    'document',
    'chunk',
    'space',
    'embedding',
    'failure',
    'passage',
  ],
  ...['document_content_hash', 'document_front_matter_error', 'chunk_input_hash', 'space_active'],
];

/**
 * SHA-256 in hex of what a corpus declares of the ordinary tables, by the number of migrations that it
 * has been through: kept here, so that opening a corpus reads no migrations. A test compares.
 */
export const KNOWN_SCHEMAS: readonly string[] = [
  'e20010422d335b2ed4fc57170de736051379b0660ee79f85986c8173df48b3b3',
  '228c2bdbcfe5d73f9d0c8e8bd53ae786520977df66f14a0ebea73d27c6a41708',
  '9543751a553a81543ce49546f1670c02ebeedbce771c48e50f44c416d8d0f8b1',
  'b92d7a74bac9822b254dbb59953a049e298250394a93196b97b3b3415c1c96ce',
];

/** What {@link KNOWN_SCHEMAS} has, of a corpus. */
export function schemaDigest(db: Database): string {
  const rows = attached(db, ORDINARY).map(({ type, name, sql }) => [type, name, sql]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

/**
 * Refuses a corpus of which not even the table of migrations can be read without harm.
 *
 * @throws CorpusError `CORPUS_DAMAGED`
 */
export function requireMigrationTable(db: Database, path: string): void {
  if (!areDeclared(db, { migration: MAKE_MIGRATION })) throw unknownSchema(db, path);
}

/**
 * Refuses a corpus whose ordinary tables are not those that migrations make, or have more to them.
 *
 * @param applied how many migrations it has been through
 * @throws CorpusError `CORPUS_DAMAGED`
 */
export function requireKnownSchema(db: Database, path: string, applied: number): void {
  if (schemaDigest(db) !== KNOWN_SCHEMAS[applied]) throw unknownSchema(db, path);
}

function unknownSchema(db: Database, path: string): CorpusError {
  const own = new Set(ORDINARY);
  const foreign = attached(db, ORDINARY).filter(({ name, sql }) => sql !== null && !own.has(name));
  const what =
    foreign.length === 0
      ? 'declares its tables otherwise than umekomi does'
      : `has additions of others to the tables of umekomi (${foreign.map(({ type, name }) => `${type} ${name}`).join(', ')})`;
  const message = `${path} ${what}. It is not used.`;
  return new CorpusError('CORPUS_DAMAGED', message, { remedy: { code: 'name-corpus' } });
}

/** True if the file has all of these tables, made by just these statements, and nothing hangs on them. */
export function areDeclared(db: Database, tables: Declarations): boolean {
  const found = attached(db, Object.keys(tables)).filter(({ sql }) => sql !== null);
  return (
    found.length === Object.keys(tables).length &&
    found.every(({ name, sql }) => Object.hasOwn(tables, name) && tables[name] === sql)
  );
}

/** Drops what goes by these names, whatever it is. Call it inside a transaction. */
export function dropDeclared(db: Database, names: readonly string[]): void {
  for (const { type, name } of declared(db, names)) {
    db.exec(`DROP ${type} IF EXISTS "${name.replaceAll('"', '""')}"`);
  }
}

/**
 * Drops tables that only earlier versions used, one at a time: a virtual table takes its own tables along. One
 * that cannot go, since some of these are missing, stays, and does no harm. Call it inside a transaction.
 */
export function dropFormer(db: Database, names: readonly string[]): void {
  for (const name of names) {
    try {
      dropDeclared(db, [name]);
    } catch (error) {
      if (!/^SQLITE_(ERROR$|CORRUPT_VTAB)/.test(sqliteCode(error) ?? '')) throw error;
    }
  }
}

/** SQLite takes upper and lower case of a name for the same. */
function declared(db: Database, names: readonly string[]): readonly Declared[] {
  return db
    .prepare<[string], Declared>(
      `SELECT type, name, NULL AS sql FROM sqlite_schema
       WHERE lower(name) IN (SELECT value FROM json_each(?)) AND type IN ('table', 'view')`,
    )
    .all(JSON.stringify(names));
}

/** Ten times as much as umekomi declares. */
const MAX_ATTACHED = 500;

/** Everything that belongs to tables: themselves, indexes, triggers. In an order of its own. */
function attached(db: Database, names: readonly string[]): readonly Declared[] {
  return statement<[string], Declared>(
    db,
    `SELECT type, ${bounded('name', "''")} AS name, ${bounded('sql', "''")} AS sql FROM sqlite_schema
     WHERE lower(tbl_name) IN (SELECT value FROM json_each(?)) ORDER BY type, name LIMIT ${MAX_ATTACHED}`,
  ).all(JSON.stringify(names));
}
