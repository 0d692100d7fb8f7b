/**
 * Every error that umekomi throws on purpose. `code` is stable: match on it, not on the message.
 * Messages say what happened and where, `remedy` what to do next. Neither holds a key or the user's text.
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
  /** What lies there may have been put there by someone else, and to open it could do harm: it is not opened. */
  | 'CORPUS_UNSAFE'
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

/** Codes of problems with a model server, whatever it is asked for. */
export type EndpointErrorCode =
  /** The endpoint is not a usable URL. */
  | 'ENDPOINT_INVALID'
  /** No answer: refused, unknown host, cut connection. */
  | 'ENDPOINT_UNREACHABLE'
  /** No answer in time. */
  | 'ENDPOINT_TIMEOUT'
  /** No key, or one that the server does not accept. */
  | 'ENDPOINT_UNAUTHORIZED'
  /** The key is known but not allowed to do this (API keys off, no access). */
  | 'ENDPOINT_FORBIDDEN'
  /** The server answered with an error that stays after all retries. */
  | 'ENDPOINT_FAILED'
  /** A model is needed and none was named, or several would do. */
  | 'MODEL_REQUIRED'
  /** The server does not have the model. */
  | 'MODEL_NOT_FOUND';

/** Codes of problems with an embedder or its server. */
export type EmbeddingErrorCode =
  | EndpointErrorCode
  /** The address answers, but not as Ollama or Open WebUI. */
  | 'ENDPOINT_NOT_EMBEDDING'
  /** The model cannot embed. */
  | 'MODEL_NOT_EMBEDDING'
  /** Vectors of another length than the model's, of another model, or mixed up; or a model that cannot embed a plain word. */
  | 'VECTORS_INVALID'
  /** One text is longer than the model reads. */
  | 'INPUT_TOO_LONG'
  /** The server refuses exactly this text, or answers with no, a NaN or a zero vector for it. */
  | 'INPUT_REJECTED'
  /** A batch is too large for the server or a proxy before it (HTTP 413). */
  | 'BATCH_TOO_LARGE'
  /** A data file of the built-in embedder, part of the package, is missing or damaged. */
  | 'BUILTIN_DATA_UNUSABLE';

/** Codes of problems with a reranker. */
export type RerankErrorCode =
  /** It did not answer, or not with a score for every passage: the order is that without it. */
  'RERANK_FAILED';

/** Codes of problems with a chat model or its server. */
export type ChatErrorCode =
  | EndpointErrorCode
  /** The address answers, but nothing chats there. */
  | 'ENDPOINT_NOT_CHATTING'
  /** The model cannot chat: it embeds, for example. */
  | 'MODEL_NOT_CHATTING'
  /** The messages are longer than the context; the server was told to refuse rather than to cut them. */
  | 'PROMPT_TOO_LONG'
  /** The answer broke off: an error in the middle, a cut connection, or an end that was not announced. */
  | 'ANSWER_INTERRUPTED';

/** Codes of problems with what was asked. */
export type UsageErrorCode =
  /** A flag, argument or option that cannot be used as given. */
  | 'USAGE'
  /** The corpus was closed. */
  | 'CORPUS_CLOSED'
  /** The signal that was given has been aborted. */
  | 'ABORTED'
  /** A file or folder to index does not exist. */
  | 'SOURCE_NOT_FOUND'
  /** A path or passage that is not in the corpus. */
  | 'DOCUMENT_NOT_FOUND'
  /** A configuration file that cannot be read or holds something unknown. */
  | 'CONFIG_INVALID';

/** Every stable code. */
export type ErrorCode =
  | CorpusErrorCode
  | EmbeddingErrorCode
  | RerankErrorCode
  | ChatErrorCode
  | UsageErrorCode;

/** Whose matter a problem is: what was asked, the corpus, or the model server. */
export type ErrorKind = 'usage' | 'corpus' | 'server';

/**
 * What to do next, as data: the doors word it for their people (a command, a button, a call).
 * `code` is stable.
 */
