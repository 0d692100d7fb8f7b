/** Reads the files of a plan, one after the other, and yields the inputs that need a vector. */
import { type AdaptiveDisk, createAdaptiveDisk } from '../../files/adaptive-disk.ts';
import { absolutePath } from '../../files/paths.ts';
import { readDocument } from '../../files/read.ts';
import type { IndexSkip } from '../../model/indexing.ts';
import { notCutBy } from '../../model/not-cut.ts';
import type { SkipReason } from '../../model/types.ts';
import type { DocumentPlace } from '../../store/reading-types.ts';
import type { EmbeddingInput, NewDocument } from '../../store/writing-types.ts';
import { chunkerFor } from './chunking-options.ts';
import { type Run, report, sourceIdOf } from './context.ts';
import type { DocumentWriter } from './document-writer.ts';
import type { FileToRead } from './plan.ts';
import {
  type FileContent,
  type FilePlace,
  toDocument,
  toObservation,
  withoutChunks,
} from './prepare.ts';
import type { SurveyedPart } from './survey.ts';
import { addMalformed, type Tally } from './tally.ts';

/** What reading needs. */
export interface ReaderContext {
  readonly run: Run;
  readonly writer: DocumentWriter;
  /** Documents whose file is gone, by id: a new file with the same bytes takes one over. */
  readonly gone: Set<number>;
  /** Documents that others were staged for, by id. */
  readonly changed: Set<number>;
}

/** After these the old text is gone as well; after any other one the file may be back. */
const GONE_FOR_GOOD: ReadonlySet<SkipReason> = new Set(['binary', 'encoding', 'too-large']);

/** Reads, cuts and stages the files of every source; yields what has to be embedded. */
export async function* readFiles(
  surveyed: readonly SurveyedPart[],
  context: ReaderContext,
): AsyncGenerator<EmbeddingInput> {
  const { run, writer } = context;
  const disk = createAdaptiveDisk();
  for (const { part, plan } of surveyed) {
    const sourceId = sourceIdOf(run.sourceIds, part);
    const chunker = chunkerFor(run.chunking.chunker, part.source);
    const source = { id: sourceId, path: part.source.path, chunker };
    for (const path of plan.notCut) skipNotCut(run, { source: source.path, path });
    for (const item of plan.read) {
      run.request.signal?.throwIfAborted();
      run.tally.path = item.file.path;
      report(run);
      const content = await readOne(part.source, item, { ...context, disk });
      if (content !== null) yield* await take(item, { source, content }, context);
      yield* writer.takeQueued();
    }
  }
  run.tally.path = null;
}

/** @returns null if it was skipped */
async function readOne(
  source: SurveyedPart['part']['source'],
  { file, stored }: FileToRead,
  { run, gone, disk }: ReaderContext & { readonly disk: AdaptiveDisk },
): Promise<FileContent | null> {
  const { request, tally } = run;
  const content = await readDocument(absolutePath(source, file.path), {
    now: () => BigInt(Math.round(request.now() * 1e6)),
    open: disk.open,
    encoding: source.encoding,
  });
  if (content.kind === 'read') {
    tally.read += 1;
    return content;
  }
  const { reason, detail } = content;
  leaveOut(stored, { source: source.path, path: file.path, reason, detail }, { run, gone });
  return null;
}

/** The source that a file is of. */
interface ReadSource {
  readonly id: number;
  /** Absolute. */
  readonly path: string;
  /** Its documents are known by. */
  readonly chunker: string;
}

function tellMalformed(
  { path, frontMatterErrorLine: line }: NewDocument,
  source: ReadSource,
  tally: Tally,
): void {
  if (line !== null) addMalformed(tally, { source: source.path, path, line });
}

/** Says that a file was left out; its former text goes if it cannot be back. */
function leaveOut(
  stored: FileToRead['stored'],
  skip: IndexSkip,
  { run, gone }: Pick<ReaderContext, 'run' | 'gone'>,
): void {
  run.tally.skipped.push(skip);
  if (stored !== null && GONE_FOR_GOOD.has(skip.reason)) gone.add(stored.id);
}

const ENCODED_ONLY = 'nothing but encoded data';

/** There are letters, and none of them is in a passage: the chunker leaves out nothing else. */
function isEncodedOnly({ chunks, frontMatter }: NewDocument, { text }: FileContent): boolean {
  return chunks.length === 0 && frontMatter === null && /[\p{L}\p{N}]/u.test(text);
}

