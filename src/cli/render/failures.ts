/** Texts that could not be embedded, for people. Pure. */
import type { StoredFailure } from '../../model/indexing.ts';
import { shownPath } from '../paths.ts';
import { printableName } from '../terminal.ts';
import { describeRemedy } from './remedy.ts';

/** Where it stands, and why. */
export function failureLine(failure: StoredFailure, cwd: string): string {
  const place = `${printableName(shownPath(failure, cwd))}:${failure.startLine}`;
  return `  ${place}  ${printableName(`${failure.message} [${failure.code}]`)}`;
}

/** What can be done about some of them; a line each. */
export function failureRemedies(failures: readonly StoredFailure[]): readonly string[] {
  const isTooLong = failures.some(({ code }) => code === 'INPUT_TOO_LONG');
  return isTooLong ? [`  → ${describeRemedy({ code: 'shorter-chunks' })}`] : [];
}