export type Remedy =
  /** Run `index` over the sources that the corpus has. */
  | { readonly code: 'index' }
  /** Run `index` with a folder or file. */
  | { readonly code: 'index-source' }
  /** Run `index` and embed everything anew, with this model if one is given. */
  | { readonly code: 'rebuild'; readonly model?: string | undefined }
  /** Bring back a source that is not there, or take it out of the corpus. */
  | { readonly code: 'source-gone'; readonly path: string }
  /** Name another corpus. */
  | { readonly code: 'name-corpus' }
  /** Name just this corpus, if whoever can write it is trusted. */
  | { readonly code: 'trust-corpus'; readonly path: string }
  /** See where files come from, and delete them or name another corpus. */
  | { readonly code: 'distrust-files' }
  /** Name the file of a corpus, such as this one, where a folder was named. */
  | { readonly code: 'name-file'; readonly path: string }
  /** List the documents of the corpus. */
  | { readonly code: 'documents' }
  /** Look what the corpus holds. */
  | { readonly code: 'status' }
  /** Examine the corpus. */
  | { readonly code: 'doctor' }
  /** Repair the corpus, and run `index` behind it if `thenIndex`. */
  | { readonly code: 'repair'; readonly thenIndex: boolean }
  /** Restore the file from a backup, or repair the corpus and run `index`. */
  | { readonly code: 'restore' }
  /** Restore the file from a backup, or move it away and index anew: nothing of it can be read. */
  | { readonly code: 'index-anew' }
  /** Bring the model back as it was, or rebuild. */
  | { readonly code: 'restore-model' }
  /** Name a model; see which there are. */
  | { readonly code: 'name-model' }
  /** See which models there are. */
  | { readonly code: 'models' }
  /** Start the server (Ollama, if it is known to be that), or name another one. */
  | { readonly code: 'start-server'; readonly server?: 'ollama' | undefined }
  /** Give a key for this server. */
  | { readonly code: 'give-key' }
  /** Search by words alone. */
  | { readonly code: 'search-words' }
  /** Make chunks smaller, or take a model that reads more. */
  | { readonly code: 'shorter-chunks' }
  /** Send fewer texts a request. */
  | { readonly code: 'smaller-batches' }
  /** Wait longer for the server, or send less at once. */
  | { readonly code: 'longer-timeout' }
  /** Give options other values, or leave them out. */
  | { readonly code: 'options'; readonly options: readonly string[] };

/** How an error is made. */
export interface UmekomiErrorOptions extends ErrorOptions {
  readonly remedy?: Remedy | null | undefined;
}

/** The family: every error thrown on purpose is one. */
export abstract class UmekomiError extends Error {
  override readonly name: string = 'UmekomiError';
  abstract readonly kind: ErrorKind;
  /** Stable; match on it. */
  readonly code: ErrorCode;
  /** What to do next; null where the message says all there is. */
  readonly remedy: Remedy | null;

  constructor(code: ErrorCode, message: string, options: UmekomiErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.remedy = options.remedy ?? null;
  }
}

/** A corpus cannot be used as asked. */
export class CorpusError extends UmekomiError {
  override readonly name = 'CorpusError';
  override readonly kind = 'corpus';
  declare readonly code: CorpusErrorCode;

  constructor(code: CorpusErrorCode, message: string, options?: UmekomiErrorOptions) {
    super(code, message, options);
  }
}

/** How an error of a server is made. */
export interface EmbeddingErrorOptions extends UmekomiErrorOptions {
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined;
}

/** Codes that no server caused: they are about the address, the choice of a model, the installation. */
const NOT_OF_A_SERVER: ReadonlySet<ErrorCode> = new Set([
  'ENDPOINT_INVALID',
  'MODEL_REQUIRED',
  'BUILTIN_DATA_UNUSABLE',
]);

/** An embedder or its server failed. */
export class EmbeddingError extends UmekomiError {
  override readonly name = 'EmbeddingError';
  override readonly kind: ErrorKind;
  declare readonly code: EmbeddingErrorCode;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;

  constructor(code: EmbeddingErrorCode, message: string, options: EmbeddingErrorOptions = {}) {
    super(code, message, options);
    this.kind = NOT_OF_A_SERVER.has(code) ? 'usage' : 'server';
    this.status = options.status;
  }
}

/** A reranker failed. */
export class RerankError extends UmekomiError {
  override readonly name = 'RerankError';
  override readonly kind = 'server';
  declare readonly code: RerankErrorCode;

  constructor(message: string, options?: UmekomiErrorOptions) {
    super('RERANK_FAILED', message, options);
  }
}

/** How an error of a chat model is made. */
export interface ChatErrorOptions extends UmekomiErrorOptions {
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined;
  /** With `PROMPT_TOO_LONG`: the tokens of the messages, where the server counted them. */
  readonly promptTokens?: number | undefined;
  /** With `PROMPT_TOO_LONG`: the tokens of the context, where the server says them. */
  readonly contextTokens?: number | undefined;
}

/** A chat model or its server failed. */
export class ChatError extends UmekomiError {
  override readonly name = 'ChatError';
  override readonly kind: ErrorKind;
  declare readonly code: ChatErrorCode;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** With `PROMPT_TOO_LONG`: the tokens of the messages, where the server counted them. */
  readonly promptTokens: number | undefined;
  /** With `PROMPT_TOO_LONG`: the tokens of the context, where the server says them. */
  readonly contextTokens: number | undefined;

  constructor(code: ChatErrorCode, message: string, options: ChatErrorOptions = {}) {
    super(code, message, options);
    this.kind = NOT_OF_A_SERVER.has(code) ? 'usage' : 'server';
    this.status = options.status;
    this.promptTokens = options.promptTokens;
    this.contextTokens = options.contextTokens;
  }
}

/** What was asked cannot be done as asked. */
export class UsageError extends UmekomiError {
  override readonly name = 'UsageError';
  override readonly kind = 'usage';
  declare readonly code: UsageErrorCode;

  constructor(code: UsageErrorCode, message: string, options?: UmekomiErrorOptions) {
    super(code, message, options);
  }
}
