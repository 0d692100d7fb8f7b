/**
 * A lock on a corpus file: SQLite's own, on a file beside it, so that it ends with its process however that
 * ends.
 */
import { lstatSync, unlinkSync } from 'node:fs';
import Database from 'better-sqlite3';
import { makeOwnFile, requireSafeLock } from './safe-files.ts';

/**
 * Takes the lock of the corpus at a path, if it is free now. SQLite's errors, where folder or disk do not
 * let us, come out as they are.
 *
 * @returns gives it back; null if someone else has it
 * @throws CorpusError `CORPUS_UNSAFE`
 */
export function lockCorpus(corpus: string): (() => void) | null {
  const path = `${corpus}-lock`;
  const db = openLock(path);
  if (db === null) return null;
  try {
    const opened = inodeOf(path);
    db.exec('BEGIN IMMEDIATE');
    // The holder before us may have deleted the file between our opening and locking it.
    if (opened !== null && opened === inodeOf(path)) return () => release(db, path);
  } catch (error) {
    if (!isBusy(error)) {
      db.close();
      throw error;
    }
  }
  db.close();
  return null;
}

/**
 * Nothing is in it, but whoever can read it can hold a lock on it: it is for its owner only.
 *
 * @returns null if its holder deletes it just now
 */
function openLock(path: string): Database.Database | null {
  requireSafeLock(path);
  const isThere = makeOwnFile(path);
  try {
    return new Database(path, { timeout: 0, fileMustExist: true });
  } catch (error) {
    if (isThere && inodeOf(path) === null) return null;
    throw error;
  }
}

function release(db: Database.Database, path: string): void {
  // Deleted while it is still ours; where open files cannot be deleted it stays, empty.
  tryUnlink(path);
  db.close();
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // An empty file that stays harms nobody: the lock is on the open file, not in its existence.
  }
}

/** Of a plain file at this name; null if there is none. */
function inodeOf(path: string): bigint | null {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isFile() === true ? found.ino : null;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
