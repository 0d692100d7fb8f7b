/** Small facts about the corpus itself: chunking parameters, the state of derived tables. */
import type { Database } from 'better-sqlite3';
import { statement } from './statements.ts';
import { bounded } from './stored-lengths.ts';

/** Reads one value, parsed from JSON; undefined if it was never set, or is no JSON. Check what it is. */
export function readMeta<T>(db: Database, key: string): T | undefined {
  const read = statement<[string], { value: string }>(
    db,
    `SELECT ${bounded('value', "''")} AS value FROM meta WHERE key = ?`,
  );
  const row = read.get(key);
  if (row === undefined) return undefined;
  try {
    return JSON.parse(row.value) as T;
  } catch {
    return undefined;
  }
}

/** Sets one value, as JSON. */
export function writeMeta(db: Database, key: string, value: unknown): void {
  db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(
    key,
    JSON.stringify(value),
  );
}
