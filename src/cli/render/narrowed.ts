/** What a run has taken out of the corpus though it is still there, and the command that takes it back. */
import type { IndexSummary, Narrowing } from '../../model/indexing.ts';
import type { SourceRules } from '../../model/source.ts';
import { shownPath } from '../paths.ts';
import { printableName } from '../terminal.ts';
import { counted } from './numbers.ts';
import { shellWord } from './shell.ts';

/** Lines about each source that covers less than before; none if there are none. */
export function narrowedLines(
  { narrowed, dryRun }: Pick<IndexSummary, 'narrowed' | 'dryRun'>,
  cwd: string,
): readonly string[] {
  return narrowed.flatMap((one) => {
    const source = shownPath({ source: one.source, path: '' }, cwd);
    return [
      `narrowed   ${printableName(source)}: ${whatGoes(one, dryRun)}`,
      `           ${wayBack(one, source)}`,
    ];
  });
}

function whatGoes({ documents }: Narrowing, dryRun: boolean): string {
  if (documents === 0) return 'its rules cover less than before; no document is lost by it';
  const verb = documents === 1 ? 'is' : 'are';
  const goes = dryRun
    ? 'would leave the corpus'
    : `${documents === 1 ? 'has' : 'have'} left the corpus`;
  return `${counted(documents, 'document')} that ${verb} still there ${goes}: its rules no longer cover ${documents === 1 ? 'it' : 'them'}`;
}

function wayBack({ before }: Narrowing, source: string): string {
  return before === null
    ? 'Files that ignore, or sizes, have changed: --verbose lists what is left out and why.'
    : `To cover as much as before: umekomi index ${[shellWord(source), ...flagsOf(before)].join(' ')}`;
}

/** The flags that give a source these rules, whatever it has: one at least, since no flag keeps them. */
function flagsOf({ include, exclude, ignoreFiles }: SourceRules): readonly string[] {
  const flags = [
    ...include.map((glob) => `--include ${shellWord(glob)}`),
    ...exclude.map((glob) => `--exclude ${shellWord(glob)}`),
    ...(ignoreFiles ? [] : ['--no-ignore']),
  ];
  return flags.length === 0 ? ["--include ''"] : flags;
}
