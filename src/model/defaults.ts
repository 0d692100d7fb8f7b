/** Values that several parts share and that nobody can choose. Options are in options.ts. */

/** Estimated tokens a request, so that a batch of long inputs ends within the timeout. */
export const DEFAULT_BATCH_TOKENS = 8192;

/** Larger files are skipped with a reason: they are seldom prose. Bytes. */
export const MAX_FILE_BYTES: number = 10 * 1024 * 1024;

/** Where Ollama listens when nothing is configured. */
export const LOCAL_OLLAMA = 'http://127.0.0.1:11434';

/** The corpus of a folder, looked for upwards from the current one. */
export const DEFAULT_CORPUS_PATH = '.umekomi/corpus.db';

/** Up to here every vector is compared: 20 ms at 1024 dimensions, and exact. */
export const EXACT_SCAN_LIMIT = 5_000;
