/** How long a chat server may say nothing. */
import { UsageError } from '../model/errors.ts';
import type { TokenTimeouts } from './stream-answer.ts';

/** Times that a chat model can be told. */
export interface TimeoutOptions {
  /** Milliseconds until the first token; the model is loaded and the prompt read before it. @default 300000 */
  readonly firstTokenMs?: number | undefined;
  /** Milliseconds between tokens. @default 60000 */
  readonly tokenMs?: number | undefined;
}

/** Node's longest timer: a longer one would ring at once. Milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @throws UsageError `USAGE` for a time that is none */
export function timeoutsOf(options: TimeoutOptions): TokenTimeouts {
  const { firstTokenMs = 300_000, tokenMs = 60_000 } = options;
  for (const [name, value] of Object.entries({ firstTokenMs, tokenMs })) {
    if (Number.isFinite(value) && value > 0 && value <= MAX_TIMER_MS) continue;
    throw new UsageError('USAGE', `${name} must be a number of milliseconds above 0.`);
  }
  return { firstTokenMs, tokenMs };
}
