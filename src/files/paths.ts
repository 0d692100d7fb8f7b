/**
 * Paths inside a source: relative to its root, with `/` on every system, the name exactly as the
 * disk has it.
 */
import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Source } from '../model/source.ts';

/** Sorts by UTF-16 units: the same on every machine, whatever its language. */
export function comparePaths(a: { readonly path: string }, b: { readonly path: string }): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}

/** Puts a name below a folder; '' is the source itself. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Is `inner` the folder itself or below it? '' holds everything. */
export function isInside(folder: string, inner: string): boolean {
  return folder === '' || inner === folder || inner.startsWith(`${folder}/`);
}

/**
 * Where a document of a source is on this disk.
 *
 * @param source the source's absolute path and kind
 * @param relative a path as FileEntry has it
 */
export function absolutePath(source: Pick<Source, 'path' | 'kind'>, relative: string): string {
  if (source.kind === 'file' || relative === '') return source.path;
  return path.join(source.path, ...relative.split('/'));
}

/**
 * The path of something on disk below a folder, with `/`; '' is the folder itself.
 *
 * @param folder absolute
 * @param inner absolute
 * @returns null if it is not below it
 */
export function pathBelow(folder: string, inner: string): string | null {
  const below = path.relative(folder, inner);
  const isOutside = below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below);
  return isOutside ? null : below.split(path.sep).join('/');
}

/**
 * A path on disk with the symbolic links above it resolved, as sources are stored; what is not
 * there (any more) keeps its name below the nearest folder that is.
 *
 * @param typed relative to `cwd`, or absolute
 */
export function canonicalPath(typed: string, cwd: string): string {
  const absolute = path.resolve(cwd, typed);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = path.dirname(absolute);
    if (parent === absolute) return absolute;
    return path.join(canonicalPath(parent, cwd), path.basename(absolute));
  }
}

/** What is there, links not followed; null for anything else, and where that cannot be seen. */
export function kindAt(absolute: string): Source['kind'] | null {
  try {
    const found = lstatSync(absolute);
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : null;
  } catch {
    return null;
  }
}
