/** What a run tells when it has ended. */
import { join } from 'node:path';
import type { SkipReason } from '../../model/types.ts';
import { readFailures } from '../../store/sqlite/passages.ts';
import type { Run } from './context.ts';
import type { SurveyedSource } from './survey.ts';
import type { Tally } from './tally.ts';
import type { IndexSkip, IndexSummary } from './types.ts';

/** Failures listed in a summary; their number is always complete. */
const LISTED_FAILURES = 1000;

/** The summary of a run. */
export function summarize(run: Run, surveyed: readonly SurveyedSource[]): IndexSummary {
  const { tally, sources, request, space } = run;
  const { added, updated, moved, removed, unchanged, read } = tally;
  const { embedded, failed, pruned } = tally;
  const reused = tally.reusedBefore ?? tally.reused;
  const crawlSkips = surveyed.flatMap(({ scope, crawled }) =>
    crawled.skips.map((skip): IndexSkip => ({ ...skip, source: scope.path })),
  );
  const paths = new Map(sources.list().map(({ id, path }) => [id, path]));
  const failures = readFailures(request.file.db, space, LISTED_FAILURES);
  return {
    dryRun: request.dryRun,
    sources: surveyed.map(({ scope }) => scope.path),
    documents: { added, updated, moved, removed, unchanged, read },
    chunks: tally.chunks,
    inputs: { embedded, reused, failed, pruned },
    skipped: [...crawlSkips, ...tally.skipped],
    skipCounts: countSkips(surveyed, tally),
    unconfirmed: run.unconfirmed,
    unobserved: [
      ...run.unconfirmed,
      ...surveyed.flatMap(({ scope, crawled }) =>
        crawled.unobserved.map((path) => (path === '' ? scope.path : join(scope.path, path))),
      ),
      // Found by the walk, but it could not be read: what is stored of it may be old.
      ...tally.skipped.flatMap(({ reason, source, path }) =>
        reason === 'unreadable' ? [join(source, path)] : [],
      ),
    ],
    failures: failures.map(({ sourceId, path, startLine, endLine, code, message }) => ({
      source: paths.get(sourceId) ?? '',
      ...{ path, startLine, endLine, code, message },
    })),
  };
}

function countSkips(surveyed: readonly SurveyedSource[], tally: Tally): IndexSummary['skipCounts'] {
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
