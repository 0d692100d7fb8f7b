/** Words of a command that people may copy. */
import { printableName } from '../terminal.ts';

/** A word as a POSIX shell reads it: in quotes where it needs them. */
export function shellWord(word: string): string {
  const safe = printableName(word);
  return /^[\p{L}\p{M}\p{N}_@%+=:,./-]+$/u.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
