/**
 * The few calls that the crawl makes on a disk, as a parameter: tests make a folder unreadable
 * even for root, and names arrive as bytes so that those which are not UTF-8 can be seen.
 */
import type { BigIntStats, Dirent } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';

/** What the crawl needs of a file system. */
export interface CrawlFileSystem {
  /** The entries of a folder, names as the bytes on disk. */
  readdir(path: string): Promise<Dirent<Buffer>[]>;
  /** Size, times and kind; links are not followed. */
  lstat(path: string): Promise<BigIntStats>;
  /** Where a path really is. */
  realpath(path: string): Promise<string>;
  /** Opens an ignore file. */
  open(path: string, flags: number): Promise<FileHandle>;
}

/** The real one. */
export const diskFileSystem: CrawlFileSystem = {
  readdir: (path) => readdir(path, { withFileTypes: true, encoding: 'buffer' }),
  lstat: (path) => lstat(path, { bigint: true }),
  realpath: (path) => realpath(path),
  open: (path, flags) => open(path, flags),
};

/**
 * The code of a system error (`EACCES`), for people and for decisions.
 *
 * @returns 'unknown' for anything without a code
 */
export function errorCode(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

/** Did the path, or a folder on its way, not exist? */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
}
