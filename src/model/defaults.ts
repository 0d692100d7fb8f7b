/** Every default once, with its reason. Sizes in estimated tokens unless said otherwise. */

/**
 * About 380 Japanese characters or 150 English words: a paragraph or two, one answer. On the judged
 * sets it found long pages better than 400 and 512 and short ones as well (docs/builtin-embedder.md).
 */
export const DEFAULT_CHUNK_SIZE = 256;

/** None: the title and heading path give context, and an edit then costs one chunk, not two. */
export const DEFAULT_CHUNK_OVERLAP = 0;

/** Two hide the round trip; servers embed one input after the other whatever is sent. */
export const DEFAULT_CONCURRENCY = 2;

/** Inputs a request: keeps the pipe full while one failure stays cheap. */
export const DEFAULT_BATCH_SIZE = 32;

/** Estimated tokens a request, so that a batch of long inputs ends within the timeout. */
export const DEFAULT_BATCH_TOKENS = 8192;

/** Milliseconds for one request, which may include loading the model. */
export const DEFAULT_TIMEOUT_MS = 120_000;

/** Further attempts after the first one; the waits between them add up to at most a minute. */
export const DEFAULT_RETRIES = 6;

/** Hits. */
export const DEFAULT_K = 10;

/** Larger files are skipped with a reason: they are seldom prose. Bytes. */
export const MAX_FILE_BYTES: number = 10 * 1024 * 1024;

/** Where Ollama listens when nothing is configured. */
export const LOCAL_OLLAMA = 'http://127.0.0.1:11434';

/** The corpus of a folder, looked for upwards from the current one. */
export const DEFAULT_CORPUS_PATH = '.umekomi/corpus.db';

/**
 * Milliseconds that a writer waits for another one before it says so. Readers hardly ever wait
 * (WAL), so this is about a second indexer.
 */
export const BUSY_TIMEOUT_MS = 5_000;

/** Up to here every vector is compared: 20 ms at 1024 dimensions, and exact. */
export const EXACT_SCAN_LIMIT = 5_000;
