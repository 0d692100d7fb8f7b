/** Exit codes: what a script can rely on. */
import { UmekomiError } from '../model/errors.ts';

/** What the process ends with. */
export const EXIT = {
  /** Found, or done. */
  ok: 0,
  /** Nothing found. */
  nothing: 1,
  /** Wrong usage, a corpus that cannot be used, and anything unexpected. */
  usage: 2,
  /** The embedding server failed. */
  server: 3,
  /** Done, but something failed and is remembered. */
  failures: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UmekomiError && error.kind === 'server' ? EXIT.server : EXIT.usage;
}
