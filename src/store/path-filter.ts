/** Which documents a search may look at, by globs over their paths. Pure. */
import picomatch from 'picomatch';
import { UsageError } from '../model/errors.ts';
import { canBePath, hazardOf } from '../text/glob-cost.ts';

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
 * @throws UsageError `USAGE` for an empty glob, and for one that could take for ever
 */
export function compilePathFilter(
  globs: readonly string[],
): (document: FilteredDocument) => boolean {
  const wanted = globs.filter((glob) => !glob.startsWith('!')).map(compileGlob);
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((g) => compileGlob(g.slice(1)));
  const testOf = memoize((source) => {
    const root = toNfc(source).replace(/\/$/, '');
    const [take, leave] = [wanted, unwanted].map((all) => all.map((glob) => testIn(root, glob)));
    return { take: take ?? [], leave: leave ?? [] };
  });
  return ({ source, path }) => {
    const { take, leave } = testOf(source);
    const inside = toNfc(path);
    // A corpus file may say anything.
    if (!canBePath(path)) return false;
    const matches = (test: (name: string) => boolean): boolean => test(inside);
    return (take.length === 0 || take.some(matches)) && !leave.some(matches);
  };
}

/** The results of a function, each worked out once: sources are few, their documents many. */
export function memoize<T>(work: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, work(key));
    return known.get(key) as T;
  };
}

interface Glob {
  readonly pattern: string;
  readonly matches: (name: string) => boolean;
  /** What it is, letter by letter: whatever is printed can be given back, brackets included. */
  readonly names: readonly string[];
}

function compileGlob(glob: string): Glob {
  const typed = glob.normalize('NFC').replace(/^\.\//, '');
  const pattern = typed.replace(/\/$/, '/**');
  if (pattern === '') throw new UsageError('USAGE', 'A path glob is empty; leave it out instead.');
  const hazard = hazardOf(pattern);
  if (hazard !== null) throw new UsageError('USAGE', `A path glob ${hazard}`);
  const literal = typed.replace(/(?<=.)\/$/, '');
  const names = [...new Set([literal, literal.replace(/\\(.)/g, '$1')])];
  const byPattern = WILD.test(pattern) ? compilePattern(pattern) : () => false;
  const isNamed = (name: string): boolean =>
    names.some((one) => name === one || (name.startsWith(one) && name[one.length] === '/'));
  return { pattern, names, matches: (name) => isNamed(name) || byPattern(name) };
}

/** What may mean something else than itself. */
const WILD = /[*?[\]{}()\\]/;

/** A pattern that ends with a plain name may mean a folder, and so all that is below it. */
function compilePattern(pattern: string): (name: string) => boolean {
  const compiled = picomatch(pattern, { dot: true });
  // Its second parameter asks for an object, which is always true: pass the name alone.
  const matches = (name: string): boolean => compiled(name);
  if (WILD.test(lastPartOf(pattern))) return matches;
  return (name) => {
    for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) {
      if (matches(name.slice(0, end))) return true;
    }
    return false;
  };
}

function lastPartOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/**
 * Tests documents of a source by the names under which people know them: inside the source, with the
 * folder in front, absolute. Those that a glob cannot match, whatever the document, are left out: most
 * documents then need one test.
 *
 * @param root the source, without '/' at its end
 */
function testIn(root: string, { pattern, matches, names }: Glob): (inside: string) => boolean {
  const folder = lastPartOf(root);
  if (!pattern.includes('/')) {
    // Without '/' it means the last part of a name, or a folder at any depth: the same in all names.
    if (names.includes(folder)) return () => true;
    const isBelow = (path: string): boolean => names.some((one) => `/${path}`.includes(`/${one}/`));
    return (path) => matches(lastPartOf(path)) || isBelow(path);
  }
  const head = pattern.slice(0, pattern.indexOf('/'));
  const mayBegin = (name: string): boolean =>
    !PLAIN.test(head) || name === head || name.startsWith(`${head}/`);
  // What `**/` finds below the folder's name, it finds below the whole path.
  const byFolder = !pattern.startsWith('**/') && mayBegin(folder);
  const byRoot = mayBegin(root);
  return (inside) => {
    if (matches(inside)) return true;
    if (inside === folder) return byRoot && matches(root);
    const within = byFolder && matches(`${folder}/${inside}`);
    return within || (byRoot && matches(`${root}/${inside}`));
  };
}

/** The first part of a glob that means nothing but itself; empty in an absolute one. */
const PLAIN = /^(?:[\p{L}\p{N}_][\p{L}\p{N}_. -]*)?$/u;

/** Most names are ASCII, which is NFC: to see that is quicker. */
function toNfc(name: string): string {
  return NOT_ASCII.test(name) ? name.normalize('NFC') : name;
}

const NOT_ASCII = /[^\0-\x7f]/;
