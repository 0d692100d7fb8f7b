/** Matches highlighted on the lines of a text. Pure. */
import type { TextRange } from '../../model/search.ts';
import type { Slice } from './wrap.ts';

/** One line with the matches painted, also those that go on on the next line. */
export function paintLine(
  text: string,
  line: Slice,
  {
    matches,
    paint,
  }: { readonly matches: readonly TextRange[]; readonly paint: (text: string) => string },
): string {
  let painted = '';
  let at = line.start;
  for (const match of matches) {
    const start = Math.max(match.start, at);
    const end = Math.min(match.end, line.end);
    if (start >= end) continue;
    painted += text.slice(at, start) + paint(text.slice(start, end));
    at = end;
  }
  return painted + text.slice(at, line.end);
}
