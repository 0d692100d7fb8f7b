/** Which command a command line means, before anything that could parse it is loaded. Pure. */

/** Flags of every command that take a value; they may stand before the command. */
const WITH_VALUE: ReadonlySet<string> = new Set(['--db', '--endpoint', '--model']);

/** True if the command is surely `search` or `like`; false for anything else, or where it is unclear. */
export function isSearch(args: readonly string[]): boolean {
  let at = 0;
  while (WITH_VALUE.has(args[at] ?? '')) at += 2;
  return args[at] === 'search' || args[at] === 'like';
}
