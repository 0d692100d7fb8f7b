/** Names as people type them, and names of documents as people can use them. */
import { isAbsolute, join, relative, sep } from 'node:path';

/** The path of a document, relative to the current folder if it is inside it. */
export function shownPath(place: { source: string; path: string }, cwd: string): string {
  const full = fullPath(place);
  const inside = relative(cwd, full);
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return isOutside || inside === '' ? full : inside;
}

/** A source that is a file is the document itself. */
function fullPath({ source, path }: { source: string; path: string }): string {
  const isFileSource = source.endsWith(`${sep}${path}`) && !path.includes('/');
  return isFileSource ? source : join(source, path);
}

/** {@link expandHome} of a list, where there is one. */
export function expandAll(paths: readonly string[], home: string): readonly string[];
export function expandAll(
  paths: readonly string[] | undefined,
  home: string,
): readonly string[] | undefined;
export function expandAll(
  paths: readonly string[] | undefined,
  home: string,
): readonly string[] | undefined {
  return paths?.map((path) => expandHome(path, home));
}

/** `~/notes` where the shell left it alone (`--db=~/notes.db`, in quotes, in a variable). */
export function expandHome(path: string, home: string): string {
  return path === '~' || /^~[/\\]/.test(path) ? join(home, path.slice(1)) : path;
}