/** Brings the corpus up to date with one file. @returns inputs that need a vector */
async function take(
  { file, stored }: FileToRead,
  { source, content }: { readonly source: ReadSource; readonly content: FileContent },
  context: ReaderContext,
): Promise<readonly EmbeddingInput[]> {
  const { run, gone, changed } = context;
  const place: FilePlace = { sourceId: source.id, path: file.path, format: file.format };
  const same =
    stored === null && gone.size === 0
      ? []
      : await findSame(content, place.format, source, context.writer);
  if (stored !== null && same.some(({ id }) => id === stored.id)) {
    await keep(stored.id, content, context);
    return [];
  }
  const moved = stored === null ? same.find(({ id }) => gone.has(id)) : undefined;
  if (moved !== undefined) {
    await move(moved.id, { place, content }, context);
    return [];
  }
  const document = cut({ content, place, source }, run);
  if ('failed' in document) {
    skipNotCut(run, { source: source.path, path: file.path, detail: document.failed });
    await remember({ place, content, source, stored }, context);
    return [];
  }
  if (isEncodedOnly(document, content)) {
    const skip = { source: source.path, path: file.path, detail: ENCODED_ONLY } as const;
    leaveOut(stored, { ...skip, reason: 'binary' }, context);
    return [];
  }
  tellMalformed(document, source, run.tally);
  if (stored === null) run.tally.added += 1;
  else {
    run.tally.updated += 1;
    changed.add(stored.id);
  }
  return stage(document, context);
}

/** A file that was read, and where it belongs. */
interface FileToCut {
  readonly place: FilePlace;
  readonly source: ReadSource;
  readonly content: FileContent;
}

/** Our own code may fail on a text that nobody thought of: that costs this file. Nothing else is tried here. */
function cut(
  { content, place, source: { chunker } }: FileToCut,
  { request, chunking }: Run,
): NewDocument | { readonly failed: string } {
  try {
    return (request.makeDocument ?? toDocument)(content, place, { ...chunking, chunker });
  } catch (error) {
    // The name alone: a message may hold text.
    return { failed: error instanceof Error ? error.name : 'error' };
  }
}

/** Says that a file could not be cut, with what it failed by if it was tried in this run. */
function skipNotCut(
  { tally }: Run,
  skip: { readonly source: string; readonly path: string; readonly detail?: string },
): void {
  tally.skipped.push({ ...skip, reason: 'not-cut' });
}

/** Keeps what is stored of a file that could not be cut, marked so that it is not tried again as it is. */
async function remember(
  { place, content, source, stored }: Pick<FileToRead, 'stored'> & FileToCut,
  { writer }: ReaderContext,
): Promise<void> {
  const chunker = notCutBy(source.chunker);
  if (stored === null) {
    await writer.stage(withoutChunks(content, place, chunker));
    return;
  }
  const touched = { id: stored.id, observation: toObservation(content), chunker };
  await writer.update({ touched: [touched] });
}

/** Stored documents with the same bytes, cut the same way. */
async function findSame(
  { hash: contentHash }: FileContent,
  format: NewDocument['format'],
  { chunker }: ReadSource,
  writer: DocumentWriter,
): Promise<readonly DocumentPlace[]> {
  return writer.sameContent({ contentHash, chunker, format });
}

/** The file is the same: only what the next plan compares changes. */
async function keep(
  id: number,
  content: FileContent,
  { run, writer }: ReaderContext,
): Promise<void> {
  await writer.update({ touched: [{ id, observation: toObservation(content) }] });
  run.tally.unchanged += 1;
}

/** A moved or renamed file takes over the document of the one that is gone. */
async function move(
  id: number,
  { place, content }: { readonly place: FilePlace; readonly content: FileContent },
  { run, writer, gone }: ReaderContext,
): Promise<void> {
  const { sourceId, path } = place;
  gone.delete(id);
  await writer.update({ moved: [{ id, sourceId, path, observation: toObservation(content) }] });
  run.tally.moved += 1;
}

async function stage(
  document: NewDocument,
  { run: { tally }, writer }: ReaderContext,
): Promise<readonly EmbeddingInput[]> {
  const { ask, reused } = await writer.stage(document);
  tally.chunks += document.chunks.length;
  tally.reused += reused;
  return ask;
}
