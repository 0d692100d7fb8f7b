/**
 * One batch, whatever becomes of it. A request is all or nothing and does not say which text was
 * at fault, so a refused batch is halved until the culprit stands alone: log2 requests, and every
 * other text keeps its vector.
 */
import { EmbeddingError, UmekomiError } from '../model/errors.ts';
import type { Embedder } from '../model/types.ts';
import { orAbort } from '../server/or-abort.ts';
import { findVectorFault, toUnitVector } from './vectors.ts';

/** An input and its vector of length 1, in a buffer of its own. */
export interface Embedded<T> {
  readonly input: T;
  readonly vector: Float32Array;
}

/** An input that cannot be embedded, and why: `INPUT_TOO_LONG` or `INPUT_REJECTED`. */
export interface Failed<T> {
  readonly input: T;
  readonly error: EmbeddingError;
}

/** What a batch came to, gathered as it comes, so that nothing is lost when the rest fails. */
export interface BatchResult<T> {
  readonly embedded: Embedded<T>[];
  readonly failed: Failed<T>[];
}

/** What a batch needs around it. */
export interface BatchContext {
  readonly embedder: Embedder;
  /** The length that every vector must have. */
  readonly dimensions: number;
  readonly signal: AbortSignal;
  /** Told how many texts were too many for one request. */
  readonly onTooLarge: (count: number) => void;
}

/** Halvings after timeouts: if a quarter of a batch takes too long as well, the server hangs. */
const MAX_TIMEOUT_HALVINGS = 2;

/**
 * Embeds a batch into `result`.
 *
 * @throws EmbeddingError about the server; what was embedded before it is in `result`.
 */
export async function embedBatch<T extends { readonly text: string }>(
  inputs: readonly T[],
  result: BatchResult<T>,
  context: BatchContext,
): Promise<void> {
  // Depth first from the left. A stack, not recursion: one loop shows every way out.
  const waiting = [{ inputs, timeouts: 0 }];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    const outcome = await tryEmbed(group.inputs, context);
    if (!(outcome instanceof EmbeddingError)) {
      keep(group.inputs, outcome, { result, dimensions: context.dimensions });
      continue;
    }
    const timeouts = group.timeouts + (outcome.code === 'ENDPOINT_TIMEOUT' ? 1 : 0);
    if (!mayHelpToHalve(outcome, timeouts)) throw outcome;
    const [first, ...others] = group.inputs;
    if (first !== undefined && others.length === 0) {
      if (outcome.code === 'ENDPOINT_TIMEOUT') throw outcome;
      result.failed.push({ input: first, error: ofSingleText(outcome) });
      continue;
    }
    if (isAboutSize(outcome)) context.onTooLarge(group.inputs.length);
    const middle = Math.ceil(group.inputs.length / 2);
    waiting.push({ inputs: group.inputs.slice(middle), timeouts });
    waiting.push({ inputs: group.inputs.slice(0, middle), timeouts });
  }
}

function mayHelpToHalve(error: EmbeddingError, timeouts: number): boolean {
  switch (error.code) {
    case 'INPUT_TOO_LONG':
    case 'INPUT_REJECTED':
    case 'BATCH_TOO_LARGE':
      return true;
    case 'ENDPOINT_TIMEOUT':
      return timeouts <= MAX_TIMEOUT_HALVINGS;
    default:
      return false;
  }
}

function isAboutSize({ code }: EmbeddingError): boolean {
  return code === 'BATCH_TOO_LARGE' || code === 'ENDPOINT_TIMEOUT';
}

/** A single text that is too large for a request is too long, whoever says so. */
function ofSingleText(error: EmbeddingError): EmbeddingError {
  if (error.code !== 'BATCH_TOO_LARGE') return error;
  return new EmbeddingError('INPUT_TOO_LONG', error.message, {
    ...{ status: error.status, cause: error },
    remedy: { code: 'shorter-chunks' },
  });
}

/** The vectors, or the error that may be about the texts. */
async function tryEmbed(
  inputs: readonly { readonly text: string }[],
  { embedder, signal }: BatchContext,
): Promise<readonly Float32Array[] | EmbeddingError> {
  signal.throwIfAborted();
  try {
    const texts = inputs.map(({ text }) => text);
    const vectors = await orAbort(embedder.embedDocuments(texts, { signal }), signal);
    if (vectors.length === inputs.length) return vectors;
    const message = `The embedder was given ${inputs.length} texts and gave ${vectors.length} vectors.`;
    return new EmbeddingError('INPUT_REJECTED', message);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EmbeddingError) return error;
    throw asUmekomiError(error);
  }
}

function keep<T>(
  inputs: readonly T[],
  vectors: readonly Float32Array[],
  { result, dimensions }: { readonly result: BatchResult<T>; readonly dimensions: number },
): void {
  for (const [index, input] of inputs.entries()) {
    const vector = vectors[index] ?? new Float32Array(0);
    const fault = findVectorFault(vector, dimensions);
    if (fault === null) {
      result.embedded.push({ input, vector: toUnitVector(vector) });
    } else if (fault === 'dimensions') {
      const message = `The embedder gave a vector of ${vector.length} dimensions where its identity says ${dimensions}.`;
      throw new EmbeddingError('VECTORS_INVALID', message);
    } else {
      const what = fault === 'zero' ? 'an all-zero vector' : 'a vector that is not finite';
      const error = new EmbeddingError(
        'INPUT_REJECTED',
        `The embedder gave ${what} for this text.`,
      );
      result.failed.push({ input, error });
    }
  }
}

/**
 * The family as it is; anything else that a user's own embedder throws is about its server. Its
 * message stays in `cause`: it may hold the text.
 */
export function asUmekomiError(error: unknown): UmekomiError {
  if (error instanceof UmekomiError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  const message = `The embedder failed (${name}). The reason is in the error's cause; throw an EmbeddingError to say more.`;
  return new EmbeddingError('ENDPOINT_FAILED', message, { cause: error });
}
