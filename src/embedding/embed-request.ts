/** One request to `/api/embed`: texts out, checked vectors back. */
import { EmbeddingError } from '../model/errors.ts';
import { ADVICE } from '../server/advice.ts';
import type { ServerClient } from '../server/client.ts';
import { ask, jsonReader, placeOf, type Reading } from '../server/connection.ts';
import type { Answer } from '../server/http.ts';
import { reviewMissing } from '../server/server-models.ts';
import type { Verdict } from '../server/verdict.ts';
import { estimateTokens } from '../text/tokens.ts';
import { findVectorFault, type VectorFault } from './vectors.ts';

/** What is sent. */
export interface EmbedRequest {
  /** The name to the letter, as the server lists it. */
  readonly model: string;
  /** With their prompts. */
  readonly texts: readonly string[];
  /** How many of them are known texts, sent to look at the server. @default 0 */
  readonly known?: number | undefined;
  readonly dimensions: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A word that every model can embed. */
export const PROBE_TEXT = 'umekomi';

/**
 * Sends one request. If the model's runner crashes over it again and again but embeds a plain
 * word, it is one of the texts that crashes it, and the error says so.
 *
 * @param dimensions - the length that the vectors must have; null accepts any.
 * @throws EmbeddingError: `INPUT_REJECTED` if a vector is missing, zero or not finite,
 *   `VECTORS_INVALID` if one has another length, else by the verdict on the answer.
 */
export async function requestVectors(
  client: ServerClient,
  request: EmbedRequest,
  dimensions: number | null,
): Promise<readonly Float32Array[]> {
  let last: Verdict | null = null;
  try {
    return await embedOnce(client, request, { dimensions, onVerdict: (each) => (last = each) });
  } catch (error) {
    const isCrash = (last as Verdict | null)?.isCrash === true;
    if (!isCrash || !(error instanceof EmbeddingError)) throw error;
    throw (await embedsPlainWord(client, request)) ? textCrashes(error, request) : error;
  }
}

/** Whether the server does its work but for these texts; waits for it as for any request. */
async function embedsPlainWord(client: ServerClient, request: EmbedRequest): Promise<boolean> {
  try {
    await embedOnce(client, { ...request, texts: [PROBE_TEXT] }, { dimensions: null });
    return true;
  } catch {
    request.signal?.throwIfAborted();
    return false;
  }
}

/**
 * Ollama from 0.30 crashes over texts between `num_batch` and the context length instead of
 * refusing them (ollama/ollama issue 16582): where that may be the reason, the text is too long.
 */
function textCrashes(error: EmbeddingError, { texts }: EmbedRequest): EmbeddingError {
  const isLong = texts.some((text) => estimateTokens(text) > SUSPICIOUS_TOKENS);
  const code = isLong ? 'INPUT_TOO_LONG' : 'INPUT_REJECTED';
  const options = { status: error.status, remedy: error.remedy, cause: error };
  return new EmbeddingError(code, `${error.message} It embeds other texts.`, options);
}

/** Half of the default `num_batch`: the estimate of tokens may be off by that. */
const SUSPICIOUS_TOKENS = 1_024;

/**
 * Bytes of an answer with vectors: 30 a number are more than any server writes (pretty-printed,
 * 17 digits), and 32,768 numbers more than any model makes. A request that was refused is echoed by
 * some servers, so there is room for that as well.
 */
const MAX_BYTES: number = 16 * 1024 * 1024;
const MAX_BYTES_PER_TEXT = 1024 * 1024;

interface Expected {
  readonly dimensions: number | null;
  readonly onVerdict?: (verdict: Verdict) => void;
}

async function embedOnce(
  client: ServerClient,
  request: EmbedRequest,
  { dimensions, onVerdict }: Expected,
): Promise<readonly Float32Array[]> {
  const { model, texts, known = 0, signal } = request;
  const { kind, ollamaUrl } = client.server;
  const readJson = jsonReader(kind);
  const vectors = await ask(client.connection, {
    url: `${ollamaUrl}/api/embed`,
    body: toBody(request),
    authorization: client.authorization,
    read: (answer) => readVectors(answer, readJson),
    maxBytes: MAX_BYTES + MAX_BYTES_PER_TEXT * texts.length,
    signal,
    // A batch that took too long takes as long again: its caller halves it instead.
    limits: texts.length - known > 1 ? { timeoutRetries: 0 } : {},
    model,
    review: async (verdict) => {
      onVerdict?.(verdict);
      return reviewMissing(client, { model, verdict, signal });
    },
  });
  checkVectors(vectors, { client, request, dimensions });
  return vectors;
}

/** Always the same fields in the same form: other `options` would reload the model. */
function toBody({ model, texts, dimensions }: EmbedRequest): object {
  const input = texts.map(wellFormed);
  return { model, input, truncate: false, ...(dimensions === undefined ? {} : { dimensions }) };
}

/**
 * Lone surrogates become U+FFFD: Ollama would do that itself, but the Python of Open WebUI refuses
 * the whole request.
 */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function readVectors(
  answer: Answer,
  readJson: (answer: Answer) => Reading<unknown>,
): Reading<readonly Float32Array[]> {
  const reading = readJson(answer);
  if (!reading.ok) return reading;
  const { value } = reading;
  const isObject = typeof value === 'object' && value !== null;
  const embeddings = isObject ? (value as { embeddings?: unknown }).embeddings : undefined;
  if (Array.isArray(embeddings)) return { ok: true, value: embeddings.map(toVector) };
  const verdict: Verdict = {
    action: 'fail',
    code: 'ENDPOINT_NOT_EMBEDDING',
    what: 'the answer holds no embeddings',
    advice: ADVICE.wrongAddress,
  };
  return { ok: false, verdict };
}

/** What is no number becomes NaN, which the check finds; `Float32Array.from` takes null for 0. */
function toVector(numbers: unknown): Float32Array {
  if (!Array.isArray(numbers)) return new Float32Array(0);
  const vector = new Float32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const value: unknown = numbers[i];
    vector[i] = typeof value === 'number' ? value : Number.NaN;
  }
  return vector;
}

