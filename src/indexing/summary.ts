/** What a run tells when it has ended. */
import { join } from 'node:path';
import { readFailures } from '../storage/passages.ts';
import type { Space } from '../storage/spaces.ts';
import type { SkipReason } from '../types.ts';
import type { Run } from './context.ts';
import type { IndexSkip, IndexSummary } from './types.ts';

/** Failures listed in a summary; their number is always complete. */
const LISTED_FAILURES = 1000;

/** The summary of a run. */
export function summarize(run: Run, space: Space | null): IndexSummary {
  const { tally, surveyed, sources, request } = run;
  const { added, updated, moved, removed, unchanged, read } = tally;
  const { embedded, reused, failed, pruned } = tally;
  const crawlSkips = surveyed.flatMap(({ scope, crawled }) =>
    crawled.skips.map((skip): IndexSkip => ({ ...skip, source: scope.path })),
  );
  const paths = new Map(sources.list().map(({ id, path }) => [id, path]));
  const failures = space === null ? [] : readFailures(request.file.db, space, LISTED_FAILURES);
  return {
    dryRun: request.dryRun,
    sources: surveyed.map(({ scope }) => scope.path),
    documents: { added, updated, moved, removed, unchanged, read },
    chunks: tally.chunks,
    inputs: { embedded, reused, failed, pruned },
    skipped: [...crawlSkips, ...tally.skipped],
    skipCounts: countSkips(run),
    unobserved: surveyed.flatMap(({ scope, crawled }) =>
      crawled.unobserved.map((path) => (path === '' ? scope.path : join(scope.path, path))),
    ),
    failures: failures.map(({ sourceId, path, startLine, endLine, code, message }) => ({
      source: paths.get(sourceId) ?? '',
      ...{ path, startLine, endLine, code, message },
    })),
  };
}

function countSkips({ surveyed, tally }: Run): IndexSummary['skipCounts'] {
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
