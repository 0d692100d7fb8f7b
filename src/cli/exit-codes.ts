/** Exit codes: what a script can rely on. */
import { UmekomiError } from '../model/errors.ts';

/** What the process ends with. */
export const EXIT = {
  /** Found, or done. */
  ok: 0,
  /** Nothing found. */
  nothing: 1,
  /** Wrong usage, and anything unexpected. */
  usage: 2,
  /** The embedding server failed. */
  endpoint: 3,
  /** Done, but something failed and is remembered. */
  failures: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  const isEndpoint =
    error instanceof UmekomiError &&
    /^(ENDPOINT|MODEL|VECTORS|INPUT|BATCH)_/.test(error.code) &&
    error.code !== 'ENDPOINT_INVALID' &&
    error.code !== 'MODEL_REQUIRED';
  return isEndpoint ? EXIT.endpoint : EXIT.usage;
}
