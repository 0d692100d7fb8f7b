/** What a search is given and what it answers. Part of the public API. */

/** How passages are found: by meaning, by words, or by both. */
export type SearchMode = 'semantic' | 'lexical' | 'hybrid';

/** Which documents may be found; all of what is given must hold. Applied before ranking. */
export interface DocumentFilters {
  /**
   * Globs of documents to search in, `!` before one takes documents out. Matched against the path
   * inside the source, with or without the name of the source's folder in front, and against the
   * absolute path; a glob without '/' matches names at any depth. Applied before ranking.
   */
  readonly paths?: readonly string[] | undefined;
  /** Paths of sources; documents of any of them. */
  readonly sources?: readonly string[] | undefined;
  /** Files changed at this time or later: milliseconds since 1970. */
  readonly since?: number | undefined;
  /** Files changed before this time: milliseconds since 1970. */
  readonly until?: number | undefined;
  /**
   * `key=value` on front matter, each of which must hold: a dotted key reaches into objects, a list
   * (tags) holds it by one of its items, `key=` asks for an empty or missing value.
   */
  readonly where?: readonly string[] | undefined;
}

/** What a list of hits may be; every option may be left out. */
export interface HitOptions extends DocumentFilters {
  /** Hits wanted. Default 10. */
  readonly k?: number | undefined;
  /** The most hits of one document. Default: any number. */
  readonly perDocument?: number | undefined;
  /** Lines before and after each hit, for `before` and `after`. Default 0. */
  readonly contextLines?: number | undefined;
  /** Leaves out hits below it: cosine, −1 … 1. Default: none are left out. */
  readonly minSimilarity?: number | undefined;
  /** Compares with every vector instead of candidates. Default false. */
  readonly exact?: boolean | undefined;
}

/** Options of a search. */
export interface SearchOptions extends HitOptions {
  /** Default: `hybrid`; `semantic` where the index of words is still to be built. */
  readonly mode?: SearchMode | undefined;
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
  /**
   * The passage, exactly as it stands in the document. Neighbours that were both found are one hit;
   * white space between them is given back as line ends.
   */
  readonly text: string;
  /** Cosine, −1 … 1; null where the mode has none. */
  readonly similarity: number | null;
  /** 1 − similarity; lower is nearer. */
  readonly distance: number | null;
  /** What the list is sorted by; higher is better. Comparable inside one list only. */
  readonly score: number;
  /** Where the passage stood in each of the lists that were asked; null where it was not in it. */
  readonly lists: {
    readonly semantic: ListPlace | null;
    readonly lexical: ListPlace | null;
  };
  /** Other places where exactly this passage stands. */
  readonly otherPlaces: readonly Place[];
  /** The lines before it, as asked for by `contextLines`; '' if there are none. */
  readonly before: string;
  /** The lines after it. */
  readonly after: string;
}

/** A place in a list. */
export interface ListPlace {
  /** From 1. */
  readonly rank: number;
  /** Cosine in the semantic list, BM25 in the lexical one. */
  readonly score: number;
}

/** Where a passage stands. */
export interface Place {
  /** Absolute path of the source. */
  readonly source: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}
