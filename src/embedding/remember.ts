/** Asked once, then remembered; a failure is not. */

/**
 * Wraps a question so that callers share its answer. Whoever comes first lends the signal; if
 * that one aborts, the others ask again on their own account.
 */
export function remember<T>(
  question: (signal: AbortSignal | undefined) => Promise<T>,
): (signal?: AbortSignal) => Promise<T> {
  let current: { readonly answer: Promise<T>; readonly signal: AbortSignal | undefined } | null =
    null;
  return async (signal) => {
    for (;;) {
      signal?.throwIfAborted();
      current ??= { answer: question(signal), signal };
      const mine = current;
      try {
        return await mine.answer;
      } catch (error) {
        if (current === mine) current = null;
        const isAnothersAbort = mine.signal !== signal && mine.signal?.aborted === true;
        if (!isAnothersAbort) throw error;
      }
    }
  };
}
