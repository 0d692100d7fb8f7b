/**
 * Whether the globs of a run match anything. One with a slip in it would otherwise leave a source without
 * files, and the end of the run would take every document of it out of the corpus.
 */
import { createSelection } from '../../files/patterns.ts';
import { UsageError } from '../../model/errors.ts';
import type { IndexRequest } from './context.ts';
import type { SurveyedPart } from './survey.ts';

/**
 * Call it before anything is stored.
 *
 * @throws UsageError `SOURCE_NOT_FOUND` for a glob named by this run that no file matches, or rules that leave no file
 */
export function requireMatches(
  { sources, rules }: Pick<IndexRequest, 'sources' | 'rules'>,
  surveyed: readonly SurveyedPart[],
): void {
  for (const { part, crawled } of surveyed) {
    const named = sources.filter(({ path }) => path === part.source.path);
    // Stored globs may run empty as files go; and what could not be looked at may match.
    if (named.length === 0 || crawled.unobserved.length > 0) continue;
    for (const glob of named.flatMap(({ include }) => include)) {
      // A plain folder beside its glob is all of the folder.
      if (!part.source.include.includes(glob)) continue;
      const { file } = createSelection([glob], []);
      if (!crawled.files.some(({ path }) => file(path).wanted)) throw nothing(glob, part);
    }
    // Rules are for kinds of files of which some may come later: one that matches is enough.
    const [rule] = rules.include ?? [];
    if (rule !== undefined && crawled.files.length === 0) throw nothing(rule, part);
  }
}

function nothing(glob: string, { source }: SurveyedPart['part']): UsageError {
  const message = `No file to index in ${source.path} matches ${glob}. Nothing was changed.`;
  return new UsageError('SOURCE_NOT_FOUND', message);
}
