/** Statements that are prepared once a connection: to prepare one takes longer than many of them run. */
import type { Database, Statement } from 'better-sqlite3';

/** They belong to their connection, and go with it. */
const ofConnection = new WeakMap<Database, Map<string, Statement>>();

/**
 * A statement that is used often. Set its mode (`pluck`, `raw`) the same way at every use: all uses of
 * one SQL text share it.
 */
export function statement<Bound extends unknown[], Row>(
  db: Database,
  sql: string,
): Statement<Bound, Row> {
  let known = ofConnection.get(db);
  if (known === undefined) {
    known = new Map();
    ofConnection.set(db, known);
  }
  let found = known.get(sql);
  if (found === undefined) {
    found = db.prepare(sql);
    known.set(sql, found);
  }
  return found as Statement<Bound, Row>;
}
