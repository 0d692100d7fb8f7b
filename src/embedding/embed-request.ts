/** One request to `/api/embed`: texts out, checked vectors back. */
import { EmbeddingError } from '../errors.ts';
import type { Access } from './access.ts';
import { ADVICE } from './advice.ts';
import type { Verdict } from './classify.ts';
import { ask, jsonReader, type Reading } from './connection.ts';
import type { Answer } from './http.ts';
import { fetchModels, type ServerModel } from './server-models.ts';
import { findVectorFault, type VectorFault } from './vectors.ts';

/** What is sent. */
export interface EmbedRequest {
  /** The name to the letter, as the server lists it. */
  readonly model: string;
  /** With their prompts. */
  readonly texts: readonly string[];
  readonly dimensions: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends one request.
 *
 * @param dimensions - the length that the vectors must have; null accepts any.
 * @throws EmbeddingError: `INPUT_REJECTED` if a vector is missing, zero or not finite,
 *   `VECTORS_INVALID` if one has another length, else by the verdict on the answer.
 */
export async function requestVectors(
  access: Access,
  request: EmbedRequest,
  dimensions: number | null,
): Promise<readonly Float32Array[]> {
  const { model, texts, signal } = request;
  const { kind, ollamaUrl } = access.server;
  const body = {
    model,
    input: texts.map(wellFormed),
    truncate: false,
    ...(request.dimensions === undefined ? {} : { dimensions: request.dimensions }),
  };
  const readJson = jsonReader(kind);
  const vectors = await ask(access.connection, {
    url: `${ollamaUrl}/api/embed`,
    body,
    authorization: access.authorization,
    read: (answer) => readVectors(answer, readJson),
    signal,
    // A batch that took too long takes as long again: its caller halves it instead.
    limits: texts.length > 1 ? { timeoutRetries: 0 } : {},
    model,
    review: (verdict) => reviewMissingModel(access, request, verdict),
  });
  checkVectors(vectors, { access, request, dimensions });
  return vectors;
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

/**
 * Open WebUI says that a model "was not found" also while the Ollama behind it is away: then its
 * list is empty or still has the model. Only a list without it is believed.
 */
async function reviewMissingModel(
  access: Access,
  { model, signal }: EmbedRequest,
  verdict: Verdict,
): Promise<Verdict> {
  if (verdict.action !== 'check-model') return verdict;
  const models = await listOnce(access, signal);
  const isGone = models.length > 0 && !models.some(({ name }) => name === model);
  if (isGone) return { ...verdict, action: 'fail' };
  const what = 'Open WebUI lost sight of the model: the Ollama behind it seems to be away';
  return { action: 'retry', code: 'ENDPOINT_FAILED', what, advice: ADVICE.ollamaBehind };
}

/** A list that cannot be had says as much as an empty one. */
async function listOnce(
  { connection, ...access }: Access,
  signal: AbortSignal | undefined,
): Promise<readonly ServerModel[]> {
  try {
    return await fetchModels({ ...access, connection: { ...connection, retries: 0 } }, { signal });
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}

interface Checked {
  readonly access: Access;
  readonly request: EmbedRequest;
  readonly dimensions: number | null;
}

function checkVectors(vectors: readonly Float32Array[], checked: Checked): void {
  const { access, request, dimensions } = checked;
  const where = `Embedding server ${access.connection.endpoint.url}, model ${request.model}`;
  const { length } = request.texts;
  if (vectors.length !== length) {
    const message = `${where}: ${length} texts were sent and ${vectors.length} vectors came back.`;
    throw new EmbeddingError('INPUT_REJECTED', message);
  }
  // A batch agrees on its length even where nobody knows yet which one it must be.
  const wanted = dimensions ?? vectors[0]?.length ?? null;
  for (const [index, vector] of vectors.entries()) {
    const fault = findVectorFault(vector, wanted);
    if (fault === null) continue;
    const message = `${where}: ${WORDS[fault](vector, wanted)} for text ${index + 1} of ${length}.`;
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
