/** Inputs gathered into batches, by count and by estimated tokens, no earlier than asked for. */
import { estimateTokens } from '../text/tokens.ts';

/** The most that a batch holds. Mutable: what the server refuses makes later batches smaller. */
export interface BatchLimits {
  count: number;
  /** Estimated tokens. A single text may exceed them. */
  tokens: number;
}

/** Groups of inputs in order; reads no further than the one input that no longer fits. */
export async function* toBatches<T extends { readonly text: string }>(
  inputs: AsyncIterable<T> | Iterable<T>,
  limits: Readonly<BatchLimits>,
): AsyncGenerator<readonly T[], undefined> {
  let batch: T[] = [];
  let tokens = 0;
  for await (const input of inputs) {
    const more = estimateTokens(input.text);
    const isFull = batch.length >= limits.count || tokens + more > limits.tokens;
    if (batch.length > 0 && isFull) {
      yield batch;
      batch = [];
      tokens = 0;
    }
    batch.push(input);
    tokens += more;
    if (batch.length >= limits.count) {
      yield batch;
      batch = [];
      tokens = 0;
    }
  }
  if (batch.length > 0) yield batch;
}
