/** Reads the files of a plan, one after the other, and yields the inputs that need a vector. */

import { createAdaptiveDisk, type AdaptiveDisk } from '../../files/adaptive-disk.ts';
import { absolutePath } from '../../files/paths.ts';
import { readDocument } from '../../files/read.ts';
import type { SkipReason } from '../../model/types.ts';
import type { NewDocument } from '../../store/sqlite/documents.ts';
import type { Chunking } from './chunking-options.ts';
import type { FileToRead } from './plan.ts';
import { type FileContent, toDocument } from './prepare.ts';
import type { PendingInput } from './staging.ts';
import type { SurveyedSource } from './survey.ts';
import type { Tally } from './tally.ts';
import type { VectorSink } from './vector-sink.ts';

/** What reading needs. */
export interface ReaderContext {
  readonly sink: VectorSink;
  readonly chunking: Chunking;
  readonly tally: Tally;
  /** Documents whose file is gone, by id: a new file with the same bytes takes one over. */
  readonly gone: Set<number>;
  /** Documents that others were staged for, by id. */
  readonly changed: Set<number>;
  readonly signal: AbortSignal | undefined;
  readonly report: () => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** After these the old text is gone as well; after any other one the file may be back. */
const GONE_FOR_GOOD: ReadonlySet<SkipReason> = new Set(['binary', 'encoding', 'too-large']);

/** Reads, cuts and stages the files of every source; yields what has to be embedded. */
export async function* readFiles(
  surveyed: readonly SurveyedSource[],
  context: ReaderContext,
): AsyncGenerator<PendingInput> {
  const disk = createAdaptiveDisk();
  for (const source of surveyed) {
    for (const item of source.plan.read) {
      context.signal?.throwIfAborted();
      context.tally.path = item.file.path;
      context.report();
      yield* await readOne(source, item, { ...context, disk });
      yield* context.sink.takeQueued();
    }
  }
  context.tally.path = null;
}

async function readOne(
  source: SurveyedSource,
  item: FileToRead,
  context: ReaderContext & { readonly disk: AdaptiveDisk },
): Promise<readonly PendingInput[]> {
  const { tally, now, disk } = context;
  const root = source.scope.path;
  const path = absolutePath(source.scope, item.file.path);
  const content = await readDocument(path, {
    now: () => BigInt(Math.round(now() * 1e6)),
    open: disk.open,
  });
  if (content.kind === 'skipped') {
    const { reason, detail } = content;
    tally.skipped.push({ source: root, path: item.file.path, reason, detail });
    if (item.stored !== null && GONE_FOR_GOOD.has(reason)) context.gone.add(item.stored.id);
    return [];
  }
  tally.read += 1;
  if (isSame(item, content, context)) return [];
  const place = { sourceId: source.id, path: item.file.path, format: item.file.format };
  if (item.stored === null && takeOver(place, content, context)) return [];
  const document = toDocument(content, place, context.chunking);
  if (item.stored === null) tally.added += 1;
  else {
    tally.updated += 1;
    context.changed.add(item.stored.id);
  }
  return stage(document, context);
}

/** The same bytes, cut the same way: only the manifest changes. */
function isSame(item: FileToRead, content: FileContent, context: ReaderContext): boolean {
  const { stored } = item;
  if (stored === null || stored.chunker !== context.chunking.chunker) return false;
  if (context.sink.documents.contentHash(stored.id)?.equals(content.hash) !== true) return false;
  context.sink.apply(() => context.sink.documents.touch(stored.id, content));
  context.tally.unchanged += 1;
  return true;
}

/** A moved or renamed file takes over the document of the one that is gone. */
function takeOver(
  place: { sourceId: number; path: string; format: NewDocument['format'] },
  content: FileContent,
  context: ReaderContext,
): boolean {
  const { sink, gone, tally, chunking } = context;
  const same = sink.documents
    .sameContent(content.hash, chunking.chunker, place.format)
    .find(({ id }) => gone.has(id));
  if (same === undefined) return false;
  gone.delete(same.id);
  sink.apply(() => sink.documents.move(same.id, place, content));
  tally.moved += 1;
  return true;
}

function stage(document: NewDocument, { tally, sink }: ReaderContext): readonly PendingInput[] {
  const { ask, reused } = sink.stage(document);
  tally.chunks += document.chunks.length;
  tally.reused += reused;
  return ask;
}
