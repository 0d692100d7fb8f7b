/** Opens a corpus file for reading. Foreign, newer and damaged files are refused untouched. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import { BUSY_TIMEOUT_MS, Connection } from './connection.ts';
import { KNOWN_MIGRATIONS, type MigrationRecord, pendingMigrations } from './migrate.ts';
import { requireOneNameEach, requireSafeFiles } from './safe-files.ts';
import { APPLICATION_ID, requireKnownSchema, requireMigrationTable } from './schema-objects.ts';
import { asCorpusError, isCutOff } from './sqlite-errors.ts';
import { loadVectorExtension } from './vector-extension.ts';

/**
 * Opens a corpus file for reading.
 *
 * @param patience milliseconds to wait for locks of others
 * @throws CorpusError `CORPUS_NOT_FOUND`, `CORPUS_UNSAFE`, `CORPUS_FOREIGN`, `CORPUS_NEWER`,
 *   `CORPUS_DAMAGED`, `CORPUS_OUTDATED`, `CORPUS_NOT_WRITABLE`, `CORPUS_BUSY`, `VECTOR_EXTENSION_MISSING`
 */
export function openForReading(path: string, patience: number = BUSY_TIMEOUT_MS): Connection {
  requireSafeFiles(path);
  try {
    return open(path, patience);
  } catch (error) {
    const isOurs = isCutOff(error) && readApplicationId(path) === APPLICATION_ID;
    if (isOurs) requireOneNameEach(path);
    if (!isOurs || !rollBack(path, patience)) throw refusal(error, path);
  }
  try {
    return open(path, patience);
  } catch (error) {
    throw refusal(error, path);
  }
}

function open(path: string, patience: number): Connection {
  if (isMissing(path)) {
    const message = `There is no corpus at ${path}.`;
    throw new CorpusError('CORPUS_NOT_FOUND', message, { remedy: { code: 'index-source' } });
  }
  const db = connect(path, { readonly: true, patience });
  try {
    harden(db);
    if (requireOurs(db, path)) {
      const message = `${path} was written by an older umekomi.`;
      throw new CorpusError('CORPUS_OUTDATED', message, { remedy: { code: 'index' } });
    }
    loadVectorExtension(db);
    return new Connection(path, 'read', db);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** True if there is no file, or an empty one, which SQLite takes for a new database. */
export function isMissing(path: string): boolean {
  return !existsSync(path) || statSync(path).size === 0;
}

/** Refuses, on a read-only connection, what a writer must not touch. */
export function requireWritable(path: string, patience: number): void {
  const db = connect(path, { readonly: true, patience });
  try {
    requireOurs(db, path);
  } catch (error) {
    // Cut off, it must be rolled back before it can be read: by the writer, which looks again then.
    if (!isCutOff(error) || readApplicationId(path) !== APPLICATION_ID) throw refusal(error, path);
  } finally {
    db.close();
  }
}

/** @returns true if migrations are still to run */
function requireOurs(db: Database.Database, path: string): boolean {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw foreign(path);
  return pendingKnown(db, path, KNOWN_MIGRATIONS).length > 0;
}

/**
 * The migrations still to run, of a file whose tables are what those before made them.
 *
 * @throws CorpusError `CORPUS_NEWER`, `CORPUS_DAMAGED`
 */
export function pendingKnown<T extends MigrationRecord>(
  db: Database.Database,
  path: string,
  known: readonly T[],
): readonly T[] {
  requireMigrationTable(db, path);
  const pending = pendingMigrations(db, path, known);
  requireKnownSchema(db, path, known.length - pending.length);
  return pending;
}

/** Why a file is refused. A file that was cut off cannot be read; whose it is can be seen. */
function refusal(error: unknown, path: string): unknown {
  const isForeign = isCutOff(error) && readApplicationId(path) !== APPLICATION_ID;
  return isForeign ? foreign(path) : asCorpusError(error, path);
}

function foreign(path: string): CorpusError {
  const message = `${path} is a database of another program.`;
  return new CorpusError('CORPUS_FOREIGN', message, { remedy: { code: 'name-corpus' } });
}

/**
 * The application id as it stands at offset 68 of the file (sqlite.org/fileformat2.html). Only for
 * a file that SQLite refuses to read: closing it drops the locks that this process has on it.
 */
function readApplicationId(path: string): number {
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header.readUInt32BE(68);
}

/**
 * Rolls a write back that was cut off. Any reader of SQLite's does so, but for one that opens the file
 * for reading only: a search should not have to wait for the next run.
 *
 * @returns false where the file or its folder cannot be written
 */
function rollBack(path: string, patience: number): boolean {
  try {
    const db = new Database(path, { timeout: patience });
    try {
      db.pragma('schema_version');
    } finally {
      db.close();
    }
    return true;
  } catch {
    return false;
  }
}

/** Connects to a file that is there. @throws CorpusError */
export function connect(
  path: string,
  { readonly, patience }: { readonly readonly: boolean; readonly patience: number },
): Database.Database {
  try {
    return new Database(path, { readonly, timeout: patience });
  } catch (error) {
    throw asCorpusError(error, path);
  }
}

/** A corpus may come from elsewhere: its schema must not run functions, nor write its own schema. */
export function harden(db: Database.Database): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('foreign_keys = ON');
}
