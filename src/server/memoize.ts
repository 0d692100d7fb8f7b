/** Asked once, then remembered; a failure is not. */
import { orAbort } from './or-abort.ts';

/** A question whose answer is remembered. */
export interface Memoized<T> {
  (signal?: AbortSignal): Promise<T>;
  /** The next one asks again. */
  forget(): void;
}

/**
 * Wraps a question so that callers share its answer. Whoever comes first lends the signal; if
 * that one aborts, the others ask again on their own account.
 */
export function memoize<T>(question: (signal: AbortSignal | undefined) => Promise<T>): Memoized<T> {
  let current: { readonly answer: Promise<T>; readonly signal: AbortSignal | undefined } | null =
    null;
  const answer = async (signal?: AbortSignal): Promise<T> => {
    for (;;) {
      signal?.throwIfAborted();
      current ??= { answer: question(signal), signal };
      const mine = current;
      try {
        return await (signal ? orAbort(mine.answer, signal) : mine.answer);
      } catch (error) {
        // Whoever only stops waiting leaves the question to those who asked it.
        const isMine = mine.signal === signal;
        if (current === mine && (isMine || !signal?.aborted)) current = null;
        signal?.throwIfAborted();
        const isAnothersAbort = !isMine && mine.signal?.aborted === true;
        if (!isAnothersAbort) throw error;
      }
    }
  };
  const forget = (): void => {
    current = null;
  };
  return Object.assign(answer, { forget });
}
