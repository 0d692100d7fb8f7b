/**
 * Answers that may be stored: an answer does not say which model made it, so each is held until the embedder
 * has confirmed, after it came, that it is still the one. That is asked beside the answers, once for all
 * that came before: some servers take seconds for it, and nothing waits for that but the end of a run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedBatch } from '../../embedding/embed-all.ts';

/** Throws if the embedder is another one now. */
export type Confirm = (signal: AbortSignal) => Promise<void>;

/** The most inputs that are held: as many as are stored at once. */
const MAX_HELD = 4096;

/** How long answers from before a failure wait for their confirmation: the server may be gone. Milliseconds. */
const LAST_CONFIRM_MS = 5_000;

/** The first pause between a confirmation and the next question; each is twice the one before. Milliseconds. */
const FIRST_PAUSE_MS = 5;

/** The longest pause: what is held so long is lost when a run is killed. Milliseconds. */
const MAX_PAUSE_MS = 2_000;

/**
 * Batches, joined, as soon as they are confirmed; in their order.
 *
 * @throws what `batches` throws, once what came before it was confirmed or could not be; what `confirm` throws
 */
export async function* confirmed<T>(
  batches: AsyncIterable<EmbeddedBatch<T>>,
  confirm: Confirm,
): AsyncGenerator<EmbeddedBatch<T>, undefined> {
  const source = batches[Symbol.asyncIterator]();
  const held = new Held<T>(confirm);
  let next: Promise<Came<T>> | null = null;
  try {
    for (;;) {
      if (!held.isFull) next ??= cameOf(source);
      const came = await held.race(next);
      if (came === 'confirmed') {
        yield held.take();
        continue;
      }
      next = null;
      if ('batch' in came) held.add(came.batch);
      else return yield* ending(held, came);
    }
  } finally {
    held.abandon();
    await source.return?.();
  }
}

/** What is still held when nothing more comes; then the failure that ended it, if one did. */
async function* ending<T>(held: Held<T>, { failure }: End): AsyncGenerator<EmbeddedBatch<T>> {
  if (failure === null) return yield* held.rest();
  try {
    yield* held.rest(LAST_CONFIRM_MS);
  } catch {
    // It is the consequence, or as good a reason: the first failure counts.
  }
  throw failure.error;
}

/** How a source ended. */
interface End {
  readonly failure: { readonly error: unknown } | null;
}

type Came<T> = { readonly batch: EmbeddedBatch<T> } | End;

/** Never rejects: it may be looked at long after. */
function cameOf<T>(source: AsyncIterator<EmbeddedBatch<T>>): Promise<Came<T>> {
  return source.next().then(
    ({ done, value }): Came<T> => (done === true ? { failure: null } : { batch: value }),
    (error: unknown) => ({ failure: { error } }),
  );
}

/** Answers that wait, and the question about them. */
class Held<T> {
  readonly #confirm: Confirm;
  readonly #stop = new AbortController();
  /** Ends the pause before the next question. */
  readonly #hurry = new AbortController();
  /** Came after the question was asked. */
  #fresh: EmbeddedBatch<T>[] = [];
  /** Came before it. */
  #asked: EmbeddedBatch<T>[] = [];
  #question: Promise<'confirmed'> | null = null;
  #dueAt = 0;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(confirm: Confirm) {
    this.#confirm = confirm;
  }

  get isFull(): boolean {
    const sizes = [...this.#asked, ...this.#fresh].map(sizeOf);
    return sizes.reduce((sum, size) => sum + size, 0) >= MAX_HELD;
  }

  add(batch: EmbeddedBatch<T>): void {
    this.#fresh.push(batch);
    this.#question ??= this.#ask();
  }

  /** What comes first: the source, or the confirmation. */
  race(next: Promise<Came<T>> | null): Promise<Came<T> | 'confirmed'> {
    return Promise.race([next, this.#question].filter((each) => each !== null));
  }

  /** What was confirmed. Whatever came meanwhile is asked about. */
  take(): EmbeddedBatch<T> {
    const batches = this.#asked;
    this.#asked = [];
    this.#question = this.#fresh.length > 0 ? this.#ask() : null;
    return {
      embedded: batches.flatMap(({ embedded }) => embedded),
      failed: batches.flatMap(({ failed }) => failed),
    };
  }

  /** All that is held, without a pause. @throws after `withinMs`, if it is given */
  async *rest(withinMs?: number): AsyncGenerator<EmbeddedBatch<T>> {
    this.#hurry.abort();
    const timer =
      withinMs === undefined ? undefined : setTimeout(() => this.#stop.abort(), withinMs);
    try {
      while (this.#question !== null) {
        await this.#question;
        yield this.take();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  abandon(): void {
    this.#hurry.abort();
    this.#stop.abort();
  }

  #ask(): Promise<'confirmed'> {
    const question = this.#askAfterPause();
    // Whoever leaves does not look at it any more.
    question.catch(() => {});
    return question;
  }

  async #askAfterPause(): Promise<'confirmed'> {
    const pause = this.#dueAt - performance.now();
    if (pause > 0) await sleep(pause, undefined, { signal: this.#hurry.signal }).catch(() => {});
    this.#asked = this.#fresh;
    this.#fresh = [];
    const begin = performance.now();
    await this.#confirm(this.#stop.signal);
    // One that takes long for it is left alone for four times as long.
    const tookMs = performance.now() - begin;
    this.#dueAt = performance.now() + this.#pauseMs;
    this.#pauseMs = Math.min(MAX_PAUSE_MS, Math.max(this.#pauseMs * 2, tookMs * 4));
    return 'confirmed';
  }
}

function sizeOf<T>({ embedded, failed }: EmbeddedBatch<T>): number {
  return embedded.length + failed.length;
}
