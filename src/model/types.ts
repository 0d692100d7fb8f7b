/**
 * The domain's nouns, shared by every part. One vocabulary for code, tables, flags and docs.
 * Nothing here has behaviour.
 */

/** How a document is parsed: `markdown` by a Markdown parser, `text` by paragraphs. */
export type DocumentFormat = 'markdown' | 'text';

/** A JSON value, as front matter is stored. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Front matter: an object with string keys. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** How documents are cut. Both numbers are estimated tokens (see `text/tokens`). */
export interface ChunkOptions {
  /** The most that the text of a chunk may hold, in estimated tokens. */
  readonly chunkSize: number;
  /** How much of the end of a chunk is repeated at the start of the next one, in estimated tokens. */
  readonly chunkOverlap: number;
}

/** A contiguous slice of a document: what is stored and embedded. */
export interface Chunk {
  /** Position in the document, from 0. */
  readonly ordinal: number;
  /** Exactly `document.slice(startOffset, endOffset)`. */
  readonly text: string;
  /** Headings that hold for all of the chunk, outermost first. */
  readonly headings: readonly string[];
  /**
   * What is put before `text` to make the embedding input (title, heading path, the header of a
   * split table), with its trailing line ends; '' when there is nothing to add.
   * The embedding input is `context + text`.
   */
  readonly context: string;
  /** First line, 1-based. */
  readonly startLine: number;
  /** Last line, 1-based, inclusive. */
  readonly endLine: number;
  /** Offset of the first UTF-16 unit in the decoded text without BOM. */
  readonly startOffset: number;
  /** Offset behind the last UTF-16 unit. */
  readonly endOffset: number;
}

/** A document cut into chunks. */
export interface ChunkedDocument {
  /** From front matter or the first heading, never from the file's name; null if neither is there. */
  readonly title: string | null;
  /** The parsed front matter; null if there is none or it is not an object. */
  readonly frontMatter: JsonObject | null;
  /**
   * The line, 1-based, on which the front matter stops being valid YAML or TOML; null if it is, or there is
   * none. What could be read of it is in `frontMatter` all the same.
   */
  readonly frontMatterErrorLine: number | null;
  /** In document order. Empty if the document has no text. */
  readonly chunks: readonly Chunk[];
}

/** What a vector space is made of; its fingerprint is computed from exactly these parts. */
export interface EmbedderIdentity {
  /** `ollama`, `builtin`, or a name of your own for your own embedder. */
  readonly kind: string;
  /** The model's name, as the server lists it. */
  readonly model: string;
  /** The model's digest if the server gives one; it then stands for the name in the fingerprint. */
  readonly digest: string | null;
  /** Length of a vector. */
  readonly dimensions: number;
  /** Put before every embedding input of a document; '' for none. */
  readonly documentPrompt: string;
  /** Put before every query; '' for none. */
  readonly queryPrompt: string;
  /** The most tokens that the model reads of one input; null if unknown. Not part of the space. */
  readonly contextTokens: number | null;
}

/** Options of one call to an embedder. */
export interface EmbedCallOptions {
  /** Abandons the call. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Turns texts into vectors. Implement it to bring your own.
 *
 * Prompts are the embedder's job: callers pass plain embedding inputs and plain queries.
 * Vectors need not be normalised: umekomi checks and normalises them before it stores them.
 */
export interface Embedder {
  /** Finds out what this embedder is (may ask its server; asked once, then remembered). */
  identity(options?: EmbedCallOptions): Promise<EmbedderIdentity>;
  /** One request: as many vectors as texts, in the same order. */
  embedDocuments(
    texts: readonly string[],
    options?: EmbedCallOptions,
  ): Promise<readonly Float32Array[]>;
  /** One vector for a query. */
  embedQuery(text: string, options?: EmbedCallOptions): Promise<Float32Array>;
  /**
   * Vouches for the vectors given so far, by embedding known texts, if that is needed. A run asks behind its
   * last text. Leave it out where no server can begin to answer wrongly.
   *
   * @throws EmbeddingError `VECTORS_INVALID` if they may be wrong
   */
  spotCheck?(options?: EmbedCallOptions): Promise<void>;
}

/**
 * A model that reads a query and a passage together, and says how well they fit: slower than a comparison of
 * vectors, and better. It sees a few passages, never a corpus. Implement it to bring your own.
 */
export interface Reranker {
  /** For messages and `SearchResult.rerank`: the model, or the address where none was named. */
  readonly name: string;
  /**
   * How well each text fits the query.
   *
   * @param texts at least one, each once
   * @returns a score for each text, in their order; higher is better, scales differ between models
   * @throws RerankError, or any other error; the signal's reason when it aborts
   */
  rerank(
    query: string,
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly number[]>;
}

/** Why a file or folder was left out. */
export type SkipReason =
  | 'hidden'
  | 'ignored-folder'
  | 'excluded'
  | 'extension'
  | 'too-large'
  | 'binary'
  | 'encoding'
  | 'name-not-utf8'
  | 'symlink'
  | 'not-a-file'
  | 'unreadable'
  | 'vanished'
  | 'changed-while-read'
  | 'not-cut';

/** Something that was seen and left out. */
export interface Skip {
  /** Relative to the source, with `/`; '' is the source itself. */
  readonly path: string;
  readonly reason: SkipReason;
  /** More about it, for people (an error code, a size); never the file's content. */
  readonly detail?: string | undefined;
}