/** Eight times as many as the longest in use. */
const MAX_DIMENSIONS = 32_768;

interface Checked {
  readonly client: ServerClient;
  readonly request: EmbedRequest;
  readonly dimensions: number | null;
}

function checkVectors(vectors: readonly Float32Array[], checked: Checked): void {
  const { client, request, dimensions } = checked;
  const where = placeOf(client.connection, request.model);
  const { length } = request.texts;
  if (vectors.length !== length) {
    const message = `${where}: ${length} texts were sent and ${vectors.length} vectors came back.`;
    throw new EmbeddingError('INPUT_REJECTED', message);
  }
  // A batch agrees on its length even where nobody knows yet which one it must be.
  const wanted = dimensions ?? vectors[0]?.length ?? null;
  if (wanted !== null && wanted > MAX_DIMENSIONS) {
    const message = `${where}: a vector of ${wanted} dimensions, and no model makes more than ${MAX_DIMENSIONS}.`;
    throw new EmbeddingError('VECTORS_INVALID', message);
  }
  for (const vector of vectors) {
    const fault = findVectorFault(vector, wanted);
    if (fault === null) continue;
    const message = `${where}: ${WORDS[fault](vector, wanted)} for a text.`;
    throw new EmbeddingError(
      fault === 'dimensions' ? 'VECTORS_INVALID' : 'INPUT_REJECTED',
      message,
    );
  }
}

const WORDS: Readonly<
  Record<VectorFault, (vector: Float32Array, wanted: number | null) => string>
> = {
  dimensions: ({ length }, wanted) =>
    `a vector of ${length} instead of ${wanted} dimensions (has the model been replaced?)`,
  'not-finite': () => 'a vector with NaN or infinite numbers',
  zero: () => 'an all-zero vector',
};
