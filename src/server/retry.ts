/**
 * When to ask again. The decision is pure; waiting and chance come in as parameters, so tests
 * neither wait nor guess.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ChatError, EmbeddingError, type ErrorCode } from '../model/errors.ts';
import type { Verdict } from './verdict.ts';

/** Milliseconds before the first retry at most; doubles with every further one. */
const FIRST_BACKOFF_MS = 1_000;

/** The longest backoff, in milliseconds: a reloaded model is back within half a minute. */
const MAX_BACKOFF_MS = 30_000;

/** A server that asks to wait longer than this (milliseconds) is not waited for. */
const MAX_RETRY_AFTER_MS = 120_000;

/** Attempts after a crash: if a text did it, more of them only crash the runner again. */
const MAX_CRASH_RETRIES = 2;

/** Time and chance, injected. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** At least 0, below 1. */
  random(): number;
}

/** The real ones. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await wait(milliseconds, undefined, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
  random: () => Math.random(),
};

/** An error of a server that is asked for vectors or for an answer. */
export type ServerError = EmbeddingError | ChatError;

/** A failed attempt. */
export interface Failure {
  readonly verdict: Verdict<ErrorCode>;
  readonly error: ServerError;
  /** Milliseconds that the server asks to wait; null if it does not say. */
  readonly retryAfterMs: number | null;
}

/** What an attempt comes to. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** Told before every wait. */
export interface RetryEvent {
  /** The retry that follows, from 1. */
  readonly retry: number;
  /** How many there may be. */
  readonly retries: number;
  /** Milliseconds until then. */
  readonly waitMs: number;
  /** What went wrong. */
  readonly error: ServerError;
}

/** How often failures are worth another attempt. */
export interface RetryLimits {
  /** Further attempts after the first one. */
  readonly retries: number;
  /** Further attempts after a timeout: each costs the whole timeout again. */
  readonly timeoutRetries: number;
  /** Whether a server that is not there at all is given time to come back. */
  readonly waitForServer: boolean;
}

/** The decision about one failure. */
export type RetryDecision =
  | { readonly retry: false }
  | { readonly retry: true; readonly waitMs: number };

/**
 * Decides after the `attempt`-th attempt (from 1). Exponential backoff with full jitter: a random
 * part of min(30 s, 1 s · 2^(attempt − 1)), at least what Retry-After asks for
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function decideRetry(
  { verdict, retryAfterMs }: Failure,
  attempt: number,
  limits: RetryLimits,
  random: () => number,
): RetryDecision {
  if (verdict.action !== 'retry' || attempt > allowedRetries(verdict, limits)) {
    return { retry: false };
  }
  if (verdict.isAbsent && !limits.waitForServer) return { retry: false };
  if (retryAfterMs !== null && retryAfterMs > MAX_RETRY_AFTER_MS) return { retry: false };
  const ceiling = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  const waitMs = Math.max(Math.round(ceiling * random()), retryAfterMs ?? 0);
  return { retry: true, waitMs };
}

function allowedRetries({ code, isCrash }: Verdict<ErrorCode>, limits: RetryLimits): number {
  if (code === 'ENDPOINT_TIMEOUT') return limits.timeoutRetries;
  return isCrash ? Math.min(limits.retries, MAX_CRASH_RETRIES) : limits.retries;
}

/** What `withRetries` needs around it. */
export interface RetryContext {
  readonly limits: RetryLimits;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
}

/**
 * Runs an attempt until it succeeds or is not worth another one.
 *
 * @throws the error of the last attempt; the signal's reason when it aborts.
 */
export async function withRetries<T>(
  attempt: () => Promise<Attempt<T>>,
  { limits, clock, signal, onRetry }: RetryContext,
): Promise<T> {
  for (let count = 1; ; count++) {
    signal?.throwIfAborted();
    const result = await attempt();
    if (result.ok) return result.value;
    const { error } = result.failure;
    const decision = decideRetry(result.failure, count, limits, clock.random);
    if (!decision.retry) throw count > 1 ? afterAttempts(error, count) : error;
    onRetry?.({ retry: count, retries: limits.retries, waitMs: decision.waitMs, error });
    await clock.sleep(decision.waitMs, signal);
  }
}

/** Says how often it was tried, so that nobody tries six times more by hand. */
function afterAttempts(error: ServerError, attempts: number): ServerError {
  const message = `${error.message} (${attempts} attempts)`;
  const options = { status: error.status, remedy: error.remedy, cause: error };
  return error instanceof ChatError
    ? new ChatError(error.code, message, options)
    : new EmbeddingError(error.code, message, options);
}

/**
 * The Retry-After header (RFC 9110, 10.2.3): seconds or an HTTP date.
 *
 * @returns milliseconds from `now` (milliseconds since 1970), at least 0; null if there is none or
 *   it cannot be read.
 */
export function parseRetryAfter(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
