/**
 * What a corpus file declares. It may come from elsewhere: a view in the place of a derived table could
 * give rows without end, so tables are compared with what was made here before they are read.
 */
import type { Database } from 'better-sqlite3';

/** Tables by name, each with the statement that makes it. */
export type Declarations = Readonly<Record<string, string>>;

interface Declared {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/** True if the file has all of these tables, made by just these statements. */
export function areDeclared(db: Database, tables: Declarations): boolean {
  const sqlOf = new Map(declared(db, Object.keys(tables)).map(({ name, sql }) => [name, sql]));
  return Object.entries(tables).every(([name, sql]) => sqlOf.get(name) === sql);
}

/** True if the file has tables of all these names, and not views. */
export function areTables(db: Database, names: readonly string[]): boolean {
  const found = declared(db, names);
  return found.length === names.length && found.every(({ type }) => type === 'table');
}

/** Drops what goes by these names, whatever it is. Call it inside a transaction. */
export function dropDeclared(db: Database, names: readonly string[]): void {
  for (const { type, name } of declared(db, names)) {
    db.exec(`DROP ${type} IF EXISTS "${name.replaceAll('"', '""')}"`);
  }
}

/** SQLite takes upper and lower case of a name for the same. */
function declared(db: Database, names: readonly string[]): readonly Declared[] {
  return db
    .prepare<[string], Declared>(
      `SELECT type, name, sql FROM sqlite_schema
       WHERE lower(name) IN (SELECT value FROM json_each(?)) AND type IN ('table', 'view')`,
    )
    .all(JSON.stringify(names));
}
