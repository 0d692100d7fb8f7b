/** Why nothing was found, in a line for people. Pure. */
import type { NothingFound } from '../../model/search.ts';
import { flagOf } from '../flags.ts';

/**
 * The line.
 *
 * @param nameOf what an option is called where it was given. Default: its flag
 */
export function describeNothing(
  nothing: NothingFound,
  nameOf: (option: string) => string = flagOf,
): string {
  switch (nothing.because) {
    case 'options':
      return `nothing found: ${ofOptions(nothing.options.map(nameOf), nothing.together)}`;
    case 'signs':
      return 'nothing found: + and - in front of words leave out everything; without the signs there is something.';
    case 'phrases':
      return 'nothing found: no passage holds what stands in quotes; without the quotes some hold its words.';
    case 'words':
      return 'nothing found: none of the words is in the corpus. --mode hybrid, the default, looks for the meaning as well.';
    case 'nothing-alike':
      return 'nothing found: no passage of the corpus has anything in common with what was asked.';
    case 'no-documents':
      return 'nothing found: the corpus has no documents. Name what to index: umekomi index <folder>';
  }
}

function ofOptions(names: readonly string[], together: boolean): string {
  const list = (word: string): string => names.join(', ').replace(/, ([^,]*)$/, ` ${word} $1`);
  if (names.length === 1) return `${list('and')} leaves out everything that there is.`;
  return together
    ? `${list('and')} together leave out everything that there is.`
    : `nothing fulfils all conditions; without ${list('or')} there is something.`;
}
