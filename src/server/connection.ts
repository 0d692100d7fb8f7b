/**
 * Asking a server: sends, reads, classifies, retries, and turns what remains into an error that
 * says what happened, where, and what to do next.
 */
import { EmbeddingError, type ErrorCode, type Remedy } from '../model/errors.ts';
import { ADVICE, withAdvice } from './advice.ts';
import { classifyAnswer } from './classify.ts';
import { type Endpoint, OLLAMA_PORT, printableOrigin } from './endpoint.ts';
import { type Answer, type Fetch, type Outcome, send } from './http.ts';
import { classifyNetworkError, timeoutVerdict } from './network-errors.ts';
import {
  type Attempt,
  type Clock,
  parseRetryAfter,
  type RetryEvent,
  type RetryLimits,
  withRetries,
} from './retry.ts';
import type { ServerKind } from './server-kind.ts';
import type { Verdict } from './verdict.ts';

/** How a server is asked, the same for every request of an embedder or chat model. */
export interface Connection {
  /** What messages call the server: 'Embedding server'. */
  readonly label: string;
  readonly endpoint: Endpoint;
  /** Which server it is; null as long as that is not known. */
  readonly kind: ServerKind | null;
  /** Why no key is sent, if there is one that could have been. */
  readonly whyNoKey?: string | undefined;
  readonly fetch: Fetch;
  /** What no answer may bring back: see {@link secretsOf}. */
  readonly secrets: readonly string[];
  /** Milliseconds for one request. */
  readonly timeoutMs: number;
  /** Further attempts after the first one. */
  readonly retries: number;
  readonly clock: Clock;
  readonly onRetry: ((event: RetryEvent) => void) | undefined;
}

/** What an answer says: the value, or why it is none. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly verdict: Verdict };

/** One question to the server. */
export interface Question<T> {
  readonly url: string;
  /** JSON to POST; GET if undefined. */
  readonly body?: unknown;
  readonly authorization: string | null;
  readonly read: (answer: Answer) => Reading<T>;
  /** Longer answers are not read on. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Defaults: the connection's retries, one after a timeout, and time for the server to come back. */
  readonly limits?: Partial<RetryLimits> | undefined;
  /** The model that it is about, for messages. */
  readonly model?: string | undefined;
  /** Has the last word on a verdict that needs another look at the server. */
  readonly review?: ((verdict: Verdict) => Promise<Verdict>) | undefined;
}

/**
 * Asks until there is a value or no hope.
 *
 * @throws EmbeddingError with the verdict's code; the signal's reason when it aborts.
 */
export async function ask<T>(connection: Connection, question: Question<T>): Promise<T> {
  const { clock, onRetry, retries } = connection;
  const limits = { retries, timeoutRetries: Math.min(1, retries), waitForServer: true };
  return withRetries(() => attempt(connection, question), {
    limits: { ...limits, ...question.limits },
    clock,
    signal: question.signal,
    onRetry,
  });
}

async function attempt<T>(connection: Connection, question: Question<T>): Promise<Attempt<T>> {
  const { url, body, authorization, maxBytes, signal } = question;
  const { fetch, timeoutMs, clock, secrets } = connection;
  const call = { url, body, authorization, secrets, timeoutMs, maxBytes, signal };
  const outcome = await send(fetch, call);
  const reading = readOutcome(outcome, question, timeoutMs);
  if (reading.ok) return reading;
  const verdict = question.review ? await question.review(reading.verdict) : reading.verdict;
  const answer = outcome.kind === 'answer' ? outcome.answer : null;
  return {
    ok: false,
    failure: {
      verdict,
      error: toError(verdict, { connection, question, outcome }),
      retryAfterMs: parseRetryAfter(answer?.retryAfter ?? null, clock.now()),
    },
  };
}

function readOutcome<T>(outcome: Outcome, question: Question<T>, timeoutMs: number): Reading<T> {
  switch (outcome.kind) {
    case 'timeout':
      return { ok: false, verdict: timeoutVerdict(timeoutMs) };
    case 'endless':
      return { ok: false, verdict: ENDLESS };
    case 'network':
      return { ok: false, verdict: classifyNetworkError(outcome.error) };
    case 'answer':
      return isRedirect(outcome.answer)
        ? { ok: false, verdict: redirectVerdict(outcome.answer, question.url) }
        : question.read(outcome.answer);
  }
}

const ENDLESS: Verdict = {
  action: 'fail',
  code: 'ENDPOINT_NOT_EMBEDDING',
  what: 'the answer is longer than any that was asked for, and was not read on',
  advice: ADVICE.wrongAddress,
};

