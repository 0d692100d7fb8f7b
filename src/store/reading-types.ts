/** What a store tells of a corpus: what it is about, documents, passages, and what was found. */
import type { DocumentFilters, FusedScore, ListPlace } from '../model/search.ts';
import type { Source } from '../model/source.ts';
import type { ChunkOptions, EmbedderIdentity } from '../model/types.ts';
import type { LexicalQuery } from '../text/query.ts';

/** What a corpus is about. */
export interface StoreInfo {
  /** The space that is searched; null before the first run. */
  readonly space: VectorSpace | null;
  /** Other spaces: of a rebuild that has not ended. */
  readonly otherSpaces: readonly VectorSpace[];
  readonly sources: readonly StoredSource[];
  /** The chunk sizes that were asked for last; null before the first run. */
  readonly chunking: ChunkOptions | null;
  /** null before the first run, and in a corpus whose runs did not record it. */
  readonly lastRun: LastRun | null;
  /** True if words can be searched: every passage is in their index. */
  readonly hasWords: boolean;
}

/** When a run of `index` was; milliseconds since 1970. */
export interface LastRun {
  readonly startedAt: number;
  /** null while it runs, and for good where it was interrupted or ended by an error. */
  readonly endedAt: number | null;
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
  /** What was put before `text` where it was embedded: title, headings, the header of a split table. */
  readonly context: string;
}

/** What is looked for. */
export interface FindQuery {
  /** The vector of a query, of unit length, and the space that it is of; null to go by words alone. */
  readonly vector: { readonly spaceId: number; readonly values: Float32Array } | null;
  /** null to go by the vector alone. Phrases in it must stand there. */
  readonly words: LexicalQuery | null;
  /** Restricts before ranking. `sources` are absolute, as {@link StoreInfo} has them, with '/'. */
  readonly filter: DocumentFilters;
  /** Places wanted of the ranking. A search by vector and words reads each list twice as deep. */
  readonly limit: number;
  /** Compares with every vector. */
  readonly exact: boolean;
}

/** What was found. */
export interface Found {
  /**
   * Best first, at most as many as are wanted: by similarity, by BM25, or by both as `fuse` joins them. Equal
   * ones by source, path and place.
   */
  readonly ranked: readonly RankedPassage[];
  /** True if there is nothing behind them. */
  readonly isAll: boolean;
  /** True if every passage with the words is among them; true without words. */
  readonly hasAllWords: boolean;
  /** Passages that are not among them are at least so far from the vector; -Infinity if some may be anywhere. */
  readonly restFrom: number;
}

/** A passage with its score, and where it stood in the lists. */
export interface RankedPassage extends Passage {
  /** What the ranking is sorted by; higher is better. */
  readonly score: number;
  /** 1 − cosine; null for a passage without a vector, or without a query vector. */
  readonly distance: number | null;
  readonly semantic: ListPlace | null;
  readonly lexical: ListPlace | null;
  /** How the score came about; null where one list alone was asked for. */
  readonly fusion: FusedScore | null;
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
