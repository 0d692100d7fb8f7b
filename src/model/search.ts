/** What a search is given and what it answers. Part of the public API. */
import type { ErrorCode } from './errors.ts';
import type { Reranker } from './types.ts';

/** How passages are found: by meaning, by words, or by both. */
export type SearchMode = 'semantic' | 'lexical' | 'hybrid';

/** Which documents may be found; all of what is given must hold. Applied before ranking. */
export interface DocumentFilters {
  /**
   * Globs of documents to search in, `!` before one takes documents out. Matched against the path
   * inside the source, with or without the name of the source's folder in front, against the absolute
   * path, and against the path relative to the current folder; a glob without '/' matches names at any
   * depth, and the name of a folder all that is below it. Applied before ranking.
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
  /** Abandons the call. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a search. */
export interface SearchOptions extends HitOptions {
  /** Default: `hybrid`; `semantic` where the index of words is still to be built. */
  readonly mode?: SearchMode | undefined;
  /** Reads the best passages and orders them anew. Default: none does. */
  readonly reranker?: Reranker | undefined;
}

/** What a search answers. */
export interface SearchResult {
  /** How the hits were found: `lexical` instead of `hybrid` if the model makes no vector of the query. */
  readonly mode: SearchMode;
  /**
   * True if the phrases in quotes stand nowhere together, and were taken as ordinary words: only in hybrid
   * mode.
   */
  readonly phrasesRelaxed: boolean;
  /** How the reranker did; null where none was given, or nothing was found. */
  readonly rerank: Reranking | null;
  /** Best first; at most `k`. */
  readonly hits: readonly Hit[];
  /** Why there are no hits; null if there are any. */
  readonly nothing: NothingFound | null;
}

/** What a reranker has done to a list. */
export interface Reranking {
  /** Its name: the model, or the address where none was named. */
  readonly model: string;
  /** Passages whose order is the reranker's; 0 if it failed. */
  readonly passages: number;
  /** Why the list is the one without it; null if it is not. */
  readonly failed: { readonly code: ErrorCode; readonly message: string } | null;
}

/** Why nothing was found. `because` is stable. */
export type NothingFound =
  /** The corpus has no documents. */
  | { readonly because: 'no-documents' }
  /**
   * Options have left out everything: without any one of these there is something, or, if `together`, only
   * without several of them.
   */
  | {
      readonly because: 'options';
      readonly options: readonly string[];
      readonly together: boolean;
    }
  /** Some passages have what was asked, but for what `+` demands or `-` forbids. */
  | { readonly because: 'signs' }
  /** No passage holds the phrases in quotes, some hold their words. Lexical mode. */
  | { readonly because: 'phrases' }
  /** No passage has one of the words. Lexical mode. */
  | { readonly because: 'words' }
  /** No passage has anything in common with what was asked. */
  | { readonly because: 'nothing-alike' };

/** A passage that was found. */
export interface Hit {
  /** From 1. */
  readonly rank: number;
  /**
   * 16 hex digits over source, path and text: the same passage has the same id in every answer, as long
   * as its text stays as it is.
   */
  readonly id: string;
  /** Where it stands, for `Corpus.passage`: `umekomi://<source's name>/<path>#L3-9`. */
  readonly uri: string;
  /** Absolute path of the source. */
  readonly source: string;
  /** Path inside the source, with '/'; the file's name where the source is a file. */
  readonly path: string;
  /** First line, 1-based. */
  readonly startLine: number;
  /** Last line, inclusive. */
  readonly endLine: number;
  /** The line to open in an editor: of the excerpt's lines the one that shows most of the query. */
  readonly line: number;
  /** UTF-16 units of the decoded text without BOM. */
  readonly startOffset: number;
  /** Exclusive. */
  readonly endOffset: number;
  /** Headings above the excerpt, outermost first. */
  readonly headings: readonly string[];
  /** The author's, from front matter or a heading; without one, the name of the file. */
  readonly title: string;
  /**
   * The passage, exactly as it stands in the document. Neighbours that were both found are one hit;
   * white space between them is given back as line ends.
   */
  readonly text: string;
  /** Stretches of `text` that hold words of the query, in order: UTF-16 offsets, `end` exclusive. */
  readonly matches: readonly TextRange[];
  /** A few lines of the passage around the densest matches, for people. */
  readonly excerpt: Excerpt;
  /** Cosine, −1 … 1; null where the mode has none. */
  readonly similarity: number | null;
  /** 1 − similarity; lower is nearer. */
  readonly distance: number | null;
  /**
   * What the list is sorted by, where no reranker has ordered it; higher is better. Comparable inside one list
   * only.
   */
  readonly score: number;
  /**
   * The reranker's score of the best passage, by which the first hits are sorted then; the scale is the model's.
   * null without a reranker, and for what it has not read, which comes behind.
   */
  readonly rerankScore: number | null;
  /** Where the passage stood in each of the lists that were asked; null where it was not in it. */
  readonly lists: {
    readonly semantic: ListPlace | null;
    readonly lexical: ListPlace | null;
  };
  /** How the score came about; null where only one list was asked, whose score it is. */
  readonly fusion: FusedScore | null;
  /** Other places where exactly this passage stands, or a part of it; each once. */
  readonly otherPlaces: readonly Place[];
  /** The lines before it, as asked for by `contextLines`; '' if there are none. */
  readonly before: string;
  /** The lines after it. */
  readonly after: string;
}

/** A stretch of a text: UTF-16 offsets. */
export interface TextRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Part of a passage as people read it: without markup. */
export interface Excerpt {
  /** Plain text; lines without any are left out. */
  readonly text: string;
  /** Stretches of it that hold words of the query. */
  readonly matches: readonly TextRange[];
  /** First line that it shows, 1-based, in the document. */
  readonly startLine: number;
  /** True if the passage goes on before it, or behind it. */
  readonly isCut: { readonly before: boolean; readonly after: boolean };
}

/** One score from meaning and words: share · meaning + (1 − share) · (path + (words − path) · trust). */
export interface FusedScore {
  /** 0 … 1. */
  readonly score: number;
  /** The share of meaning: 0 … 1. */
  readonly share: number;
  /** Similarity between the mean one of all passages, which is 0, and 1; what is below the mean is 0. */
  readonly meaning: number;
  /** BM25 as a share of what the words of the query could reach. */
  readonly words: number;
  /** What of `words` the path of the document gives by itself. */
  readonly path: number;
  /** How far the rest of `words` counts: 1, or less for a question in another script than the document. */
  readonly trust: number;
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

/** A document of a corpus. */
export interface DocumentInfo {
  /** Absolute path of the source. */
  readonly source: string;
  /** Path inside the source, with '/'; the file's name where the source is a file. */
  readonly path: string;
  /** Absolute path of the file, with the separators of the system. */
  readonly file: string;
  /** The author's, from front matter or a heading; without one, the name of the file. */
  readonly title: string;
  readonly passages: number;
  /** Bytes of the file. */
  readonly size: number;
  /** When the file was changed: milliseconds since 1970. */
  readonly mtime: number;
}

/** Lines of a document as the corpus has them; the file itself may have changed since. */
export interface DocumentText {
  readonly uri: string;
  readonly source: string;
  readonly path: string;
  /** The author's, from front matter or a heading; without one, the name of the file. */
  readonly title: string;
  /** Headings of the passage that holds its first line, outermost first. */
  readonly headings: readonly string[];
  /** First line, 1-based. */
  readonly startLine: number;
  /** Last line, inclusive. */
  readonly endLine: number;
  /** Lines that no passage holds are blank, or front matter, and are empty here. */
  readonly text: string;
}

/** Lines of a document; both included, 1-based. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** A place in a document. */
export interface PassagePlace {
  /** On disk, or inside a source. */
  readonly path: string;
  /** 1-based; left out for the whole document. */
  readonly line?: number | undefined;
}
