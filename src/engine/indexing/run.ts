/**
 * One run: crawl, plan, read, embed, store, prune. Vectors are committed in groups of a
 * few seconds at most and a document's rows switch in one transaction, so that a run can end at any
 * moment and lose only those seconds and the requests in flight.
 */
import { type EmbeddedBatch, embedAll } from '../../embedding/embed-all.ts';
import type { ChunkOptions, EmbedderIdentity } from '../../model/types.ts';
import { rebuildCodes } from '../../store/sqlite/codes/maintain.ts';
import { reclaim } from '../../store/sqlite/compact.ts';
import { documentStore } from '../../store/sqlite/documents.ts';
import { readMeta, writeMeta } from '../../store/sqlite/meta.ts';
import { anchorFolder, sourceStore } from '../../store/sqlite/sources.ts';
import { activateSpace, activeSpace, type Space } from '../../store/sqlite/spaces.ts';
import { maintainWords } from '../../store/sqlite/words/maintain.ts';
import { prepareWords } from '../../store/sqlite/words/state.ts';
import { CHUNKING_KEY, type Chunking, settleChunking } from './chunking-options.ts';
import { confirmScope, rememberNamed } from './confirm.ts';
import type { IndexRequest, Run } from './context.ts';
import { gather, groupSize, MOST_WAIT_MS } from './gather.ts';
import { readFiles } from './reader.ts';
import { resolveScope } from './scope.ts';
import { settleSpace } from './settle-space.ts';
import { requireUnchanged } from './space.ts';
import type { PendingInput } from './staging.ts';
import { summarize } from './summary.ts';
import { type SurveyedSource, storeSources, survey } from './survey.ts';
import { createTally, toProgress } from './tally.ts';
import type { IndexSummary } from './types.ts';
import { createMemory, VectorSink } from './vector-sink.ts';

/** Runs once over the sources. Errors of the server end it; what was embedded before is kept. */
export async function runIndex(request: IndexRequest): Promise<IndexSummary> {
  const { file, embedder, signal, dryRun } = request;
  const sources = sourceStore(file.db, anchorFolder(file.path));
  const stored = sources.list();
  const all = resolveScope(request.sources, stored, request.rules);
  const { scope, unconfirmed } = confirmScope(request, stored, all);
  sources.requireInside(scope.map(({ path }) => path));
  const base = { request, sources, scope, unconfirmed, tally: createTally() };
  // The server answers while the sources are looked at. Its error is thrown where it is awaited.
  const asked = embedder.identity({ signal });
  asked.catch(() => {});
  const active = activeSpace(file.db);
  const presumed = active === null ? null : chunkingFor(request, active).chunker;
  const looked = await look(base, presumed);
  const identity = await asked;
  const space = await settleSpace(request, identity, active);
  const run = {
    ...base,
    space,
    memory: createMemory(),
    ...settleRun(base, { identity, space, active }),
  };
  if (!dryRun) writeMeta(file.db, CHUNKING_KEY, run.chunking.asked);
  const isOther = active !== null && active.id !== space.id;
  if (!dryRun && isOther) await rebuild(run);
  const isGood = !isOther && (presumed === null || presumed === run.chunking.chunker);
  const surveyed = await pass(run, { vectorsOnly: false, looked: isGood ? looked : null });
  return summarize(run, surveyed);
}

type RunBase = Pick<Run, 'request' | 'sources' | 'scope' | 'unconfirmed' | 'tally'>;

function chunkingFor(request: IndexRequest, identity: EmbedderIdentity): Chunking {
  const remembered = readMeta<ChunkOptions>(request.file.db, CHUNKING_KEY);
  return settleChunking(request, remembered, identity);
}

function settleRun(
  { request, sources }: RunBase,
  { identity, space, active }: { identity: EmbedderIdentity; space: Space; active: Space | null },
): Pick<Run, 'chunking' | 'complete'> {
  const isOwn = active === null || active.id === space.id;
  const complete = isOwn && !sources.anyUnfinished();
  return { chunking: chunkingFor(request, identity), complete };
}

/**
 * Fills a new space beside the active one, which searches go on using, and swaps. Documents stay as
 * they are until then; the pass that follows finds what has changed since.
 */
async function rebuild(run: Run): Promise<void> {
  await pass(run, { vectorsOnly: true, looked: null });
  // What failed is not asked for again by that pass: no server can keep it from its end.
  const { embedded, reused, failed, added, updated, removed, chunks } = run.tally;
  const placed = added + updated;
  Object.assign(run.tally, createTally(), {
    ...{ embedded, failed, reusedBefore: reused, added, updated, removed, chunks },
    ...{ toRead: placed, read: placed },
    // The pass that follows finds these as they are stored.
    unchanged: -placed,
  });
}

/**
 * Searches see the old vectors and documents, or the new ones: nothing that is stored lacks a vector,
 * and nothing was embedded for what has changed or is gone.
 */
function swap({ request, space, tally }: Run, sink: VectorSink, gone: Set<number>): void {
  const { db } = request.file;
  activateSpace(db, space, () => {
    sink.release();
    for (const id of gone) sink.documents.remove(id);
    rebuildCodes(db, space);
  });
  tally.removed += gone.size;
}

