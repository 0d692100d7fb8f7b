/** One question at a time, shared by all who came while the one before it was on its way. */
import { orAbort } from '../server/or-abort.ts';

/**
 * Wraps a question whose answer counts only for what came before it was asked: who comes while one is on
 * its way waits for the next one, which all share who come until it is asked. So there are at most two,
 * one asked and one waiting, however many want to know. What nobody waits for any more is abandoned.
 *
 * @returns asks; rejects with what the question throws, or with the signal's reason
 */
export function shareNext(
  question: (signal: AbortSignal) => Promise<void>,
): (signal?: AbortSignal) => Promise<void> {
  let last: Shared | null = null;
  return async (signal) => {
    signal?.throwIfAborted();
    if (last === null || !last.isOpen) last = new Shared(question, last);
    return last.wait(signal);
  };
}

/** One question, asked when the one before it is answered. */
class Shared {
  readonly #stop = new AbortController();
  readonly #answer: Promise<void>;
  /** Settles with the answer; never rejects. */
  readonly #end: Promise<void>;
  #hasBegun = false;
  #waiting = 0;

  constructor(question: (signal: AbortSignal) => Promise<void>, before: Shared | null) {
    const { signal } = this.#stop;
    this.#answer = (before === null ? Promise.resolve() : before.#end).then(async () => {
      signal.throwIfAborted();
      this.#hasBegun = true;
      await question(signal);
    });
    this.#end = this.#answer.catch(() => {});
  }

  /** Whether its answer will count for who comes now. */
  get isOpen(): boolean {
    return !this.#hasBegun && !this.#stop.signal.aborted;
  }

  async wait(signal: AbortSignal | undefined): Promise<void> {
    this.#waiting++;
    try {
      await (signal ? orAbort(this.#answer, signal) : this.#answer);
    } finally {
      if (--this.#waiting === 0) this.#stop.abort();
    }
  }
}
