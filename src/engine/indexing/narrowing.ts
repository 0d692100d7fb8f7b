/**
 * What a run takes out of a corpus though it is still there: rules that were given anew, or files that ignore,
 * cover less than before. That must not go under among files that are gone.
 */
import { absolutePath, isInside, kindAt } from '../../files/paths.ts';
import type { Narrowing } from '../../model/indexing.ts';
import type { Source, SourceRules } from '../../model/source.ts';
import type { SurveyedPart } from './survey.ts';

/**
 * Sources that cover less than before.
 *
 * @param former sources as they were before the run
 * @param surveyed as it was compared with what was stored before the run
 */
export function findNarrowed(
  former: readonly Source[],
  surveyed: readonly SurveyedPart[],
): readonly Narrowing[] {
  const rulesBefore = new Map(former.map((source) => [source.path, source]));
  const isLosing = surveyed.some(({ plan }) => plan.remove.length > 0);
  const covered = isLosing ? coveredPaths(surveyed) : new Set<string>();
  const narrowed: Narrowing[] = [];
  for (const { part, plan } of surveyed) {
    const { source, nested } = part;
    const left = plan.remove.filter(({ path }) => !covered.has(absolutePath(source, path)));
    const given = rulesBefore.get(source.path) ?? source;
    const isNarrower = coversLess(source, given);
    const own = left.filter(({ path }) => !nested.some((folder) => isInside(folder, path)));
    const documents = countFiles(source, own);
    if (documents > 0 || isNarrower) {
      narrowed.push({ source: source.path, documents, before: isNarrower ? rulesOf(given) : null });
    }
    // Left to sources inside this one, whose rules decide from now on.
    for (const folder of nested) {
      const count = countFiles(
        source,
        left.filter(({ path }) => isInside(folder, path)),
      );
      const inner = absolutePath(source, folder);
      if (count > 0) narrowed.push({ source: inner, documents: count, before: ALL });
    }
  }
  return narrowed;
}

const ALL: SourceRules = { include: [], exclude: [], ignoreFiles: true };

function coveredPaths(surveyed: readonly SurveyedPart[]): ReadonlySet<string> {
  return new Set(
    surveyed.flatMap(({ part, crawled }) =>
      crawled.files.map(({ path }) => absolutePath(part.source, path)),
    ),
  );
}

/** How many of some documents still have a file. */
function countFiles(source: Source, documents: SurveyedPart['plan']['remove']): number {
  let count = 0;
  for (const { path } of documents) {
    if (kindAt(absolutePath(source, path)) === 'file') count += 1;
  }
  return count;
}

/** True if rules may leave out what others took, as far as their globs tell. */
function coversLess(now: SourceRules, before: SourceRules): boolean {
  const lacks = (some: readonly string[], of: readonly string[]): boolean =>
    of.some((glob) => !some.includes(glob));
  const isIncludeLess =
    now.include.length > 0 && (before.include.length === 0 || lacks(now.include, before.include));
  const ignoresMore = now.ignoreFiles && !before.ignoreFiles;
  return isIncludeLess || ignoresMore || lacks(before.exclude, now.exclude);
}

function rulesOf({ include, exclude, ignoreFiles }: Source): SourceRules {
  return { include, exclude, ignoreFiles };
}
