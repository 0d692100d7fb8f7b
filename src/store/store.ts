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
import type { StoredFailure } from '../model/indexing.ts';
import type { DocumentFilters } from '../model/search.ts';
import type { Source } from '../model/source.ts';
import type {
  Chunk,
  ChunkOptions,
  DocumentFormat,
  EmbedderIdentity,
  JsonObject,
} from '../model/types.ts';
import type { LexicalQuery } from '../text/query.ts';

export type { StoredFailure } from '../model/indexing.ts';

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
  /** Remembered failures of a space by source, path and place. */
  failures(spaceId: number, limit: number): Promise<readonly StoredFailure[]>;
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
  /** Builds all that is derived anew and leaves no gaps. */
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

/** What a corpus is about. */
export interface StoreInfo {
  /** The space that is searched; null before the first run. */
  readonly space: VectorSpace | null;
  /** Other spaces: of a rebuild that has not ended. */
  readonly otherSpaces: readonly VectorSpace[];
  readonly sources: readonly StoredSource[];
  /** The chunk sizes that were asked for last; null before the first run. */
  readonly chunking: ChunkOptions | null;
  /** True if words can be searched: every passage is in their index. */
  readonly hasWords: boolean;
}

/** A stored vector space. */
export interface VectorSpace extends EmbedderIdentity {
  readonly id: number;
  /** SHA-256 in hex over what makes vectors comparable. */
  readonly fingerprint: string;
}

/** A source as it is stored. */
export interface StoredSource extends Source {
  readonly id: number;
  /** True if a run over it has not ended. */
  readonly unfinished: boolean;
}

/** How much a corpus holds. */
export interface StoreCounts {
  readonly documents: number;
  readonly chunks: number;
  /** Vectors of the active space. */
  readonly vectors: number;
  /** Inputs of stored chunks without a vector in the active space, failures among them. */
  readonly missing: number;
  /** Remembered failures of the active space. */
  readonly failed: number;
}

/** Where a document stands. */
export interface DocumentPlace {
  readonly id: number;
  readonly sourceId: number;
  /** Path inside the source, with '/'; the file's name where the source is a file. */
  readonly path: string;
}

