/**
 * Paths of sources as a corpus stores them: relative inside the folder that moves along with it, so that
 * folder and corpus can be moved or mounted elsewhere together, and absolute outside.
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/** A path as `source` has it: with '/'. */
export interface StoredPath {
  readonly path: string;
  /** 1 if it starts at the anchor. */
  readonly relative: number;
}

/**
 * The folder whose contents move together with the corpus file: the one that holds it, or that
 * holds its `.umekomi`. Symbolic links are resolved, as they are in the paths of sources: one
 * folder has one name, by whichever way the corpus was opened.
 */
export function anchorFolder(corpusPath: string): string {
  const named = dirname(resolve(corpusPath));
  const folder = existsSync(named) ? realpathSync(named) : named;
  return basename(folder) === '.umekomi' ? dirname(folder) : folder;
}

/** The stored form of a source's path: relative to the anchor inside it, else absolute. */
export function toStored(path: string, anchor: string): StoredPath {
  if (!isAtOrBelow(path, anchor)) return { path: withSlashes(path), relative: 0 };
  const inside = relative(anchor, path);
  return { path: inside === '' ? '.' : withSlashes(inside), relative: 1 };
}

/** The absolute path that a stored one stands for. */
export function toAbsolute(stored: StoredPath, anchor: string): string {
  return stored.relative === 1 ? resolve(anchor, stored.path) : resolve(stored.path);
}

/** A path with '/', as names are stored and compared. */
export function withSlashes(path: string): string {
  return path.split(sep).join('/');
}

/** True if a path is that of a folder, or of something in it. Both absolute. */
export function isAtOrBelow(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
