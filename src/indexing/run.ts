/**
 * One run: crawl, plan, read, embed, store, prune. Vectors are committed batch by batch and a
 * document's rows switch in one transaction, so that a run can end at any moment and lose only the
 * requests in flight.
 */
import { embedAll } from '../embedding/embed-all.ts';
import { fingerprint } from '../embedding/fingerprint.ts';
import { documentStore } from '../storage/documents.ts';
import { readMeta, writeMeta } from '../storage/meta.ts';
import { anchorFolder, sourceStore } from '../storage/sources.ts';
import { activeSpace, addSpace, type Space } from '../storage/spaces.ts';
import type { ChunkOptions, EmbedderIdentity } from '../types.ts';
import { CHUNKING_KEY, settleChunking } from './chunking-options.ts';
import type { IndexRequest, Run } from './context.ts';
import { readFiles } from './reader.ts';
import { resolveScope } from './scope.ts';
import { requireSameSpace } from './space.ts';
import { createStaging, type PendingInput } from './staging.ts';
import { summarize } from './summary.ts';
import { survey } from './survey.ts';
import { createTally, toProgress } from './tally.ts';
import type { IndexSummary } from './types.ts';
import { createVectorSink, type VectorSink } from './vector-sink.ts';

/** Runs once over the sources. Errors of the server end it; what was embedded before is kept. */
export async function runIndex(request: IndexRequest): Promise<IndexSummary> {
  const { file, embedder, signal, dryRun } = request;
  const sources = sourceStore(file.db, anchorFolder(file.path));
  const scope = resolveScope(request.sources, sources.list(), request.rules);
  const identity = await embedder.identity({ signal });
  const space = settleSpace(request, identity);
  const chunking = settleChunking(request, readMeta<ChunkOptions>(file.db, CHUNKING_KEY), identity);
  if (!dryRun) writeMeta(file.db, CHUNKING_KEY, chunking.asked);
  const tally = createTally();
  const documents = documentStore(file.db);
  const report = (): void => request.onProgress(toProgress(tally));
  const surveyed = await survey(scope, {
    ...{ sources, documents, dryRun, signal },
    chunker: chunking.chunker,
    onSource: (files) => {
      tally.files += files;
      report();
    },
  });
  const run = { request, sources, surveyed, tally, report };
  const sink = createVectorSink({ db: file.db, space, documents, tally, dryRun, now: request.now });
  await embed(run, chunking, sink);
  finish(run, sink);
  return summarize(run, space);
}

/** The active space if it fits the embedder; a new one in a new corpus; null in a dry run there. */
function settleSpace(request: IndexRequest, identity: EmbedderIdentity): Space | null {
  const { db } = request.file;
  const active = activeSpace(db);
  if (active !== null) {
    requireSameSpace(active, identity);
    return active;
  }
  return request.dryRun ? null : addSpace(db, identity, fingerprint(identity), request.now());
}

async function embed(
  run: Run,
  chunking: ReturnType<typeof settleChunking>,
  sink: VectorSink,
): Promise<void> {
  const { request, surveyed, tally, report, sources } = run;
  const { apply, gone } = sink;
  for (const { plan } of surveyed) {
    tally.toRead += plan.read.length;
    tally.unchanged += plan.keep;
    for (const { id } of plan.remove) gone.add(id);
  }
  const staging = createStaging(sink.isSettled);
  const { documents } = sink;
  const { signal, now } = request;
  const context = { documents, staging, chunking, tally, gone, signal, apply, report, now };
  const earlier = request.dryRun ? [] : surveyed.map(({ id }) => sources.begin(id));
  tally.phase = 'embed';
  await send(run, readFiles(surveyed, context), sink, staging.settle);
  tally.phase = 'retry';
  await send(run, sink.missing(), sink, () => []);
  if (request.dryRun) return;
  surveyed.forEach(({ id, scope }, index) => {
    sources.end(id, now(), scope.subtree !== '' && earlier[index] === true);
  });
}

/** Sends inputs to the embedder and commits what comes back, batch by batch. */
async function send(
  run: Run,
  inputs: AsyncIterable<PendingInput> | Iterable<PendingInput>,
  sink: VectorSink,
  settle: ReturnType<typeof createStaging>['settle'],
): Promise<void> {
  const { embedder, limits, signal, dryRun } = run.request;
  if (dryRun) {
    for await (const input of inputs) sink.pretend(input, settle);
    return;
  }
  for await (const batch of embedAll(embedder, inputs, { ...limits, signal })) {
    sink.commit(batch, settle);
    run.report();
  }
}

/** Only now is anything deleted: every document that replaces another one is in place. */
function finish(run: Run, sink: VectorSink): void {
  const { request, tally, report, sources } = run;
  tally.phase = 'finish';
  tally.path = null;
  report();
  tally.removed = sink.gone.size;
  if (request.dryRun) return;
  sink.removeGone();
  // Vectors that an unfinished run left are wanted when it goes on.
  if (!sources.anyUnfinished()) tally.pruned = sink.prune();
  sink.maintain();
  request.file.db.pragma('incremental_vacuum');
}
