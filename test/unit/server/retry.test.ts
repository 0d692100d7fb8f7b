import { describe, expect, it } from 'vitest';
import { EmbeddingError } from '../../../src/model/errors.ts';
import { ADVICE } from '../../../src/server/advice.ts';
import {
  type Attempt,
  type Clock,
  decideRetry,
  type Failure,
  parseRetryAfter,
  type RetryEvent,
  type RetryLimits,
  SYSTEM_CLOCK,
  withRetries,
} from '../../../src/server/retry.ts';
import type { Verdict } from '../../../src/server/verdict.ts';

const LIMITS: RetryLimits = { retries: 6, timeoutRetries: 1, waitForServer: true };

function failure(verdict: Partial<Verdict> = {}, retryAfterMs: number | null = null): Failure {
  const { code = 'ENDPOINT_FAILED' } = verdict;
  return {
    verdict: { action: 'retry', code, what: 'w', advice: ADVICE.serverLog, ...verdict },
    error: new EmbeddingError(code, 'It failed.', { status: 503 }),
    retryAfterMs,
  };
}

function fakeClock(random = 0.5): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => 0,
    random: () => random,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
  };
}

const almostOne = (): number => 0.999_999;

describe('the decision to retry', () => {
  it('backs off exponentially with full jitter, up to half a minute', () => {
    const ceilings = [1, 2, 3, 4, 5, 6].map((attempt) => {
      const decision = decideRetry(failure(), attempt, LIMITS, almostOne);
      return decision.retry ? decision.waitMs : null;
    });
    expect(ceilings).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
    expect(decideRetry(failure(), 6, LIMITS, () => 0)).toEqual({ retry: true, waitMs: 0 });
  });

  it('ends after as many retries as were asked for', () => {
    expect(decideRetry(failure(), 7, LIMITS, almostOne)).toEqual({ retry: false });
    expect(decideRetry(failure(), 1, { ...LIMITS, retries: 0 }, almostOne)).toEqual({
      retry: false,
    });
  });

  it('repeats a timeout once only: each costs the whole timeout', () => {
    const timeout = failure({ code: 'ENDPOINT_TIMEOUT' });
    expect(decideRetry(timeout, 1, LIMITS, almostOne).retry).toBe(true);
    expect(decideRetry(timeout, 2, LIMITS, almostOne).retry).toBe(false);
  });

  it('is no for everything that another attempt does not change', () => {
    for (const action of ['fail', 'split', 'bisect', 'halve', 'check-model'] as const) {
      expect(decideRetry(failure({ action }), 1, LIMITS, almostOne)).toEqual({ retry: false });
    }
  });

  it('gives a server that is not there time only where it was there before', () => {
    const absent = failure({ code: 'ENDPOINT_UNREACHABLE', isAbsent: true });
    expect(decideRetry(absent, 1, LIMITS, almostOne).retry).toBe(true);
    expect(decideRetry(absent, 1, { ...LIMITS, waitForServer: false }, almostOne).retry).toBe(
      false,
    );
  });

  it('waits as long as Retry-After asks, but not for hours', () => {
    expect(decideRetry(failure({}, 5000), 1, LIMITS, () => 0)).toEqual({
      retry: true,
      waitMs: 5000,
    });
    expect(decideRetry(failure({}, 120_000), 1, LIMITS, () => 0).retry).toBe(true);
    expect(decideRetry(failure({}, 120_001), 1, LIMITS, () => 0).retry).toBe(false);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2025-01-01T00:00:00Z');
  it.each([
    [null, null],
    ['', null],
    ['3', 3000],
    [' 0 ', 0],
    ['Wed, 01 Jan 2025 00:00:10 GMT', 10_000],
    ['Wed, 01 Jan 2020 00:00:10 GMT', 0],
    ['-3', null],
    ['1.5', null],
    ['soon', null],
  ])('%j → %s ms', (value, expected) => expect(parseRetryAfter(value, now)).toBe(expected));
});

describe('an attempt with retries', () => {
  const script = (...attempts: readonly Attempt<string>[]): (() => Promise<Attempt<string>>) => {
    const left = [...attempts];
    return async () => left.shift() ?? { ok: true, value: 'too often' };
  };

  it('gives the first success, and tells of every wait before it', async () => {
    const clock = fakeClock();
    const events: RetryEvent[] = [];
    const attempts = script(
      { ok: false, failure: failure() },
      { ok: false, failure: failure({}, 9000) },
      { ok: true, value: 'done' },
    );
    const context = { limits: LIMITS, clock, onRetry: (event: RetryEvent) => events.push(event) };
    expect(await withRetries(attempts, context)).toBe('done');
    expect(clock.waits).toEqual([500, 9000]);
    expect(events.map(({ retry, retries, waitMs }) => [retry, retries, waitMs])).toEqual([
      [1, 6, 500],
      [2, 6, 9000],
    ]);
  });

  it('throws the last error with the number of attempts, code and status kept', async () => {
    const limits = { ...LIMITS, retries: 2 };
    const failed: Attempt<string> = { ok: false, failure: failure() };
    const result = withRetries(script(failed, failed, failed), { limits, clock: fakeClock() });
    await expect(result).rejects.toMatchObject({
      code: 'ENDPOINT_FAILED',
      status: 503,
      message: 'It failed. (3 attempts)',
    });
  });

  it('throws at once what is not worth a retry', async () => {
    const clock = fakeClock();
    const failed: Attempt<string> = { ok: false, failure: failure({ action: 'fail' }) };
    await expect(withRetries(script(failed), { limits: LIMITS, clock })).rejects.toThrow(
      /^It failed\.$/,
    );
    expect(clock.waits).toEqual([]);
  });

  it('does not outlive an abort, before or during a wait', async () => {
    const reason = new Error('stop');
    const failed: Attempt<string> = { ok: false, failure: failure({}, 60_000) };
    const aborted = { limits: LIMITS, clock: fakeClock(), signal: AbortSignal.abort(reason) };
    await expect(withRetries(script(failed), aborted)).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = withRetries(script(failed), {
      limits: LIMITS,
      clock: SYSTEM_CLOCK,
      signal: controller.signal,
      onRetry: () => setImmediate(() => controller.abort(reason)),
    });
    await expect(waiting).rejects.toBe(reason);
  });
});
