/**
 * One indexer at a time: two would embed the same texts twice and delete each other's pending
 * vectors.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CorpusError } from '../../model/errors.ts';
import type { Lease } from '../store.ts';
import type { Connection } from './connection.ts';
import { lockCorpus } from './lock-file.ts';
import { readMeta, writeMeta } from './meta.ts';

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
  /** Milliseconds to wait for another holder. */
  readonly patience: number;
}

/** Gives a lock back. */
type Unlock = () => void;

/** The lock of one open corpus; asks for it as often as it is needed. */
export type WriterLock = (signal: AbortSignal | undefined) => Promise<Lease>;

/**
 * Opens the lock of a corpus.
 *
 * @returns takes it. It throws CorpusError `CORPUS_BUSY` naming the holder, the signal's reason on abort, and
 *   SQLite's error where the folder or disk does not let us
 */
export function writerLock(connection: Connection, options: LockOptions): WriterLock {
  const lock = connection.mode === 'memory' ? lockInMemory() : () => lockCorpus(connection.path);
  return async (signal) => {
    for (let waited = 0; ; waited += POLL_MS) {
      signal?.throwIfAborted();
      const unlock = lock();
      if (unlock !== null) return leaseOf(connection, options, unlock);
      if (waited >= options.patience) throw busy(connection);
      // Aborted: the next round throws the signal's own reason.
      await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  };
}

/** No other process can have a corpus in memory. */
function lockInMemory(): () => Unlock | null {
  let isHeld = false;
  return () => {
    if (isHeld) return null;
    isHeld = true;
    return () => {
      isHeld = false;
    };
  };
}

/** Writes down who holds it. Where that fails (a full disk, another program that writes) it must not stay. */
function leaseOf({ db }: Connection, { owner, now }: LockOptions, unlock: Unlock): Lease {
  try {
    writeMeta(db, KEY, { owner, since: now() } satisfies Holder);
  } catch (error) {
    unlock();
    throw error;
  }
  return { release: async () => unlock() };
}

function busy({ db, path }: Connection): CorpusError {
  const holder = readMeta<Holder>(db, KEY);
  const who = holder === undefined ? 'another process' : holder.owner;
  const since = holder === undefined ? '' : ` since ${new Date(holder.since).toISOString()}`;
  const message = `${who} has been indexing into ${path}${since}; try again when it has finished.`;
  return new CorpusError('CORPUS_BUSY', message);
}
