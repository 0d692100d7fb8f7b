/**
 * One indexer at a time: two would embed the same texts twice and delete each other's pending
 * vectors. The lock is SQLite's own on a file beside the corpus, so it ends with its process
 * however that ends.
 */
import { chmodSync, statSync, unlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS } from '../../model/defaults.ts';
import { CorpusError } from '../../model/errors.ts';
import { readMeta, writeMeta } from './meta.ts';
import type { CorpusFile } from './open.ts';

/** Who indexes, for the message to others; kept in `meta` under this key. */
const KEY = 'writer';

/** Milliseconds between two looks at a lock that someone else holds. */
const POLL_MS = 100;

interface Holder {
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** How a lock is taken. */
export interface LockOptions {
  /** Named to others, for people: `process 123 on host`. */
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds to wait for another holder. Default 5000. */
  readonly patience?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes the lock of a corpus; a corpus in memory needs none.
 *
 * @returns gives it back
 * @throws CorpusError `CORPUS_BUSY` naming the holder; the signal's reason on abort; SQLite's error
 *   where the folder or disk does not let us
 */
export async function lockForWriting(file: CorpusFile, options: LockOptions): Promise<() => void> {
  if (file.mode === 'memory') return () => {};
  const { patience = BUSY_TIMEOUT_MS, signal } = options;
  for (let waited = 0; ; waited += POLL_MS) {
    const lock = lockCorpus(file.path);
    if (lock !== null) {
      signDoor(file, options, lock);
      return lock;
    }
    if (waited >= patience) throw busy(file);
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** Where that fails (a full disk, another program that writes) the lock must not stay. */
function signDoor({ db }: CorpusFile, { owner, now }: LockOptions, unlock: () => void): void {
  try {
    writeMeta(db, KEY, { owner, since: now() } satisfies Holder);
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Takes the lock of the corpus at a path, if it is free now.
 *
 * @returns gives it back; null if someone else has it
 */
export function lockCorpus(corpus: string): (() => void) | null {
  const path = `${corpus}-lock`;
  const db = new Database(path, { timeout: 0 });
  try {
    const opened = inodeOf(path);
    closeToOthers(path);
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

/** Nothing is in it, but whoever can read it can hold a lock on it. */
function closeToOthers(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Someone else's: then it is theirs to close.
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

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

function busy({ db, path }: CorpusFile): CorpusError {
  const holder = readMeta<Holder>(db, KEY);
  const who = holder === undefined ? 'another process' : holder.owner;
  const since = holder === undefined ? '' : ` since ${new Date(holder.since).toISOString()}`;
  const message = `${who} has been indexing into ${path}${since}; try again when it has finished.`;
  return new CorpusError('CORPUS_BUSY', message);
}
