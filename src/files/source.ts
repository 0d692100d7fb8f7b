/**
 * What a person typed becomes a source: one folder or file with one name, and what is wanted of it.
 */
import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../model/errors.ts';
import type { Source, SourceRules } from '../model/source.ts';
import { errorCode, isMissing } from './file-system.ts';
import { checkPatterns, hasWildcards } from './patterns.ts';

/** A source of which nothing else was said. */
const NEW: SourceRules & Pick<Source, 'encoding'> = {
  ...{ include: [], exclude: [], ignoreFiles: true },
  encoding: null,
};

/** Options of {@link resolveSource}. */
export interface ResolveSourceOptions {
  /** What a relative argument is relative to; absolute. */
  readonly cwd: string;
}

/**
 * Resolves what names a source: a folder, a file, or a glob, which is its base folder plus an
 * include. Symbolic links are resolved, so that one folder has one name. What exists under exactly that name is meant literally, glob characters or not.
 *
 * `~` is not expanded: the shell does that, and a folder may be called so.
 *
 * @throws UsageError SOURCE_NOT_FOUND if nothing is there
 * @throws UsageError USAGE if it cannot be a source (empty, a device, a `..` behind a wildcard)
 */
export async function resolveSource(
  argument: string,
  options: ResolveSourceOptions,
): Promise<Source> {
  if (argument === '' || argument.includes('\0')) {
    throw new UsageError('USAGE', 'A source is the path of a folder or file, or a glob.');
  }
  const literal = await statOrNull(path.resolve(options.cwd, argument));
  if (literal !== null) return literalSource(path.resolve(options.cwd, argument), literal);
  const glob = await splitGlob(argument, options.cwd);
  if (glob === null) throw notFound(argument, options.cwd);
  const base = await statOrNull(glob.base);
  if (base === null || !base.isDirectory()) throw notFound(argument, options.cwd);
  const include = checkPatterns([glob.pattern]);
  return { ...NEW, path: await realpath(glob.base), kind: 'folder', include };
}

async function literalSource(absolute: string, stats: Stats): Promise<Source> {
  const kind = stats.isDirectory() ? 'folder' : 'file';
  if (kind === 'file' && !stats.isFile()) {
    throw new UsageError('USAGE', `${absolute} is neither a folder nor a file.`);
  }
  return { ...NEW, path: await realpath(absolute), kind };
}

/** The leading parts that exist or hold no wildcard are the base; the rest is the pattern. */
async function splitGlob(
  argument: string,
  cwd: string,
): Promise<{ base: string; pattern: string } | null> {
  const { root } = path.parse(argument);
  const parts = argument.slice(root.length).split(path.sep === '\\' ? /[\\/]/ : '/');
  let base = path.resolve(cwd, root);
  for (const [index, part] of parts.entries()) {
    const next = path.resolve(base, part);
    if (hasWildcards(part) && (await statOrNull(next)) === null) {
      return { base, pattern: parts.slice(index).join('/') };
    }
    base = next;
  }
  return null;
}

/** What is there, links followed; null if there is nothing. */
async function statOrNull(absolute: string): Promise<Stats | null> {
  try {
    return await stat(absolute);
  } catch (error) {
    if (isMissing(error) || errorCode(error) === 'ENAMETOOLONG') return null;
    throw new UsageError('USAGE', `${absolute} cannot be read: ${errorCode(error)}.`, {
      cause: error,
    });
  }
}

function notFound(argument: string, cwd: string): UsageError {
  const tilde = argument.startsWith('~')
    ? ' "~" is expanded by the shell, and only where it is not quoted: write the full path.'
    : '';
  const message = `There is no folder or file ${argument} (looked in ${cwd}).${tilde}`;
  return new UsageError('SOURCE_NOT_FOUND', message);
}
