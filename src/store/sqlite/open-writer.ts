/** Opens a corpus for writing: makes a file that is not there, and brings an older one up to date. */
import Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS, Connection } from './connection.ts';
import { migrate, readMigrations } from './migrate.ts';
import { connectNew, markNew, type NewCorpus } from './new-corpus.ts';
import { connect, harden, isMissing, pendingKnown, requireWritable } from './open-reader.ts';
import { requireOneNameEach, requireSafeFiles } from './safe-files.ts';
import { asWriterError } from './sqlite-errors.ts';
import { loadVectorExtension } from './vector-extension.ts';

/**
 * Pages in the log before they are copied into the file: 192 MiB of 32 KiB. A page of an index of hashes is
 * in it many times and copied once; with SQLite's 1,000 a slow server's run copied twice as many.
 */
const CHECKPOINT_PAGES = 6000;

/**
 * Opens a corpus file for reading and writing; it is created if it is not there.
 *
 * @param now milliseconds since 1970, for the record of migrations
 * @param patience milliseconds to wait for locks of others
 * @throws CorpusError `CORPUS_UNSAFE`, `CORPUS_FOREIGN`, `CORPUS_NEWER`, `CORPUS_DAMAGED`,
 *   `CORPUS_NOT_WRITABLE`, `CORPUS_BUSY`, `VECTOR_EXTENSION_MISSING`
 */
export function openForWriting(
  path: string,
  now: number,
  patience: number = BUSY_TIMEOUT_MS,
): Connection {
  requireSafeFiles(path);
  requireOneNameEach(path);
  const isNew = isMissing(path);
  if (!isNew) requireWritable(path, patience);
  const { db, undo } = isNew ? connectNew(path, patience) : connectOld(path, patience);
  try {
    if (db.pragma('page_count', { simple: true }) === 0) markNew(db);
    harden(db);
    migrate(db, pendingKnown(db, path, readMigrations()), now);
    loadVectorExtension(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    // 64 MiB were no faster: groups of vectors touch few pages twice.
    db.pragma('cache_size = -16384');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    return new Connection(path, 'write', db);
  } catch (error) {
    undo();
    throw asWriterError(error, path);
  }
}

function connectOld(path: string, patience: number): NewCorpus {
  const db = connect(path, { readonly: false, patience });
  return { db, undo: () => db.close() };
}

/**
 * Opens a corpus in memory.
 *
 * @param now milliseconds since 1970, for the record of migrations
 * @throws CorpusError `VECTOR_EXTENSION_MISSING`
 */
export function openInMemory(now: number): Connection {
  const db = new Database(':memory:');
  markNew(db);
  harden(db);
  migrate(db, readMigrations(), now);
  loadVectorExtension(db);
  return new Connection(':memory:', 'memory', db);
}
