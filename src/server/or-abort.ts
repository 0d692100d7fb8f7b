/** Waiting that ends with an abort, whatever the work itself does about it. */

/**
 * The work's result, or the signal's reason as soon as it aborts. Work that does not listen is not
 * waited for; its late rejection is nobody's. Leaves no listener behind.
 */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const done = (): void => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).then(done, done);
  });
}