/** A stored document without its text. */
export interface StoredDocument extends DocumentPlace {
  /** Absolute path of its source. */
  readonly source: string;
  /** What the source is: the document itself, where it is a file. */
  readonly sourceKind: Source['kind'];
  readonly title: string | null;
  readonly passages: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

/** A stored chunk with where it stands. */
export interface Passage {
  readonly id: number;
  readonly documentId: number;
  /** Absolute path of the source. */
  readonly source: string;
  /** Path inside the source, with '/'; the file's name where the source is a file. */
  readonly path: string;
  readonly title: string | null;
  /** Position in the document, from 0. */
  readonly ordinal: number;
  readonly headings: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly text: string;
}

/** What is looked for. */
export interface FindQuery {
  /** The vector of a query, of unit length, and the space that it is of; null to go by words alone. */
  readonly vector: { readonly spaceId: number; readonly values: Float32Array } | null;
  /** null to go by the vector alone. Phrases in it must stand there. */
  readonly words: LexicalQuery | null;
  /** Restricts before ranking. `sources` are absolute, as {@link StoreInfo} has them, with '/'. */
  readonly filter: DocumentFilters;
  /** Passages wanted of each list. */
  readonly depth: number;
  /**
   * How many of the nearest are certain to be the nearest; behind them one in ten may be missing, which
   * takes a quarter of the time. Default: all of them.
   */
  readonly precise?: number | undefined;
  /** Compares with every vector. */
  readonly exact: boolean;
}

/** What was found. */
export interface Found {
  /** Nearest first; empty without a vector. */
  readonly nearest: readonly Neighbour[];
  /** By BM25, best first; empty without words. */
  readonly matches: readonly WordMatch[];
  /** Distances of those of {@link matches} that are not among {@link nearest} and have a vector. */
  readonly distances: ReadonlyMap<number, number>;
  /** What the scores of each list can be at most and at least; null where that is not known. */
  readonly bounds: { readonly similarity: ScoreBounds | null; readonly words: ScoreBounds };
  /** Every passage of both lists, by id. */
  readonly passages: ReadonlyMap<number, Passage>;
}

/** A passage and how far it is from a vector. */
export interface Neighbour {
  readonly id: number;
  /** 1 − cosine similarity: 0 is the same direction, 2 the opposite one. */
  readonly distance: number;
}

/** A passage and how well its words fit. */
export interface WordMatch {
  readonly id: number;
  /** BM25 over text, headings and path; above 0. Not comparable between queries. */
  readonly score: number;
}

/** What a score can be: `min` says nothing for a passage, `max` is as good as can be. */
export interface ScoreBounds {
  readonly min: number;
  readonly max: number;
}

/** What a corpus knows of a file: enough to tell whether it must be read again. */
export interface ManifestEntry {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** When it was read, in nanoseconds since 1970. */
  readonly observedAtNs: bigint;
  readonly chunker: string;
}

/** How a file was found and read. */
export type Observation = Pick<ManifestEntry, 'size' | 'mtimeNs' | 'observedAtNs'>;

/** What makes two files the same document. */
export interface ContentKey {
  /** SHA-256 of the bytes. */
  readonly contentHash: Uint8Array;
  readonly chunker: string;
  readonly format: DocumentFormat;
}

/** A text to embed: context and text of a chunk, without the model's prompt. */
export interface EmbeddingInput {
  /** SHA-256 of the text in UTF-8, which identifies its vector. */
  readonly inputHash: Uint8Array;
  readonly text: string;
}

/** An input and its vector. */
export interface InputVector extends EmbeddingInput {
  /** Unit length. */
  readonly vector: Float32Array;
}

/** A chunk with the hash of its embedding input. */
export interface HashedChunk extends Chunk {
  /** SHA-256 of `context + text`. */
  readonly inputHash: Uint8Array;
}

/** A document as it is stored. */
export interface NewDocument extends Observation, ContentKey {
  readonly sourceId: number;
  readonly path: string;
  readonly title: string | null;
  readonly frontMatter: JsonObject | null;
  readonly encoding: string;
  readonly chunks: readonly HashedChunk[];
}

/** How a run begins. */
export interface RunStart {
  /** The space that vectors go to: the one of this fingerprint, or a new one. Active if none is. */
  readonly identity: EmbedderIdentity;
  readonly fingerprint: string;
  /**
   * The model's file has changed and its vectors have not: this space goes by the new identity. `prune`
   * deletes its vectors that no passage uses, where none was there to compare: nobody knows whose they are.
   */
  readonly adopt: { readonly spaceId: number; readonly prune: boolean } | null;
  /** Asked for, to be remembered. */
  readonly chunking: ChunkOptions;
  /** Added, or their rules replaced. */
  readonly sources: readonly Source[];
  /** Paths that the user named: confirmed on this machine from now on. */
  readonly named: readonly string[];
}

/** A run that has begun. */
export interface RunState {
  readonly space: VectorSpace;
  /** In the order given; `unfinished` as it was before. */
  readonly sources: readonly StoredSource[];
  /** About how many vectors are stored. */
  readonly vectors: number;
}

/** Which missing inputs are wanted. */
export interface MissingInputs {
  /** Documents whose chunks do not count, by id. */
  readonly except: readonly number[];
  /** Every chunk, or only those whose input failed before; the latter scans no table. */
  readonly among: 'all' | 'failed';
}

/** What a run came to since the last commit; stored together. */
export interface Changes {
  readonly spaceId: number;
  /** A second one for the same input is ignored. Clears the inputs' failures. */
  readonly vectors?: readonly Omit<InputVector, 'text'>[];
  readonly failures?: readonly InputFailure[];
  /** Added, or put in the place of the one of the same source and path. */
  readonly documents?: readonly NewDocument[];
  /** Files that were read and are the same. */
  readonly touched?: readonly { readonly id: number; readonly observation: Observation }[];
  /** The same documents under other names. */
  readonly moved?: readonly (DocumentPlace & { readonly observation: Observation })[];
}

/** An input that could not be embedded. */
export interface InputFailure {
  readonly inputHash: Uint8Array;
  readonly code: string;
  readonly message: string;
}

/** How a run ends. */
export interface RunEnd {
  readonly spaceId: number;
  /** Documents whose files are gone, by id. */
  readonly remove: readonly number[];
  readonly sources: readonly {
    readonly id: number;
    /** True if only a part of it was seen, and an earlier run over all of it had not ended. */
    readonly unfinished: boolean;
  }[];
  /**
   * Which vectors may have lost their last passage: those of the chunks that this run took out, or any.
   * None are deleted while a run over any source has not ended: it is to find them.
   */
  readonly prune: 'dropped' | 'all';
}

/** How maintenance is followed and stopped. */
export interface MaintainOptions {
  /** Passages whose words were indexed, and how many there are to do. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is taken out. */
export interface Removal {
  /** With all that came from them, by id. */
  readonly sources: readonly number[];
  /** By id. */
  readonly documents: readonly number[];
  /** Sources whose rules change with it. */
  readonly rules: readonly Source[];
}

/** What optimizing came to. */
export interface OptimizeSummary {
  /** Size of the corpus before and after, in bytes. */
  readonly size: { readonly before: number; readonly after: number };
  /** Vectors deleted because no passage uses them any more. */
  readonly pruned: number;
}

/** What is looked at, in this order. */
export type StoreCheckName = 'file' | 'documents' | 'vectors' | 'words' | 'neighbours';

/** Stable codes of what can be wrong inside a corpus. */
export type DamageCode =
  /** SQLite cannot read some of the file, or finds its pages wrong. */
  | 'FILE_DAMAGED'
  /** Indexes of SQLite do not fit their tables. */
  | 'INDEXES_DAMAGED'
  /** Rows that belong to nothing. */
  | 'ROWS_ORPHANED'
  /** Documents whose chunks are incomplete or are not the text that was embedded. */
  | 'DOCUMENTS_DAMAGED'
  /** Vectors of the wrong length, with NaN, or not of unit length. */
  | 'VECTORS_DAMAGED'
  /** Passages with neither a vector nor a remembered failure: no search by meaning finds them. */
  | 'VECTORS_MISSING'
  /** What the corpus says of its model contradicts itself. */
  | 'SPACE_DAMAGED'
  /** The index of words does not hold just the passages. */
  | 'WORDS_DAMAGED'
  /** The tables that find near vectors do not hold just the vectors. */
  | 'NEIGHBOURS_DAMAGED';

/** Something that is wrong inside a corpus. */
export interface StoreFinding {
  readonly code: DamageCode;
  /** What, and how much of it, for people. */
  readonly message: string;
}

/** What one check came to. */
export interface StoreCheck {
  readonly check: StoreCheckName;
  /** What there is, for people. */
  readonly summary: string;
  /** Empty if all is well. */
  readonly findings: readonly StoreFinding[];
}

/** How an examination is followed and stopped. */
export interface ExamineOptions {
  /** Told before each check. */
  readonly onCheck?: ((check: StoreCheckName) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
