/**
 * One run: crawl, plan, read, embed, store, prune. Vectors are committed batch by batch and a
 * document's rows switch in one transaction, so that a run can end at any moment and lose only the
 * requests in flight.
 */
import { embedAll } from '../embedding/embed-all.ts';
import { fingerprint } from '../embedding/fingerprint.ts';
import { reclaim } from '../storage/compact.ts';
import { derivedWriter, rebuildDerived } from '../storage/derived-vectors.ts';
import { documentStore } from '../storage/documents.ts';
import { embeddingStore } from '../storage/embeddings.ts';
import { maintainLexical, prepareLexical } from '../storage/lexical.ts';
import { readMeta, writeMeta } from '../storage/meta.ts';
import { anchorFolder, sourceStore } from '../storage/sources.ts';
import {
  activateSpace,
  activeSpace,
  addSpace,
  adoptIdentity,
  findSpace,
  type Space,
} from '../storage/spaces.ts';
import type { ChunkOptions, EmbedderIdentity } from '../types.ts';
import { CHUNKING_KEY, type Chunking, settleChunking } from './chunking-options.ts';
import type { IndexRequest, Run } from './context.ts';
import { readFiles } from './reader.ts';
import { resolveScope } from './scope.ts';
import { requireSameSpace, requireUnchanged } from './space.ts';
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
  const scope = resolveScope(request.sources, sources.list(), request.rules);
  const base = { request, sources, scope, tally: createTally() };
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

type RunBase = Pick<Run, 'request' | 'sources' | 'scope' | 'tally'>;

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

/** The space to write to: the active one, or with `rebuild` another one beside it. */
async function settleSpace(
  request: IndexRequest,
  identity: EmbedderIdentity,
  active: Space | null,
): Promise<Space> {
  const { db } = request.file;
  const print = fingerprint(identity);
  const known = findSpace(db, print);
  if (known !== null && (known.id === active?.id || request.rebuild)) return known;
  if (active !== null && !request.rebuild) {
    const match = await requireSameSpace(db, active, request.embedder, request.signal);
    if (match === 'same' || request.dryRun) return active;
    // Vectors without a passage, which a run left that ended early: nobody knows whose they are.
    if (match === 'nothing-to-compare') {
      embeddingStore(db, active, derivedWriter(db, active)).prune();
    }
    return adoptIdentity(db, active, identity, print);
  }
  // A dry run stores no space; no row has this id, so every input counts as new.
  if (request.dryRun) return { ...identity, id: -1, fingerprint: print };
  return addSpace(db, identity, print, request.now());
}

/**
 * Fills a new space beside the active one, which searches go on using, and swaps. Documents stay as
 * they are until then; the pass that follows finds every vector there.
 */
async function rebuild(run: Run): Promise<void> {
  const { db } = run.request.file;
  await pass(run, { vectorsOnly: true, looked: null });
  activateSpace(db, run.space, () => rebuildDerived(db, run.space));
  // What failed is not asked for again by that pass: no server can keep documents from being switched.
  const { embedded, reused, failed } = run.tally;
  Object.assign(run.tally, createTally(), { embedded, failed, reusedBefore: reused });
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
  // Before the documents are opened: their writer keeps the words in step if the table is there.
  if (!dryRun) prepareLexical(db);
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
  const context = { sink, chunking, tally, gone, signal, report, now };
  await send(run, readFiles(surveyed, context), sink);
  tally.phase = 'retry';
  // What is about to go is not worth a vector; where documents stay as they are, nor what will change.
  // But in a rebuild what will go stays until its second half is done, which a dead server may delay.
  const leftOut = [
    ...(vectorsOnly ? [] : gone),
    ...(dryRun || vectorsOnly ? aboutToChange(surveyed) : []),
  ];
  await send(run, sink.missing(leftOut, run.complete ? 'failed' : 'all'), sink);
  tally.phase = 'finish';
  report();
  if (vectorsOnly) return surveyed;
  tally.removed = gone.size;
  if (!dryRun) finish(run, surveyed, { sink, gone, earlier });
  return surveyed;
}

function aboutToChange(surveyed: readonly SurveyedSource[]): readonly number[] {
  return surveyed.flatMap(({ plan }) => plan.read.flatMap(({ stored }) => stored?.id ?? []));
}

/** Sends inputs to the embedder and commits what comes back, until nothing more comes up. */
async function send(
  run: Run,
  inputs: AsyncIterable<PendingInput> | Iterable<PendingInput>,
  sink: VectorSink,
): Promise<void> {
  const { embedder, limits, signal, dryRun, onProgress } = run.request;
  if (dryRun) {
    for await (const input of inputs) sink.pretend(input);
    return;
  }
  let next = inputs;
  for (;;) {
    for await (const batch of embedAll(embedder, next, { ...limits, signal })) {
      await requireUnchanged(run.space, embedder, signal);
      sink.commit(batch);
      onProgress(toProgress(run.tally));
    }
    const queued = sink.takeQueued();
    if (queued.length === 0) return;
    next = queued;
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
  }).immediate();
  // Vectors that an unfinished run left are wanted when it goes on.
  if (!sources.anyUnfinished()) tally.pruned = sink.prune(run.complete ? 'dropped' : 'all');
  sink.maintain();
  maintainLexical(db, {
    signal: request.signal,
    onProgress: (done, total) => {
      tally.phase = 'words';
      tally.words = { done, total };
      request.onProgress(toProgress(tally));
    },
  });
  reclaim(db, sink.documents.droppedCount() + tally.pruned);
}