interface Scene {
  readonly connection: Connection;
  readonly question: Pick<Question<unknown>, 'model'>;
  readonly outcome: Outcome;
}

function toError(verdict: Verdict, { connection, question, outcome }: Scene): EmbeddingError {
  const status = outcome.kind === 'answer' ? outcome.answer.status : undefined;
  const { message, remedy } = describeFailure(connection, verdict, { ...question, status });
  const cause = outcome.kind === 'network' ? { cause: outcome.error } : {};
  return new EmbeddingError(verdict.code, message, { status, remedy, ...cause });
}

/** What a failure was about, for its message. */
export interface FailureScene {
  readonly model?: string | undefined;
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined;
}

/** The server, and the model that it is about, as the beginning of a message. */
export function placeOf(
  { label, endpoint }: Pick<Connection, 'label' | 'endpoint'>,
  model?: string,
): string {
  return `${label} ${endpoint.url}${model === undefined ? '' : `, model ${model}`}`;
}

/** A verdict in words: what happened, where, and what to do next. */
export function describeFailure(
  connection: Connection,
  { code, what, advice }: Verdict<ErrorCode>,
  scene: FailureScene,
): { readonly message: string; readonly remedy: Remedy | null } {
  const { status, model } = scene;
  const httpStatus = status === undefined || status < 300 ? '' : ` (HTTP ${status})`;
  const { whyNoKey } = connection;
  const why = code === 'ENDPOINT_UNAUTHORIZED' && whyNoKey !== undefined ? ` ${whyNoKey}` : '';
  const happened = `${placeOf(connection, model)}: ${what}${httpStatus}.${why}`;
  return {
    message: withAdvice(happened, advice),
    remedy: remedyAt(connection, advice.remedy),
  };
}

/** Who was never reached is known by Ollama's own port only. */
function remedyAt({ endpoint, kind }: Connection, remedy: Remedy | null): Remedy | null {
  const isOllama = kind === null ? new URL(endpoint.url).port === OLLAMA_PORT : kind === 'ollama';
  return remedy?.code === 'start-server' && isOllama ? { ...remedy, server: 'ollama' } : remedy;
}

/** Whether an answer points elsewhere; nothing is sent there. */
export function isRedirect({ status }: Pick<Answer, 'status'>): boolean {
  return status >= 300 && status < 400;
}

/** The origin only: a redirect's path or query may hold a token. */
export function redirectVerdict(answer: Answer, from: string): Verdict {
  const target = answer.location === null ? 'nowhere' : printableOrigin(answer.location, from);
  return {
    action: 'fail',
    code: 'ENDPOINT_NOT_EMBEDDING',
    what: `the server redirects to ${target}, which is not followed, so that no key or text goes there`,
    advice: ADVICE.useRedirectTarget,
  };
}

/** Reads a JSON answer of success; everything else gets its verdict. */
export function jsonReader(server: ServerKind): (answer: Answer) => Reading<unknown> {
  return (answer) => {
    if (answer.status < 200 || answer.status >= 300) {
      return { ok: false, verdict: classifyAnswer(answer, server) };
    }
    const value = answer.contentType.includes('html') ? undefined : parseJson(answer.body);
    if (value === undefined) return { ok: false, verdict: notJson(answer) };
    return value === null ? { ok: false, verdict: nothing(server) } : { ok: true, value };
  };
}

/** Open WebUI answers `null` where what came from behind it was a success, and no JSON. */
function nothing(server: ServerKind): Verdict {
  const what = 'the answer holds nothing';
  const advice = server === 'open-webui' ? ADVICE.ollamaBehind : ADVICE.serverLog;
  return { action: 'retry', code: 'ENDPOINT_FAILED', what, advice };
}

/** The parsed text; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A page, a body that was cut, or a bare NaN that some proxies write into JSON. */
function notJson({ body, contentType }: Answer): Verdict {
  if (contentType.includes('html') || !/^\s*[[{]/.test(body)) {
    const what = 'the address answers with a page, not with data';
    const advice = ADVICE.openWebUiAddress;
    return { action: 'fail', code: 'ENDPOINT_NOT_EMBEDDING', what, advice };
  }
  if (/[[,:]\s*(?:NaN|-?Infinity)\b/.test(body)) {
    const what = 'the model computed no usable vector (NaN) for a text';
    const advice = ADVICE.rejectedText;
    return { action: 'bisect', code: 'INPUT_REJECTED', what, advice };
  }
  const what = 'the answer was cut or is not JSON';
  return { action: 'retry', code: 'ENDPOINT_FAILED', what, advice: ADVICE.checkNetwork };
}