/**
 * Crawls the sources and compares them with what is stored; changes nothing.
 *
 * @param chunker null where nothing is stored yet
 */
async function look(
  { request, sources, scope, tally }: RunBase,
  chunker: string | null,
): Promise<readonly SurveyedSource[]> {
  tally.files = 0;
  return survey(scope, {
    ...{ sources, signal: request.signal, chunker: chunker ?? '' },
    documents: documentStore(request.file.db),
    onSource: (files) => {
      tally.files += files;
      request.onProgress(toProgress(tally));
    },
  });
}

/**
 * Once over everything: look, read, embed, and unless only vectors are wanted, delete.
 *
 * @param looked what was seen, if the sources were looked at already
 */
async function pass(
  run: Run,
  { vectorsOnly, looked }: { vectorsOnly: boolean; looked: readonly SurveyedSource[] | null },
): Promise<readonly SurveyedSource[]> {
  const { request, sources, space, chunking, tally, memory } = run;
  const { db } = request.file;
  const { dryRun, signal, now } = request;
  const seen = looked ?? (await look(run, chunking.chunker));
  const surveyed = dryRun ? seen : storeSources(seen, sources);
  if (!dryRun) {
    rememberNamed(request, sources.list());
    // Before the documents are opened: their writer keeps the words in step if their index is there.
    prepareWords(db);
  }
  const documents = documentStore(db);
  const report = (): void => request.onProgress(toProgress(tally));
  for (const { plan } of surveyed) {
    tally.toRead += plan.read.length;
    tally.unchanged += plan.keep;
  }
  const gone = new Set(surveyed.flatMap(({ plan }) => plan.remove.map(({ id }) => id)));
  const sink = new VectorSink({ db, space, documents, tally, memory, dryRun, vectorsOnly, now });
  const earlier = dryRun ? [] : surveyed.map(({ id }) => sources.begin(id));
  tally.phase = 'embed';
  const changed = new Set<number>();
  const context = { sink, chunking, tally, gone, changed, signal, report, now };
  await send(run, readFiles(surveyed, context), sink);
  tally.phase = 'retry';
  // What is about to go is not worth a vector; where documents stay as they are, nor what will change.
  const leftOut = dryRun || vectorsOnly ? [...gone, ...changed] : [...gone];
  await send(run, sink.missing(leftOut, run.complete ? 'failed' : 'all'), sink);
  tally.phase = 'finish';
  report();
  if (vectorsOnly) {
    swap(run, sink, gone);
    return surveyed;
  }
  tally.removed += gone.size;
  if (!dryRun) finish(run, surveyed, { sink, gone, earlier });
  return surveyed;
}

/** Sends inputs to the embedder and commits what comes back, until nothing more comes up. */
async function send(
  run: Run,
  inputs: AsyncIterable<PendingInput> | Iterable<PendingInput>,
  sink: VectorSink,
): Promise<void> {
  const { dryRun, onProgress } = run.request;
  if (dryRun) {
    for await (const input of inputs) sink.pretend(input);
    return;
  }
  let next = inputs;
  for (;;) {
    for await (const group of answers(run, next, sink)) {
      sink.commit(group);
      onProgress(toProgress(run.tally));
    }
    const queued = sink.takeQueued();
    if (queued.length === 0) return;
    next = queued;
  }
}

/** What the embedder answers, in groups to be stored. */
function answers(
  run: Run,
  inputs: AsyncIterable<PendingInput> | Iterable<PendingInput>,
  sink: VectorSink,
): AsyncIterable<EmbeddedBatch<PendingInput>> {
  const { embedder, limits, signal } = run.request;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const batches = embedAll(embedder, inputs, { ...limits, signal: either });
  return gather(ofOneSpace(run, batches), {
    most: () => groupSize(sink.stored()),
    waitMs: MOST_WAIT_MS,
    abandon: () => stop.abort(),
  });
}

/** Asks behind every answer whether it is still of the space that the run fills. */
async function* ofOneSpace<T>(
  { space, request: { embedder, signal } }: Run,
  batches: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const batch of batches) {
    await requireUnchanged(space, embedder, signal);
    yield batch;
  }
}

/** Only now is anything deleted: every document that replaces another one is in place. */
function finish(
  run: Run,
  surveyed: readonly SurveyedSource[],
  { sink, gone, earlier }: { sink: VectorSink; gone: Set<number>; earlier: readonly boolean[] },
): void {
  const { request, sources, tally } = run;
  const { db } = request.file;
  db.transaction(() => {
    for (const id of gone) sink.documents.remove(id);
    surveyed.forEach(({ id, scope }, index) => {
      sources.end(id, request.now(), scope.subtree !== '' && earlier[index] === true);
    });
    // With the end of the run: the next one looks only for what it has dropped itself. Vectors that an
    // unfinished run left are wanted when it goes on.
    if (!sources.anyUnfinished()) tally.pruned = sink.prune(run.complete ? 'dropped' : 'all');
  }).immediate();
  sink.maintain();
  maintainWords(db, {
    signal: request.signal,
    onProgress: (done, total) => {
      tally.phase = 'words';
      tally.words = { done, total };
      request.onProgress(toProgress(tally));
    },
  });
  reclaim(db, sink.documents.droppedCount() + tally.pruned);
}
