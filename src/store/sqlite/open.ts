/** Opens, creates and closes corpus files. Foreign, newer and damaged files are refused untouched. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS } from '../../model/defaults.ts';
import { CorpusError } from '../../model/errors.ts';
import {
  KNOWN_MIGRATIONS,
  type MigrationRecord,
  migrate,
  pendingMigrations,
  readMigrations,
} from './migrate.ts';
import { APPLICATION_ID, connectNew, markNew } from './new-corpus.ts';
import { requireKnownSchema, requireMigrationTable } from './schema-objects.ts';
import { asCorpusError, asWriterError, isCutOff } from './sqlite-errors.ts';
import { loadVectorExtension } from './vector-extension.ts';

/**
 * Pages in the log before they are copied into the file: 192 MiB of 32 KiB. A page of an index of hashes is
 * in it many times and copied once; with SQLite's 1,000 a slow server's run copied twice as many.
 */
const CHECKPOINT_PAGES = 6000;

/** How a corpus file is opened. */
export type OpenMode =
  /** Takes no write lock and runs no DDL. */
  | 'read'
  /** Reads and writes; the file is created if it is not there. */
  | 'write'
  /** A corpus in memory that goes with the process. */
  | 'memory';

/** An open corpus file. */
export interface CorpusFile {
  readonly path: string;
  readonly mode: OpenMode;
  readonly db: Database.Database;
  /** Closes it; a last writer leaves a file that opens on a read-only disk. */
  close(): void;
}

/**
 * Opens a corpus file.
 *
 * @param path where the file is or will be
 * @param now milliseconds since 1970, for the record of migrations
 * @throws CorpusError `CORPUS_NOT_FOUND`, `CORPUS_FOREIGN`, `CORPUS_NEWER`, `CORPUS_DAMAGED`,
 *   `CORPUS_OUTDATED`, `CORPUS_NOT_WRITABLE`, `CORPUS_BUSY`, `VECTOR_EXTENSION_MISSING`
 */
export function openCorpusFile(path: string, mode: OpenMode, now: number): CorpusFile {
  if (mode === 'memory') return openInMemory(now);
  if (mode === 'read') return openExisting(path, true);
  const isNew = isMissing(path);
  if (!isNew) inspect(path);
  return openForWriting(path, isNew, now);
}

function isMissing(path: string): boolean {
  return !existsSync(path) || statSync(path).size === 0;
}

function openExisting(path: string, repairs: boolean): CorpusFile {
  if (!isMissing(path)) return openForReading(path, repairs);
  const message = `There is no corpus at ${path}; make one with: umekomi index <folder>`;
  throw new CorpusError('CORPUS_NOT_FOUND', message);
}

/** Refuses, on a read-only connection, what a writer must not touch. */
function inspect(path: string): void {
  const db = connect(path, { readonly: true });
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
function pendingKnown<T extends MigrationRecord>(
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
  const message = `${path} is a database of another program; name another file with --db.`;
  return new CorpusError('CORPUS_FOREIGN', message);
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

/** @param repairs rolls a write back that was cut off, if it can, and looks again */
function openForReading(path: string, repairs: boolean): CorpusFile {
  const db = connect(path, { readonly: true });
  try {
    harden(db);
    if (requireOurs(db, path)) {
      const message = `${path} was written by an older umekomi; bring it up to date with: umekomi index`;
      throw new CorpusError('CORPUS_OUTDATED', message);
    }
    loadVectorExtension(db);
  } catch (error) {
    db.close();
    const isOurs = isCutOff(error) && readApplicationId(path) === APPLICATION_ID;
    if (repairs && isOurs && rollBack(path)) return openExisting(path, false);
    throw refusal(error, path);
  }
  return { path, mode: 'read', db, close: () => db.close() };
}

/**
 * Rolls a write back that was cut off. Any reader of SQLite's does so, but for one that opens the file
 * for reading only: a search should not have to wait for the next run.
 *
 * @returns false where the file or its folder cannot be written
 */
function rollBack(path: string): boolean {
  try {
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
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

function openForWriting(path: string, isNew: boolean, now: number): CorpusFile {
  const db = isNew ? connectNew(path) : connect(path, {});
  try {
    if (db.pragma('page_count', { simple: true }) === 0) markNew(db);
    harden(db);
    migrate(db, pendingKnown(db, path, readMigrations()), now);
    loadVectorExtension(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    // 64 MiB were no faster: groups of vectors (indexing/gather.ts) touch few pages twice.
    db.pragma('cache_size = -16384');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  } catch (error) {
    db.close();
    throw asWriterError(error, path);
  }
  return { path, mode: 'write', db, close: () => closeWriter(db) };
}

function openInMemory(now: number): CorpusFile {
  const db = new Database(':memory:');
  markNew(db);
  harden(db);
  migrate(db, readMigrations(), now);
  loadVectorExtension(db);
  return { path: ':memory:', mode: 'memory', db, close: () => db.close() };
}

function connect(path: string, options: { readonly?: boolean }): Database.Database {
  try {
    return new Database(path, { ...options, timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw asCorpusError(error, path);
  }
}

/** A corpus may come from elsewhere: its schema must not run functions, nor write its own schema. */
function harden(db: Database.Database): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('foreign_keys = ON');
}

/** Leaves WAL if no one else has the file open: a finished corpus then opens on a read-only disk. */
function closeWriter(db: Database.Database): void {
  try {
    db.pragma('busy_timeout = 0');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.pragma('journal_mode = DELETE');
  } catch {
    // Readers have it open: it stays in WAL mode, which loses nothing.
  } finally {
    db.close();
  }
}
