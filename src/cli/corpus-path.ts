/** Which corpus a command means: the one named, or the nearest `.umekomi` upwards. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DEFAULT_CORPUS_PATH } from '../model/defaults.ts';
import { CorpusError } from '../model/errors.ts';
import { requireOwn } from './corpus-owner.ts';
import { expandHome } from './paths.ts';
import type { World } from './terminal.ts';

/**
 * The corpus file: `--db`, then `UMEKOMI_DB`, then `.umekomi/corpus.db` in the current folder or
 * the nearest one above it that has one; where there is none, the one of the current folder.
 *
 * @throws CorpusError `CORPUS_UNSAFE` if it is another user's and was not named
 */
export function corpusPath(world: World, flag: string | undefined): string {
  const named = flag ?? (world.env['UMEKOMI_DB'] || undefined);
  if (named !== undefined) return resolve(world.cwd, expandHome(named, world.home));
  const found = nearest(world.cwd);
  requireOwn(world, found);
  return found;
}

function nearest(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, DEFAULT_CORPUS_PATH);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return resolve(cwd, DEFAULT_CORPUS_PATH);
  }
}

/** True if something is there that may be a corpus: an empty file holds none. */
export function hasCorpus(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !(found.isFile() && found.size === 0);
}

/** @throws CorpusError `CORPUS_NOT_FOUND` if there is no such file: a command that writes would make one */
export function requireCorpus(path: string): void {
  if (hasCorpus(path)) return;
  const message = `There is no corpus at ${path}.`;
  throw new CorpusError('CORPUS_NOT_FOUND', message, { remedy: { code: 'index-source' } });
}

/** The `.umekomi` folder whose configuration belongs to a corpus; null if it is not in one. */
export function configFolder(corpus: string): string | null {
  const folder = dirname(corpus);
  return basename(folder) === '.umekomi' ? folder : null;
}
