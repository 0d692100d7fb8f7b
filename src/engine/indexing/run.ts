/**
 * One run: crawl, plan, read, embed, store, prune. Vectors are committed in groups of a few seconds at
 * most, and a document's rows change together, so that a run can end at any moment and lose only those
 * seconds and the requests in flight.
 */
import type { IndexSummary } from '../../model/indexing.ts';
import type { Source } from '../../model/source.ts';
import type { EmbedderIdentity } from '../../model/types.ts';
import type { StoreInfo } from '../../store/reading-types.ts';
import { resolveChunking } from './chunking-options.ts';
import { confirmScope } from './confirm.ts';
import { type IndexRequest, type Run, report, type SourceIds } from './context.ts';
import { createOutcomes } from './document-writer.ts';
import { requireMatches } from './matches.ts';
import { findNarrowed } from './narrowing.ts';
import { pass } from './pass.ts';
import { resolveSpace } from './resolve-space.ts';
import { resolveScope, type SourcePart } from './scope.ts';
import { summarize } from './summary.ts';
import { survey } from './survey.ts';
import { createTally } from './tally.ts';

/**
 * Runs once over the sources. Errors of the server end it; what was embedded before is kept.
 *
 * @returns null if someone else has made the corpus meanwhile: run again, over what it holds now
 */
export async function runIndex(request: IndexRequest): Promise<IndexSummary | null> {
  const { store, embedder, signal, dryRun } = request;
  const info = await store.info();
  const scope = resolveScope(request.sources, info.sources, request.rules);
  const { parts, unconfirmed } = await confirmScope(request, scope);
  // The server answers while the sources are looked at. Its error is thrown where it is awaited.
  const asked = embedder.identity({ signal });
  asked.catch(() => {});
  const active = info.space;
  const presumed = active === null ? null : resolveChunking(request, info.chunking, active).chunker;
  const sourceIds = idsOf(info.sources);
  const tally = createTally();
  const early = await survey({ request, parts, sourceIds, tally }, presumed);
  requireMatches(request, early);
  const identity = await asked;
  const beginning = await begin(request, parts, { info, identity });
  if (beginning === null) return null;
  const run: Run = {
    ...{ request, parts, unconfirmed, tally, outcomes: createOutcomes(), former: info.sources },
    ...beginning,
  };
  const isOther = active !== null && active.id !== run.space.id;
  if (isOther && !dryRun) await rebuild(run);
  const isCurrent = !isOther && (presumed === null || presumed === run.chunking.chunker);
  const surveyed = isCurrent ? early : await survey(run, run.chunking.chunker);
  const narrowed = findNarrowed(run.former, early);
  const gone = await pass(run, surveyed, { vectorsOnly: false });
  if (!dryRun) await finish(run, gone);
  const rebuilt = rebuildOf(request, { isNew: active === null, isOther });
  return summarize(run, surveyed, { narrowed, rebuild: rebuilt });
}

function rebuildOf(
  { rebuild }: IndexRequest,
  { isNew, isOther }: { readonly isNew: boolean; readonly isOther: boolean },
): IndexSummary['rebuild'] {
  if (!rebuild || isNew) return null;
  return isOther ? 'done' : 'not-needed';
}

type Beginning = Pick<
  Run,
  'space' | 'chunking' | 'sourceIds' | 'unfinished' | 'vectors' | 'isComplete'
>;

/** Decides what the run writes to, and has the store begin it; null if what was decided does not hold any more. */
async function begin(
  request: IndexRequest,
  parts: readonly SourcePart[],
  { info, identity }: { readonly info: StoreInfo; readonly identity: EmbedderIdentity },
): Promise<Beginning | null> {
  const { store, dryRun, signal } = request;
  const { space, adopt } = await resolveSpace(request, identity, info);
  // The limit that the space was begun with: under another name of the same model another one may be guessed.
  const limited = space.contextTokens === null ? identity : space;
  const chunking = resolveChunking(request, info.chunking, limited);
  const isActive = info.space === null || info.space.id === space.id;
  const isComplete = isActive && !info.sources.some(({ unfinished }) => unfinished);
  if (dryRun) {
    const sourceIds = idsOf(info.sources);
    return { space, chunking, sourceIds, unfinished: new Set(), vectors: 0, isComplete };
  }
  if (await store.establish({ signal })) return null;
  const bySource = new Map(parts.map((part) => [part.source.path, part]));
  const sources = [...bySource.values()].map(({ source }) => source);
  const begun = await store.begin({
    ...{ identity, fingerprint: space.fingerprint, adopt, chunking: chunking.asked, sources },
    named: request.sources.map(({ path }) => path),
  });
  // A run over a part of a source leaves it as unfinished as it was.
  const unfinished = begun.sources.filter(
    (source) => source.unfinished && bySource.get(source.path)?.subtree !== '',
  );
  return {
    ...{ space: begun.space, vectors: begun.vectors, chunking, isComplete },
    sourceIds: idsOf(begun.sources),
    unfinished: new Set(unfinished.map(({ id }) => id)),
  };
}

function idsOf(sources: readonly (Source & { readonly id: number })[]): SourceIds {
  return new Map(sources.map(({ path, id }) => [path, id]));
}

/**
 * Fills a new space beside the active one, which searches go on using, and swaps: they see the old vectors
 * and documents, or the new ones, and nothing was embedded for what has changed or is gone. The pass that
 * follows finds what has changed since.
 */
async function rebuild(run: Run): Promise<void> {
  const { request, space, tally } = run;
  const surveyed = await survey(run, run.chunking.chunker);
  const remove = await pass(run, surveyed, { vectorsOnly: true });
  await request.store.swap({ spaceId: space.id, remove });
  // What failed is not asked for again by that pass: no server can keep it from its end.
  const { embedded, reused, failed, added, updated, removed, chunks } = tally;
  const { malformed, malformedPlaces } = tally;
  const placed = added + updated;
  Object.assign(tally, createTally(), {
    ...{ embedded, failed, reusedBefore: reused, added, updated, removed, chunks },
    ...{ malformed, malformedPlaces },
    ...{ toRead: placed, read: placed },
    // The pass that follows finds these as they are stored.
    unchanged: -placed,
  });
}

/** Only now is anything deleted: every document that replaces another one is in place. */
async function finish(run: Run, gone: readonly number[]): Promise<void> {
  const { request, space, tally, sourceIds, unfinished, isComplete } = run;
  const { pruned } = await request.store.finish({
    spaceId: space.id,
    remove: gone,
    sources: [...sourceIds.values()].map((id) => ({ id, unfinished: unfinished.has(id) })),
    // The next run looks only for what it has dropped itself.
    prune: isComplete ? 'dropped' : 'all',
  });
  tally.pruned = pruned;
  await request.store.maintain({
    signal: request.signal,
    onProgress: (done, total) => {
      tally.phase = 'words';
      tally.words = { done, total };
      report(run);
    },
  });
}
