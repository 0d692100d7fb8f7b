/** An open corpus: SQLite's connection, and the ways in which work is done on it. */
import type { Database } from 'better-sqlite3';
import { anchorFolder } from './anchor.ts';
import { asCorpusError, asWorkError } from './sqlite-errors.ts';

/**
 * Milliseconds that a writer waits for another one before it says so. Readers hardly ever wait
 * (WAL), so this is about a second indexer.
 */
export const BUSY_TIMEOUT_MS = 5_000;

/** How a corpus is opened. */
export type OpenMode =
  /** Takes no write lock and runs no DDL. */
  | 'read'
  /** Reads and writes; the file is created if it is not there. */
  | 'write'
  /** A corpus in memory that goes with the process. */
  | 'memory';

/** An open corpus. Errors of SQLite come out as `CorpusError`s. */
export class Connection {
  /** Of the file; `:memory:` for one in memory. */
  readonly path: string;
  readonly mode: OpenMode;
  readonly db: Database;
  /** See {@link anchorFolder}. */
  readonly anchor: string;
  readonly #together: (work: () => unknown) => unknown;
  readonly #alone: (work: () => unknown) => unknown;

  constructor(path: string, mode: OpenMode, db: Database) {
    this.path = path;
    this.mode = mode;
    this.db = db;
    this.anchor = anchorFolder(path);
    const transaction = db.transaction((work: () => unknown) => work());
    this.#together = transaction.deferred;
    this.#alone = transaction.immediate;
  }

  /**
   * Reads in one snapshot: an indexer in another process may replace a document between two reads, and
   * SQLite may give the ids of its chunks to others.
   */
  snapshot<T>(work: () => T): T {
    try {
      return this.#together(work) as T;
    } catch (error) {
      throw asCorpusError(error, this.path, this.db);
    }
  }

  /** Changes what is stored in one transaction. */
  transaction<T>(work: () => T): T {
    return this.attempt(() => this.#alone(work) as T);
  }

  /** Changes what is stored in transactions of its own. */
  attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asWorkError(error, this.db, this.path);
    }
  }

  /** As {@link attempt}, for what has to wait for something. */
  async attemptAsync<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asWorkError(error, this.db, this.path);
    }
  }

  /** A last writer leaves a file that opens on a read-only disk. */
  close(): void {
    if (this.mode === 'write') leaveLog(this.db);
    this.db.close();
  }
}

/** Leaves WAL if no one else has the file open. */
function leaveLog(db: Database): void {
  try {
    db.pragma('busy_timeout = 0');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.pragma('journal_mode = DELETE');
  } catch {
    // Readers have it open: it stays in WAL mode, which loses nothing.
  }
}
