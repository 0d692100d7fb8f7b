/** Filters as they are asked for, to those that the store compares with what it holds. */
import { isAbsolute, sep } from 'node:path';
import { canonicalPath } from '../../files/paths.ts';
import { UsageError } from '../../model/errors.ts';
import type { DocumentFilters } from '../../model/search.ts';
import type { Source } from '../../model/source.ts';

/**
 * Sources are named as people see them, relative and through links; the store has them absolute.
 *
 * @param cwd where a relative path starts; absolute
 * @throws UsageError `USAGE` for a source that the corpus does not have
 */
export function resolveFilters(
  { paths, sources, since, until, where }: DocumentFilters,
  known: readonly Source[],
  cwd: string,
): DocumentFilters {
  const resolved = sources?.map((path) => {
    const wanted = canonicalPath(path, cwd);
    if (known.some((source) => source.path.normalize('NFC') === wanted.normalize('NFC'))) {
      return wanted.split(sep).join('/');
    }
    const remedy = { code: 'status' } as const;
    throw new UsageError('USAGE', `The corpus has no source ${wanted}.`, { remedy });
  });
  const globs = paths?.flatMap((glob) => inFolder(glob, cwd));
  return { paths: globs, sources: resolved, since, until, where };
}

/**
 * A glob, and what it means where one stands: documents are shown relative to the current folder, and
 * the name that is shown has to find them. Absolute ones may lead through links.
 */
function inFolder(glob: string, cwd: string): readonly string[] {
  const [not, typed] = glob.startsWith('!') ? ['!', glob.slice(1)] : ['', glob];
  if (typed === '' || typed.startsWith('**')) return [glob];
  const { base = '', rest = '' } = partsOf(typed);
  const here = escaped(canonicalPath(base, cwd).split(sep).join('/')).replace(/\/$/, '');
  const there = not + (rest === '' ? here || '/' : `${here}/${rest}`);
  const isStepsOnly = rest === '' && !isAbsolute(typed);
  return isStepsOnly ? [there] : [glob, there];
}

/** What of a glob is a place on disk for certain, and what is to be matched below it. */
function partsOf(typed: string): { readonly base?: string; readonly rest?: string } {
  if (!isAbsolute(typed)) return STEPS.exec(typed)?.groups ?? {};
  return WILD.test(typed) ? (PLAIN_FOLDERS.exec(typed)?.groups ?? {}) : { base: typed };
}

/** `.` and `..` before anything else. */
const STEPS = /^(?<base>(?:\.{1,2}(?:\/+|$))*)(?<rest>.*)$/s;

const WILD = /[*?[\]{}()\\]/;
const PLAIN_FOLDERS = /^(?<base>[^*?[\]{}()\\]*\/)(?<rest>.*)$/s;

/** A path as a glob that means nothing else. */
function escaped(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@]/g, '\\$&');
}
