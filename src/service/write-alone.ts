/** One piece of work at a time that writes: others wait a while, and then hear who is at it. */
import type { Store } from '../store/store.ts';

/**
 * Runs work while no other process writes to the corpus.
 *
 * @throws CorpusError `CORPUS_BUSY`; the signal's reason
 */
export async function writeAlone<T>(
  store: Store,
  work: () => Promise<T>,
  signal?: AbortSignal | undefined,
): Promise<T> {
  const lease = await store.lock({ signal });
  try {
    return await work();
  } finally {
    await lease.release();
  }
}
