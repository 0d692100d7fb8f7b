/**
 * One request and its answer, nothing about what it means: timeout, abort, no redirects.
 * Timers and listeners are gone when it settles.
 */

import { targetWithoutSecrets, withoutSecrets } from './secrets.ts';

/** What is asked of a `fetch`; `globalThis.fetch` and undici's fit. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/** The part of `RequestInit` in use. */
export interface FetchInit {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

/** The part of `Response` in use. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  /** The body piece by piece; read instead of `text()` where it is there, so that it can be bounded. */
  readonly body?: AsyncIterable<Uint8Array> | null | undefined;
}

/** One request. */
export interface Call {
  readonly url: string;
  /** Sent as JSON with POST; GET if undefined. */
  readonly body?: unknown;
  /** The Authorization header's value; null for none. */
  readonly authorization: string | null;
  /** Are taken out of the answer. */
  readonly secrets: readonly string[];
  /** Milliseconds until the whole answer must be there. */
  readonly timeoutMs: number;
  /** Longer answers are not read on. @default MAX_ANSWER_BYTES */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of an answer without vectors: a list of ten thousand models takes a third of it. */
export const MAX_ANSWER_BYTES: number = 16 * 1024 * 1024;

/** What came back. */
export interface Answer {
  readonly status: number;
  /** Lower case, without parameters; '' if there is none. */
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly location: string | null;
  readonly body: string;
}

/** What a call comes to. An abort by the caller's signal is thrown instead. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'timeout' }
  /** The answer went on beyond what was to be read. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'network'; readonly error: unknown };

/**
 * Sends one request. Redirects are not followed: the key must not go where a redirect points.
 *
 * @throws the signal's reason when it aborts.
 */
export async function send(fetch: Fetch, call: Call): Promise<Outcome> {
  const { signal, timeoutMs } = call;
  signal?.throwIfAborted();
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, timeoutMs);
  const abandon = (): void => controller.abort();
  signal?.addEventListener('abort', abandon, { once: true });
  try {
    const response = await fetch(call.url, toInit(call, controller.signal));
    const body = await readBody(response, call.maxBytes ?? MAX_ANSWER_BYTES);
    // Frees the connection: nobody reads the rest.
    if (body === null) controller.abort();
    return body === null
      ? { kind: 'endless' }
      : { kind: 'answer', answer: toAnswer(response, body, call.secrets) };
  } catch (error) {
    signal?.throwIfAborted();
    return timedOut ? { kind: 'timeout' } : { kind: 'network', error };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abandon);
  }
}

/** A request as `fetch` takes it. */
export function toInit(
  call: Pick<Call, 'body' | 'authorization'>,
  signal: AbortSignal,
  accept: string = 'application/json',
): FetchInit {
  const { authorization } = call;
  const headers = {
    accept,
    ...(authorization === null ? {} : { authorization }),
  };
  if (call.body === undefined) return { method: 'GET', headers, redirect: 'manual', signal };
  return {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(call.body),
    redirect: 'manual',
    signal,
  };
}

/** An answer whose body was read, without secrets. */
export function toAnswer(response: FetchAnswer, body: string, secrets: readonly string[]): Answer {
  const location = response.headers.get('location');
  const contentType = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    contentType: (contentType.split(';', 1)[0] ?? '').trim().toLowerCase(),
    retryAfter: response.headers.get('retry-after'),
    location: location === null ? null : targetWithoutSecrets(location, secrets),
    body: withoutSecrets(body, secrets),
  };
}

/** The body as text; null if it is longer than `maxBytes`. */
export async function readBody(response: FetchAnswer, maxBytes: number): Promise<string | null> {
  if (response.body === undefined || response.body === null) {
    const text = await response.text();
    return text.length > maxBytes ? null : text;
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body) {
    length += part.length;
    if (length > maxBytes) return null;
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
