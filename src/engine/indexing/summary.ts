/** What a run tells when it has ended. */
import { join } from 'node:path';
import { pathBelow } from '../../files/paths.ts';
import type { IndexSkip, IndexSummary } from '../../model/indexing.ts';
import type { SkipReason } from '../../model/types.ts';
import type { Run } from './context.ts';
import type { SurveyedPart } from './survey.ts';
import type { Tally } from './tally.ts';

/** Failures listed in a summary; their number is always complete. */
const MAX_FAILURES = 1000;

/** The summary of a run. */
export async function summarize(
  { tally, request, space, unconfirmed }: Run,
  surveyed: readonly SurveyedPart[],
  { narrowed, rebuild }: Pick<IndexSummary, 'narrowed' | 'rebuild'>,
): Promise<IndexSummary> {
  const { added, updated, moved, removed, unchanged, read } = tally;
  const { embedded, failed, pruned } = tally;
  const reused = tally.reusedBefore ?? tally.reused;
  const crawlSkips = surveyed.flatMap(({ part, crawled }) =>
    crawled.skips.map((skip): IndexSkip => ({ ...skip, source: part.source.path })),
  );
  return {
    dryRun: request.dryRun,
    rebuild,
    sources: surveyed.map(({ part }) => part.source.path),
    documents: { added, updated, moved, removed, unchanged, read },
    narrowed,
    chunks: tally.chunks,
    inputs: { embedded, reused, failed, pruned },
    skipped: markNamed([...crawlSkips, ...tally.skipped], request),
    skipCounts: countSkips(surveyed, tally),
    unconfirmed,
    unobserved: [...unconfirmed, ...unobservedOf(surveyed, tally)],
    malformedFrontMatter: { count: tally.malformed, places: tally.malformedPlaces },
    failures: await request.store.failures(space.id, MAX_FAILURES),
  };
}

/** Who names a file or folder wants it: that it was left out must not go under among others. */
function markNamed(skips: readonly IndexSkip[], { sources }: Run['request']): readonly IndexSkip[] {
  const named = sources.map(({ path }) => path);
  const files = new Set(sources.flatMap(({ kind, path }) => (kind === 'file' ? [path] : [])));
  if (named.length === 0) return skips;
  // A source that is a file has its own name as the path in it. What is left out may be above what was named.
  const isNamed = ({ source, path }: IndexSkip): boolean =>
    files.has(source) ||
    (path !== '' && named.some((each) => pathBelow(join(source, path), each) !== null));
  return skips.map((skip) => (isNamed(skip) ? { ...skip, isNamed: true } : skip));
}

function unobservedOf(surveyed: readonly SurveyedPart[], { skipped }: Tally): readonly string[] {
  return [
    ...surveyed.flatMap(({ part: { source }, crawled }) =>
      crawled.unobserved.map((path) => (path === '' ? source.path : join(source.path, path))),
    ),
    // Found by the walk, but it could not be read: what is stored of it may be old.
    ...skipped.flatMap(({ reason, source, path }) =>
      reason === 'unreadable' ? [join(source, path)] : [],
    ),
  ];
}

function countSkips(surveyed: readonly SurveyedPart[], tally: Tally): IndexSummary['skipCounts'] {
  const counts: Partial<Record<SkipReason, number>> = {};
  const add = (reason: SkipReason, more: number): void => {
    counts[reason] = (counts[reason] ?? 0) + more;
  };
  for (const { crawled } of surveyed) {
    for (const [reason, count] of Object.entries(crawled.skipCounts)) {
      add(reason as SkipReason, count);
    }
  }
  for (const { reason } of tally.skipped) add(reason, 1);
  return counts;
}
