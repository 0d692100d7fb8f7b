/**
 * Gives the room of deleted rows back to the disk. SQLite joins a page with its neighbours only when two
 * thirds of it are empty: what is replaced row by row leaves pages half full, which only VACUUM fills.
 */
import type { Database } from 'better-sqlite3';
import { readMeta, writeMeta } from './meta.ts';
import { isOutOfReach } from './sqlite-errors.ts';

/** Rows deleted since the file was last written anew; kept in `meta` under this key. */
const KEY = 'deleted_rows';

/** Written anew when this share of the rows that are there has been deleted. */
const MAX_DELETED_SHARE = 0.1;

/** A few thousand rows are some megabytes: not worth it, nor is counting what is there. */
const MIN_DELETED = 4000;

/** Size of the corpus in bytes: that of its file once no one reads an older state. */
export function sizeOf(db: Database): number {
  const pragma = (name: string): number => Number(db.pragma(name, { simple: true }));
  return pragma('page_count') * pragma('page_size');
}

/**
 * Gives room back at the end of a run: whole pages always, and the rest once enough was deleted. Goes
 * without the rest where the disk has no room for the copy.
 *
 * @param deleted chunks and vectors that the run deleted
 * @param write writes the file anew
 * @returns true if it was written anew
 */
export function reclaim(
  db: Database,
  deleted: number,
  write: (db: Database) => void = compact,
): boolean {
  const since = (readMeta<number>(db, KEY) ?? 0) + deleted;
  if (since < MIN_DELETED || since <= rowCount(db) * MAX_DELETED_SHARE) {
    if (deleted > 0) writeMeta(db, KEY, since);
    db.pragma('incremental_vacuum');
    return false;
  }
  try {
    write(db);
    return true;
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return false;
  }
}

/**
 * Writes the file anew without gaps. Whoever reads meanwhile sees the state before. It takes as much
 * room again as the file has, twice: in the folder for temporary files and beside the file.
 *
 * @throws SQLite's error if there is no room, or someone else writes; the corpus is as it was then
 */
export function compact(db: Database): void {
  // First, so that where it fails not every run tries again.
  writeMeta(db, KEY, 0);
  db.exec('VACUUM');
  shortenLog(db);
}

/** The log holds all of the file after VACUUM. Nobody is waited for: closing the corpus tries again. */
function shortenLog(db: Database): void {
  const patience = db.pragma('busy_timeout', { simple: true });
  db.pragma('busy_timeout = 0');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma(`busy_timeout = ${Number(patience)}`);
}

/** From indexes alone. */
function rowCount(db: Database): number {
  const count = db.prepare<[], number>(
    'SELECT (SELECT count(*) FROM chunk) + (SELECT count(*) FROM embedding)',
  );
  return count.pluck().get() ?? 0;
}
