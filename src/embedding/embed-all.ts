/**
 * A stream of inputs through an embedder: batches, a few requests in flight, bounded memory, and
 * nothing lost that was embedded, whatever ends the run.
 */
import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { DEFAULT_BATCH_TOKENS } from '../model/defaults.ts';
import { checkOptions } from '../model/option-spec.ts';
import { REQUEST_OPTIONS } from '../model/options.ts';
import type { Embedder } from '../model/types.ts';
import { orAbort } from '../server/or-abort.ts';
import { type BatchLimits, toBatches } from './batches.ts';
import {
  asUmekomiError,
  type BatchResult,
  type Embedded,
  embedBatch,
  type Failed,
} from './embed-batch.ts';

/** What one batch came to. Every input of it is in exactly one of the two. */
export interface EmbeddedBatch<T> {
  readonly embedded: readonly Embedded<T>[];
  readonly failed: readonly Failed<T>[];
}

/** How `embedAll` works through its inputs. */
export interface EmbedAllOptions {
  /** Inputs a request. @default 32 */
  readonly batchSize?: number | undefined;
  /** Estimated tokens a request. @default 8192 */
  readonly batchTokens?: number | undefined;
  /** Requests in flight. @default 2 */
  readonly concurrency?: number | undefined;
  /** Abandons the requests in flight; what was embedded is still yielded. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Embeds inputs and yields batches as they complete (not in order). Reads at most
 * `concurrency + 1` batches ahead of what was yielded. Vectors are checked and have length 1.
 *
 * A text that cannot be embedded ends in `failed` and costs no other text its vector. A batch that
 * is too large or too slow is halved, and later batches are smaller.
 *
 * @throws EmbeddingError about the server (other errors of an embedder become `ENDPOINT_FAILED`
 *   with their cause), what `inputs` throws, or the signal's reason; each after everything that
 *   was embedded has been yielded. UsageError `USAGE` for a number out of range.
 */
export async function* embedAll<T extends { readonly text: string }>(
  embedder: Embedder,
  inputs: AsyncIterable<T> | Iterable<T>,
  options: EmbedAllOptions = {},
): AsyncGenerator<EmbeddedBatch<T>, undefined> {
  const run = new Run(embedder, inputs, options);
  try {
    run.start();
    for (let batch = await run.next(); batch !== null; batch = await run.next()) yield batch;
  } finally {
    await run.close();
  }
}

/** The state of one `embedAll`: what is being read, in flight, and finished but not yielded. */
class Run<T extends { readonly text: string }> {
  readonly #embedder: Embedder;
  readonly #batches: AsyncGenerator<readonly T[], undefined>;
  readonly #limits: BatchLimits;
  readonly #concurrency: number;
  readonly #schedule: ReturnType<typeof pLimit>;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);
  readonly #finished: EmbeddedBatch<T>[] = [];
  #dimensions: Promise<number> | null = null;
  #inFlight = 0;
  #isReading = false;
  #isExhausted = false;
  #failure: { readonly error: unknown } | null = null;
  #wake: () => void = () => {};

  constructor(
    embedder: Embedder,
    inputs: AsyncIterable<T> | Iterable<T>,
    options: EmbedAllOptions,
  ) {
    const { batchSize = REQUEST_OPTIONS.batchSize.default, batchTokens } = options;
    const { concurrency = REQUEST_OPTIONS.concurrency.default } = options;
    checkOptions({ batchSize, concurrency }, REQUEST_OPTIONS);
    this.#embedder = embedder;
    // Every request in flight listens: that many are no leak.
    setMaxListeners(0, this.#stop.signal);
    this.#limits = { count: batchSize, tokens: batchTokens ?? DEFAULT_BATCH_TOKENS };
    this.#concurrency = concurrency;
    this.#schedule = pLimit(this.#concurrency);
    this.#signal = options.signal;
    this.#batches = toBatches(inputs, this.#limits);
  }

  start(): void {
    if (this.#signal?.aborted) this.#onAbort();
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#readOn();
  }

  /** The next finished batch; null when there are no more. Throws the failure behind the last. */
  async next(): Promise<EmbeddedBatch<T> | null> {
    for (;;) {
      const batch = this.#finished.shift();
      this.#readOn();
      if (batch) return batch;
      if (this.#inFlight === 0) {
        if (this.#failure) throw this.#failure.error;
        if (this.#isExhausted) return null;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Abandons what is in flight and closes the source, unless that is stuck in a read of its own. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#fail(new Error('embedAll was left'));
    const closed = this.#batches.return(undefined);
    if (this.#isReading) closed.catch(() => {});
    else await closed;
  }

  /** Reads one more batch if there is room for it. */
  #readOn(): void {
    const held = this.#inFlight + this.#finished.length;
    const isFull = held > this.#concurrency;
    if (this.#isReading || this.#isExhausted || this.#failure || isFull) return;
    this.#isReading = true;
    this.#batches
      .next()
      .then(
        (result) => {
          this.#isReading = false;
          if (result.done) this.#isExhausted = true;
          else this.#launch(result.value);
        },
        (error: unknown) => {
          this.#isReading = false;
          this.#fail(error);
        },
      )
      .finally(() => this.#step());
  }

  #launch(inputs: readonly T[]): void {
    if (this.#failure) return;
    this.#inFlight++;
    const result: BatchResult<T> = { embedded: [], failed: [] };
    this.#schedule(() => this.#embed(inputs, result))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#inFlight--;
        if (result.embedded.length + result.failed.length > 0) this.#finished.push(result);
        this.#step();
      });
  }

  async #embed(inputs: readonly T[], result: BatchResult<T>): Promise<void> {
    const { signal } = this.#stop;
    signal.throwIfAborted();
    this.#dimensions ??= this.#askDimensions(signal);
    await embedBatch(inputs, result, {
      embedder: this.#embedder,
      dimensions: await this.#dimensions,
      signal,
      onTooLarge: (count) => this.#shrink(count),
    });
  }

  /** Asked with the first batch: without inputs, no server is needed. */
  async #askDimensions(signal: AbortSignal): Promise<number> {
    try {
      return (await orAbort(this.#embedder.identity({ signal }), signal)).dimensions;
    } catch (error) {
      signal.throwIfAborted();
      throw asUmekomiError(error);
    }
  }

  /** What was too much once is too much again. */
  #shrink(count: number): void {
    const half = Math.ceil(count / 2);
    if (half >= this.#limits.count) return;
    this.#limits.tokens = Math.ceil((this.#limits.tokens * half) / this.#limits.count);
    this.#limits.count = half;
  }

  /** The first failure counts; the rest are consequences of the stop. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort(error);
    this.#wake();
  }

  #step(): void {
    this.#readOn();
    this.#wake();
  }
}
