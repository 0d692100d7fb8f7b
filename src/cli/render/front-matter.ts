/** Documents whose front matter is not valid, for people. Pure. */
import type { MalformedFrontMatter } from '../../model/indexing.ts';
import { shownPath } from '../paths.ts';
import { printableName } from '../terminal.ts';
import { count, counted } from './numbers.ts';

/** How many are listed, and what is said of the others. */
export interface MalformedListing {
  readonly cwd: string;
  readonly listed: number;
  /** Behind the number of the others, such as ` (--verbose lists them)`. */
  readonly hint: string;
}

/** How many there are, and where; none if there are none. */
export function malformedLines(
  { count: all, places }: MalformedFrontMatter,
  { cwd, listed, hint }: MalformedListing,
): readonly string[] {
  if (all === 0) return [];
  const shown = places.slice(0, listed);
  const more = all - shown.length;
  return [
    `malformed  ${counted(all, 'document')} with front matter that is not valid YAML or TOML; what can be read of it is used`,
    ...shown.map((place) => `  ${printableName(shownPath(place, cwd))}:${place.line}`),
    ...(more > 0 ? [`  and ${count(more)} more${hint}`] : []),
  ];
}
