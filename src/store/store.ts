/**
 * The port to where a corpus is kept. The engine works through it alone; `sqlite/` stands behind it.
 *
 * - Every method is one snapshot or one transaction, except what returns an `AsyncIterable`: that is read
 *   page by page, each page a snapshot.
 * - It takes data and gives data: no handle of a driver, no callback but listeners of progress.
 * - Every method may reject with a `CorpusError` about the file or the database behind it
 *   (`CORPUS_DAMAGED`, `CORPUS_BUSY`, `CORPUS_DISK_FULL`, `CORPUS_NOT_WRITABLE`).
 * - Ids are of rows: they hold until the row is replaced, and may then be given to another one.
 *
 * Methods that write are called by the holder of the lock (`lock`) only.
 */

import type { FileInSource, MalformedFrontMatter, StoredFailure } from '../model/indexing.ts';
import type { DocumentFilters } from '../model/search.ts';
import type {
  DocumentPlace,
  FindQuery,
  Found,
  Passage,
  StoreCounts,
  StoredDocument,
  StoreInfo,
} from './reading-types.ts';
import type { ExamineOptions, OptimizeSummary, StoreCheck, StoreFinding } from './upkeep-types.ts';
import type {
  Changes,
  ContentKey,
  EmbeddingInput,
  InputVector,
  MaintainOptions,
  ManifestEntry,
  MissingInputs,
  NewDocument,
  Removal,
  RunEnd,
  RunStart,
  RunState,
} from './writing-types.ts';

/** What a corpus is kept in. */
export interface Store extends StoreReader, StoreWriter, StoreUpkeep {
  /** Where it is, for people: the path of the file, `:memory:` for one in memory. */
  readonly path: string;
  /** True if it was opened for reading: methods that write must not be called. */
  readonly isReadOnly: boolean;
  /** Gives back what it holds. No method may be called behind it. */
  close(): Promise<void>;
}

/** What is read from a corpus. */
export interface StoreReader {
  /** What the corpus is about; cheap, whatever it holds. */
  info(): Promise<StoreInfo>;
  /** How much it holds; counts rows. */
  counts(): Promise<StoreCounts>;
  /** How many vectors a space has, active or not; counts rows. */
  vectorCount(spaceId: number): Promise<number>;
  /** Remembered failures of a space by source, path and place. */
  failures(spaceId: number, limit: number): Promise<readonly StoredFailure[]>;
  /** Documents whose front matter is not valid, by source and path. @param limit of those listed */
  malformedFrontMatter(limit: number): Promise<MalformedFrontMatter>;
  /** Documents whose files could not be cut into passages, by source and path. */
  notCut(limit: number): Promise<readonly FileInSource[]>;
  /** Documents inside the filter, by source and path. */
  documents(filter?: DocumentFilters): AsyncIterable<StoredDocument>;
  /**
   * The documents of a source that have one of a few names, from an index.
   *
   * @param paths as documents have them
   */
  documentsNamed(sourceId: number, paths: readonly string[]): Promise<readonly StoredDocument[]>;
  /** All passages of a document in its order; none if it is gone. */
  passages(documentId: number): Promise<readonly Passage[]>;
  /** Stored vectors of passages in the active space, by the passages' ids; damaged ones are left out. */
  vectors(passageIds: readonly number[]): Promise<ReadonlyMap<number, Float32Array>>;
  /**
   * Ranks passages inside a filter, by a vector, by words, or both.
   *
   * @returns null if the vector's space is not the active one any more
   * @throws CorpusError `CORPUS_OUTDATED` if words are looked for that are not indexed yet; UsageError `USAGE`
   *   for a filter that cannot be one
   */
  find(query: FindQuery): Promise<Found | null>;
  /** Some stored inputs of a space that passages use, with their vectors: the same ones every time. */
  sample(spaceId: number, count: number): Promise<readonly InputVector[]>;
}

/** What a run of `index` reads and writes, in the order of its methods. */
export interface StoreWriter {
  /**
   * Makes this process the one writer.
   *
   * @throws CorpusError `CORPUS_BUSY` naming the holder; the signal's reason
   */
  lock(options?: { readonly signal?: AbortSignal | undefined }): Promise<Lease>;
  /**
   * Which stored sources may not be read: neither named in this run nor confirmed on this machine before,
   * and outside of what moves together with the corpus, which may have come from someone else.
   *
   * @param paths of sources about to be read; absolute
   * @param named paths that the user named for this run: of sources, or inside them
   * @throws CorpusError `CORPUS_DAMAGED` if a source that says it is inside leads out
   */
  unconfirmed(paths: readonly string[], named: readonly string[]): Promise<readonly string[]>;
  /** What planning compares with the files of a source, by path. */
  manifest(sourceId: number): Promise<readonly ManifestEntry[]>;
  /**
   * Makes the corpus where it is not there yet, and takes its lock for the lease that is held. Call it when a
   * run has been accepted: until then nothing is on disk.
   *
   * @returns true if someone else has filled it meanwhile: what was read before does not hold
   * @throws CorpusError `CORPUS_BUSY`, `CORPUS_NOT_WRITABLE`; the signal's reason
   */
  establish(options?: { readonly signal?: AbortSignal | undefined }): Promise<boolean>;
  /** Settles space, sources and chunking of a run, and marks it begun. */
  begin(run: RunStart): Promise<RunState>;
  /** Which of the inputs have a vector in a space, in their order. */
  known(spaceId: number, inputHashes: readonly Uint8Array[]): Promise<readonly boolean[]>;
  /** Stored documents with exactly these bytes, cut by this chunker in this format. */
  sameContent(content: ContentKey): Promise<readonly DocumentPlace[]>;
  /** Stored documents that have a chunk with this input. */
  documentsWith(inputHash: Uint8Array): Promise<readonly NewDocument[]>;
  /**
   * Inputs of stored chunks that have no vector in a space, each once, in the order of their chunks.
   * May be read on while changes are committed.
   */
  missing(spaceId: number, which: MissingInputs): AsyncIterable<EmbeddingInput>;
  /**
   * Stores what a run came to. Documents of a space that is not the active one wait for {@link swap},
   * and are gone if it does not come.
   *
   * @returns about how many vectors are stored
   */
  commit(changes: Changes): Promise<{ readonly vectors: number }>;
  /** Makes a space the active one, with the documents that waited for it, and frees every other. */
  swap(swap: { readonly spaceId: number; readonly remove: readonly number[] }): Promise<void>;
  /** Ends a run: deletes what is gone, and what nothing uses any more. */
  finish(end: RunEnd): Promise<{ readonly pruned: number }>;
  /**
   * Brings derived tables up to date and gives room back.
   *
   * @throws the signal's reason; what was built until then is kept
   */
  maintain(options?: MaintainOptions): Promise<void>;
  /** Takes sources and documents out, with the vectors that nothing uses any more, and gives room back. */
  remove(removal: Removal): Promise<{ readonly pruned: number }>;
}

/** What keeps a corpus in order. */
export interface StoreUpkeep {
  /** Builds all that is derived anew and leaves no gaps; drops what rebuilds have left that did not end. */
  optimize(): Promise<OptimizeSummary>;
  /** Looks for damage, in one snapshot; changes nothing. */
  examine(options?: ExamineOptions): Promise<readonly StoreCheck[]>;
  /** Mends what {@link examine} finds and says it can. @returns what was found */
  repair(): Promise<readonly StoreFinding[]>;
}

/** The exclusive right to write. */
export interface Lease {
  /** Gives it back; never rejects. */
  release(): Promise<void>;
}
