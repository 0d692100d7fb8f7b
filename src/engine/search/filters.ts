/** Filters as they are asked for, to those that the store compares with what it holds. */
import { sep } from 'node:path';
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
  return { paths, sources: resolved, since, until, where };
}
