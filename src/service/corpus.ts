/** What a program gets that opens a corpus: its methods, their options and what they return. */
import type { Finding } from '../engine/examination/findings.ts';
import type { IndexProgress, IndexSummary, RemoveSummary } from '../model/indexing.ts';
import type {
  DocumentFilters,
  DocumentInfo,
  DocumentText,
  HitOptions,
  LineRange,
  PassagePlace,
  SearchOptions,
  SearchResult,
} from '../model/search.ts';
import type { Embedder } from '../model/types.ts';
import type { OptimizeSummary } from '../store/upkeep-types.ts';
import type { Examination, ExamineOptions } from './operations/examine.ts';
import type { CorpusStatus, SpaceInfo } from './operations/status.ts';

/** How a corpus is opened. */
export interface OpenCorpusOptions {
  /**
   * What makes vectors: an embedder, or a function that makes one when it is first needed, from
   * the corpus's vector space (null in a new corpus), and again when a rebuild, perhaps by another
   * process, has put another space in its place. Left out, a corpus that the built-in embedder
   * made uses it again, and any other one can only be read by `like` and `status`.
   */
  readonly embedder?:
    | Embedder
    | ((space: SpaceInfo | null) => Embedder | Promise<Embedder>)
    | undefined;
  /** Opens for searching only: takes no write lock and runs no DDL. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Where relative sources start. Default: the process's current folder. */
  readonly cwd?: string | undefined;
  /** Who indexes, told to others that find the corpus locked. Default: the machine's name. */
  readonly owner?: string | undefined;
  /** Milliseconds to wait for another process that indexes. Default 5,000. */
  readonly patience?: number | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Options of one run of `index`. */
export interface IndexOptions {
  /** Globs; only these files of the named sources. Replaces the stored rules. */
  readonly include?: readonly string[] | undefined;
  /** Globs; not these. Replaces the stored rules. */
  readonly exclude?: readonly string[] | undefined;
  /** False reads files that .gitignore and its like leave out. Default true. */
  readonly ignoreFiles?: boolean | undefined;
  /**
   * The encoding of those files of the named sources that are not recognised with certainty: a name of the
   * WHATWG standard, such as `shift_jis` or `windows-1252`; `auto` finds it out. Kept with the source.
   * Default: what the source has; `auto` for a new one.
   */
  readonly encoding?: string | undefined;
  /** Estimated tokens a chunk; remembered by the corpus. Default 256. */
  readonly chunkSize?: number | undefined;
  /** Estimated tokens repeated from the chunk before; remembered. Default 0. */
  readonly chunkOverlap?: number | undefined;
  /** Requests in flight. Default 2. */
  readonly concurrency?: number | undefined;
  /** Inputs a request. Default 32. */
  readonly batchSize?: number | undefined;
  /**
   * The embedder is another one than the corpus was built with: embeds everything anew, beside the
   * old vectors, and swaps at the end. Default false.
   */
  readonly rebuild?: boolean | undefined;
  /** Says what would happen; changes nothing and embeds nothing. Default false. */
  readonly dryRun?: boolean | undefined;
  /** Left-out files of each reason that the summary lists; all are counted. Default 1,000. */
  readonly listedSkips?: number | undefined;
  /** Ends the run; what was embedded is kept and the next run goes on from there. */
  readonly signal?: AbortSignal | undefined;
  /** Called often; keep it quick. */
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
}

/** An open corpus. */
export interface Corpus {
  /** Absolute path of the file. */
  readonly path: string;
  /**
   * Brings the corpus up to date with sources: folders, files or globs; none means all that it has.
   *
   * @throws UmekomiError; every code is in docs/troubleshooting.md
   */
  index(sources?: readonly string[], options?: IndexOptions): Promise<IndexSummary>;
  /**
   * The passages that answer a query best: by meaning and words, unless `mode` says otherwise.
   * Lexical mode needs no embedder.
   *
   * @throws CorpusError `CORPUS_OUTDATED` if words are asked for and not indexed yet
   */
  search(query: string, options?: SearchOptions): Promise<SearchResult>;
  /** The passages nearest to a vector of this corpus's space; no embedder is needed. */
  searchVector(vector: Float32Array, options?: HitOptions): Promise<SearchResult>;
  /**
   * Passages like the one at a line of a document, or like the whole document. No embedder is needed.
   *
   * @throws UsageError `DOCUMENT_NOT_FOUND`
   */
  like(place: PassagePlace, options?: HitOptions): Promise<SearchResult>;
  /**
   * The lines that a hit's `uri` names, as they are stored now.
   *
   * @throws UsageError `DOCUMENT_NOT_FOUND` if the corpus has nothing there any more
   */
  passage(uri: string): Promise<DocumentText>;
  /**
   * A document, or some lines of it, as it is stored.
   *
   * @param path on disk, or inside a source
   * @throws UsageError `DOCUMENT_NOT_FOUND`
   */
  document(
    path: string,
    options?: { readonly lines?: LineRange | undefined },
  ): Promise<DocumentText>;
  /**
   * Takes a source, or a folder or file inside one, out of the corpus; the latter is excluded from
   * then on. Nothing on disk is touched.
   *
   * @throws UsageError `DOCUMENT_NOT_FOUND` if the corpus has nothing there
   */
  remove(path: string): Promise<RemoveSummary>;
  /**
   * Builds what is derived from texts and vectors anew and writes the file without gaps: what runs do
   * by and by, at once. Needs no embedder, and for a while room for two more copies of the file.
   *
   * @throws CorpusError `CORPUS_DISK_FULL`, `CORPUS_BUSY`; searches go on as before then
   */
  optimize(): Promise<OptimizeSummary>;
  /**
   * Looks for what is wrong: in the file, in its rows, with the embedder and with its vectors. Reads
   * everything once and changes nothing.
   */
  examine(options?: ExamineOptions): Promise<Examination>;
  /**
   * Mends what `examine` finds in the file and says it can: derived tables at once; damaged documents and
   * vectors are read and embedded again by the next `index`. Needs no embedder.
   *
   * @returns what was found. `FILE_DAMAGED` or `SPACE_DAMAGED` among it means that nothing was mended; for
   *   the former see `salvageCorpus`
   * @throws CorpusError `CORPUS_BUSY`, `CORPUS_DISK_FULL`
   */
  repair(): Promise<readonly Finding[]>;
  /** Documents inside the filter, by source and path. */
  documents(filter?: DocumentFilters): AsyncIterable<DocumentInfo>;
  status(): Promise<CorpusStatus>;
  /** Closes it; every later call rejects with `CORPUS_CLOSED`. A second time does nothing. */
  close(): Promise<void>;
}
