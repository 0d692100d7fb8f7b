/** Which documents a search may look at, by globs over their paths. Pure. */
import picomatch from 'picomatch';
import { UsageError } from '../errors.ts';

/** A document as a filter sees it. */
export interface FilteredDocument {
  /** Absolute path of its source, with '/'. */
  readonly source: string;
  /** Path inside the source, with '/'. */
  readonly path: string;
}

/**
 * Compiles globs to a predicate. A document is kept if it matches one of the globs without `!` (or
 * there are none) and none of those with `!`. Names are compared in NFC: a name typed on one
 * system finds the file made on another.
 *
 * @throws UsageError `USAGE` for an empty glob
 */
export function compilePathFilter(
  globs: readonly string[],
): (document: FilteredDocument) => boolean {
  const wanted = globs.filter((glob) => !glob.startsWith('!')).map(compileGlob);
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((g) => compileGlob(g.slice(1)));
  return (document) => {
    const names = namesOf(document);
    const matches = (test: (name: string) => boolean): boolean => names.some(test);
    return (wanted.length === 0 || wanted.some(matches)) && !unwanted.some(matches);
  };
}

function compileGlob(glob: string): (name: string) => boolean {
  const pattern = glob.normalize('NFC').replace(/^\.\//, '').replace(/\/$/, '/**');
  if (pattern === '') throw new UsageError('USAGE', 'A path glob is empty; leave it out instead.');
  const matches = picomatch(pattern, { dot: true, basename: !pattern.includes('/') });
  // Its second parameter asks for an object, which is always true: pass the name alone.
  return (name) => matches(name);
}

/** The names under which people know a document: inside its source, with the folder, absolute. */
function namesOf({ source, path }: FilteredDocument): readonly string[] {
  const inside = path.normalize('NFC');
  const root = source.normalize('NFC').replace(/\/$/, '');
  const folder = root.slice(root.lastIndexOf('/') + 1);
  const isFileSource = folder === inside;
  return isFileSource ? [inside, root] : [inside, `${folder}/${inside}`, `${root}/${inside}`];
}
