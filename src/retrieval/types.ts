/** What a search is given and what it answers. Part of the public API. */

/** Options of a search; every one may be left out. */
export interface SearchOptions {
  /** Hits wanted. Default 10. */
  readonly k?: number | undefined;
  /**
   * Globs of documents to search in, `!` before one takes documents out. Matched against the path
   * inside the source, with or without the name of the source's folder in front, and against the
   * absolute path; a glob without '/' matches names at any depth. Applied before ranking.
   */
  readonly paths?: readonly string[] | undefined;
  /** Leaves out hits below it: cosine, −1 … 1. Default: none are left out. */
  readonly minSimilarity?: number | undefined;
  /** Compares with every vector instead of candidates. Default false. */
  readonly exact?: boolean | undefined;
  /** Abandons the call to the embedder. */
  readonly signal?: AbortSignal | undefined;
}

/** A passage that was found. */
export interface Hit {
  /** From 1. */
  readonly rank: number;
  /** Absolute path of the source. */
  readonly source: string;
  /** Path inside the source, with '/'; the file's name where the source is a file. */
  readonly path: string;
  /** First line, 1-based. */
  readonly startLine: number;
  /** Last line, inclusive. */
  readonly endLine: number;
  /** UTF-16 units of the decoded text without BOM. */
  readonly startOffset: number;
  /** Exclusive. */
  readonly endOffset: number;
  /** Headings above the passage, outermost first. */
  readonly headings: readonly string[];
  readonly title: string | null;
  /** The passage, exactly as it stands in the document. */
  readonly text: string;
  /** Cosine, −1 … 1; null where the mode has none. */
  readonly similarity: number | null;
  /** 1 − similarity; lower is nearer. */
  readonly distance: number | null;
  /** What the list is sorted by; higher is better. */
  readonly score: number;
}
