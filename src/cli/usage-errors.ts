/** What commander says about arguments, in the form of all our errors: one line, a code, the flag that was meant. */
import type { Command } from 'commander';

/** What other programs call our flags. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ...['-n', '--limit', '--top-k', '--topk', '--top', '--count', '--num', '--max-results'].map(
    (name) => [name, '-k'] as const,
  ),
  ['-V', '--version'],
]);

/** Makes a command word its errors so. */
export function wordUsageErrors(command: Command): void {
  command.configureOutput({
    outputError: (text, print) => print(usageError(text, command)),
  });
}

/** commander's `error: …`, and on a line of its own what it takes to be meant, as one line of ours. */
function usageError(text: string, command: Command): string {
  const [first = '', hint = ''] = text.trim().split('\n');
  const message = first.replace(/^error: /, '').replace(/\.$/, '');
  const suggested = /^\(Did you mean (.*)\?\)$/.exec(hint)?.[1];
  const meant = otherName(message, command) ?? suggested;
  const advice =
    meant === undefined ? `.${aboutWord(message, command)}` : `: did you mean ${meant}?`;
  return `umekomi: ${message}${advice} [USAGE]\n`;
}

/** How a word with `-` is given where a query is: the shell's quotes go around all of it. */
function aboutWord(message: string, command: Command): string {
  const isWord = /^unknown option '-(?![-\d]|[a-zA-Z]?')/.test(message);
  const takesQuery = command.registeredArguments.some((argument) => argument.name() === 'query');
  if (!isWord || !takesQuery) return '';
  return " To leave out a word, quote the whole query: umekomi search 'this -notthis'";
}

/** The flag of this command that other programs call so. */
function otherName(message: string, command: Command): string | undefined {
  const typed = /^unknown option '([^'=]+)/.exec(message)?.[1] ?? '';
  const meant = OTHER_NAMES.get(typed);
  for (let each: Command | null = command; each !== null; each = each.parent) {
    if (each.options.some(({ short, long }) => meant === short || meant === long)) return meant;
  }
  return undefined;
}
