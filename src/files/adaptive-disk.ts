/**
 * Asking a disk without threads and promises in between, as long as it answers quickly. From memory
 * the size and times of a file take 3 µs so and 13 µs otherwise, and reading a small one 25 µs
 * instead of 300. A disk that makes one wait (cold, far away) is asked in the patient way, many
 * questions at once, and the process goes on meanwhile.
 */
import { type BigIntStats, closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { lstat, open } from 'node:fs/promises';

/**
 * Milliseconds that may be lost to a disk before it counts as slow, and more for every question: a
 * busy machine stops a process now and then, which is not the disk's doing.
 */
const PATIENCE_MS = 20;
const PATIENCE_MS_A_QUESTION = 0.05;
/** Milliseconds that one question may take without counting as lost, and a byte that is read. */
const QUICK_MS = 0.2;
const QUICK_MS_A_BYTE = 1 / 500_000;

/** As much of a FileHandle as reading a file takes. */
export interface OpenFile {
  stat(options: { bigint: true }): Promise<BigIntStats>;
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** A disk during one run. */
export interface AdaptiveDisk {
  /** Size, times and kind; links are not followed. */
  lstat(path: string): Promise<BigIntStats>;
  /** Opens a file for reading. */
  open(path: string, flags: number): Promise<OpenFile>;
}

/** @param clock milliseconds */
export function createAdaptiveDisk(clock: () => number = () => performance.now()): AdaptiveDisk {
  let lost = 0;
  let questions = 0;
  const timed: Timed = (work, bytes = 0) => {
    const begin = clock();
    questions += 1;
    try {
      return work();
    } finally {
      lost += Math.max(0, clock() - begin - QUICK_MS - bytes * QUICK_MS_A_BYTE);
    }
  };
  const isSlow = (): boolean => lost > PATIENCE_MS + questions * PATIENCE_MS_A_QUESTION;
  return {
    lstat: async (path) =>
      isSlow() ? lstat(path, { bigint: true }) : timed(() => lstatSync(path, { bigint: true })),
    open: async (path, flags) =>
      isSlow()
        ? open(path, flags)
        : openQuickly(
            timed(() => openSync(path, flags)),
            timed,
          ),
  };
}

type Timed = <T>(work: () => T, bytes?: number) => T;

function openQuickly(descriptor: number, timed: Timed): OpenFile {
  return {
    stat: async (options) => fstatSync(descriptor, options),
    read: async (buffer, offset, length, position) => ({
      bytesRead: timed(() => readSync(descriptor, buffer, offset, length, position), length),
    }),
    close: async () => closeSync(descriptor),
  };
}
