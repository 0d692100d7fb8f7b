/**
 * Every error that umekomi throws on purpose. `code` is stable: match on it, not on the message.
 * Messages say what happened, where, and what to do next. They never hold a key or the user's text.
 */

/** Codes of problems with a corpus file. */
export type CorpusErrorCode =
  /** There is no file where a corpus was expected. */
  | 'CORPUS_NOT_FOUND'
  /** The file is an SQLite database of another program, or no database at all. */
  | 'CORPUS_FOREIGN'
  /** A newer umekomi wrote the file. */
  | 'CORPUS_NEWER'
  /** An older umekomi wrote the file, or its words are not indexed yet: a writer must bring it up to date. */
  | 'CORPUS_OUTDATED'
  /** SQLite or umekomi's own checks find the file damaged. */
  | 'CORPUS_DAMAGED'
  /** Another process holds the lock for too long. */
  | 'CORPUS_BUSY'
  /** The file or its folder does not allow what was asked. */
  | 'CORPUS_NOT_WRITABLE'
  /** The disk is full. */
  | 'CORPUS_DISK_FULL'
  /** The corpus holds no vectors yet. */
  | 'CORPUS_EMPTY'
  /** sqlite-vec has no binary for this machine, or it cannot be loaded. */
  | 'VECTOR_EXTENSION_MISSING'
  /** The corpus was built with another model, other dimensions or other prompts. */
  | 'SPACE_MISMATCH';

/** Codes of problems with an embedder or its server. */
export type EmbeddingErrorCode =
  /** The endpoint is not a usable URL. */
  | 'ENDPOINT_INVALID'
  /** No answer: refused, unknown host, cut connection. */
  | 'ENDPOINT_UNREACHABLE'
  /** No answer in time. */
  | 'ENDPOINT_TIMEOUT'
  /** The address answers, but not as Ollama or Open WebUI. */
  | 'ENDPOINT_NOT_EMBEDDING'
  /** No key, or one that the server does not accept. */
  | 'ENDPOINT_UNAUTHORIZED'
  /** The key is known but not allowed to do this (API keys off, no access). */
  | 'ENDPOINT_FORBIDDEN'
  /** The server answered with an error that stays after all retries. */
  | 'ENDPOINT_FAILED'
  /** A model is needed and none was named, or several would do. */
  | 'MODEL_REQUIRED'
  /** The server does not have the model. */
  | 'MODEL_NOT_FOUND'
  /** The model cannot embed. */
  | 'MODEL_NOT_EMBEDDING'
  /** Vectors of another length than the model's, or a model that cannot embed a plain word. */
  | 'VECTORS_INVALID'
  /** One text is longer than the model reads. */
  | 'INPUT_TOO_LONG'
  /** The server refuses exactly this text, or answers with no, a NaN or a zero vector for it. */
  | 'INPUT_REJECTED'
  /** A batch is too large for the server or a proxy before it (HTTP 413). */
  | 'BATCH_TOO_LARGE'
  /** A data file of the built-in embedder, part of the package, is missing or damaged. */
  | 'BUILTIN_DATA_UNUSABLE';

/** Codes of problems with what was asked. */
export type UsageErrorCode =
  /** A flag, argument or option that cannot be used as given. */
  | 'USAGE'
  /** A file or folder to index does not exist. */
  | 'SOURCE_NOT_FOUND'
  /** A path that is not in the corpus. */
  | 'DOCUMENT_NOT_FOUND'
  /** A configuration file that cannot be read or holds something unknown. */
  | 'CONFIG_INVALID';

/** Every stable code. */
export type ErrorCode = CorpusErrorCode | EmbeddingErrorCode | UsageErrorCode;

/** The family: every error thrown on purpose is one. */
export class UmekomiError extends Error {
  override readonly name: string = 'UmekomiError';
  /** Stable; match on it. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A corpus file cannot be used as asked. */
export class CorpusError extends UmekomiError {
  override readonly name = 'CorpusError';
  declare readonly code: CorpusErrorCode;

  constructor(code: CorpusErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** What an embedder's failure is about; decides what happens to the rest of the run. */
export interface EmbeddingErrorOptions extends ErrorOptions {
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined;
}

/** An embedder or its server failed. */
export class EmbeddingError extends UmekomiError {
  override readonly name = 'EmbeddingError';
  declare readonly code: EmbeddingErrorCode;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;

  constructor(code: EmbeddingErrorCode, message: string, options: EmbeddingErrorOptions = {}) {
    super(code, message, options);
    this.status = options.status;
  }
}

/** What was asked cannot be done as asked. */
export class UsageError extends UmekomiError {
  override readonly name = 'UsageError';
  declare readonly code: UsageErrorCode;

  constructor(code: UsageErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
