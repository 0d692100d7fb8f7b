/**
 * Globs whose matching could take for ever are refused before they are used. They become regular
 * expressions that try again and again: `*a*a*a*a*b` takes the fifth power of a name's length, and
 * `+(a|*a)b` doubles with every letter. Globs come from corpus files and ignore files as well as
 * from people, so whoever wrote them may mean harm.
 */

/** Tries for one name: some tenths of a second. Four `*` in one part are below it, and two `**`. */
const MAX_TRIES = 10_000_000;

/** Bytes of the longest name on any disk in use, and of the longest path; UTF-16 units are never more. */
const MAX_NAME_LENGTH = 255;
const MAX_PATH_LENGTH = 4096;

/** The longest paths there can be: how many parts, and how long each is. */
const MAX_PATHS: readonly (readonly [parts: number, length: number])[] = [
  [16, MAX_NAME_LENGTH],
  [128, 31],
  [MAX_PATH_LENGTH / 2, 1],
];

/** What may stand in a group that repeats: nothing that could be read in two ways. */
const REPEATED_GROUP = /[*+]\(([^()]*)(?=([()]?))/g;

/**
 * Why a glob is not used, as the end of a sentence about it; null if it is harmless.
 *
 * @param glob as picomatch takes it
 */
export function hazardOf(glob: string): string | null {
  if (glob.length > MAX_PATH_LENGTH) return `is longer than ${MAX_PATH_LENGTH} characters.`;
  const plain = glob.replace(/\\./gs, 'x');
  for (const [, body = '', next] of plain.matchAll(REPEATED_GROUP)) {
    if (next === '(' || /[*?[{]/.test(body)) {
      return 'repeats a group that holds wildcards or groups, which could take for ever: write it without +( ) and *( ).';
    }
  }
  if (triesOf(plain) <= MAX_TRIES) return null;
  return 'has so many wildcards or alternatives that it could take for ever: use fewer, or several globs.';
}

/** How often a name could be tried at most, roughly. */
function triesOf(plain: string): number {
  const parts = plain.split('/');
  const deep = parts.filter((part) => /^\*\*+$/.test(part));
  const stars = parts.filter((part) => !deep.includes(part)).map(starsIn);
  const ways = MAX_PATHS.map(([number, length]) =>
    // The last star of a part has no choice: the part must end.
    stars.reduce(
      (tries, count) => tries * Math.max(1, choices(count - 1, length)),
      choices(withoutRepeats(parts), number),
    ),
  );
  return Math.max(...ways) * alternatives(plain);
}

/** Runs of `*`, and groups that repeat or stand for anything else. */
function starsIn(part: string): number {
  return (part.match(/\*+|\+\(|!\(/g) ?? []).length;
}

/** `**` that stand beside each other are one. */
function withoutRepeats(parts: readonly string[]): number {
  const isDeep = (part: string | undefined): boolean => /^\*\*+$/.test(part ?? '');
  return parts.filter((part, index) => isDeep(part) && !isDeep(parts[index - 1])).length;
}

/** Ways to choose so many places among some. */
function choices(count: number, places: number): number {
  let ways = 1;
  for (let chosen = 0; chosen < count && ways > 0 && ways <= MAX_TRIES; chosen += 1) {
    ways *= (places - chosen) / (chosen + 1);
  }
  return ways;
}

/** `{a,b}`, `(a|b)`: innermost first. */
const GROUP = /(\??)[{(]([^{}()]*)[})]/g;

/**
 * In how many ways the groups could be read where they stand. Alternatives that begin differently leave
 * no choice: one letter of the name decides.
 */
function alternatives(plain: string): number {
  let ways = 1;
  for (let rest = plain, before = ''; rest !== before && ways <= MAX_TRIES; ) {
    before = rest;
    rest = rest.replace(GROUP, (_, optional: string, body: string) => {
      ways *= ambiguity(body.split(/[,|]/)) + (optional === '' ? 0 : 1);
      // Stands for any letter: it may begin as its neighbours do.
      return '?';
    });
  }
  return ways;
}

/** The most alternatives that can begin with the same letter. */
function ambiguity(bodies: readonly string[]): number {
  const counts = new Map<string, number>();
  let any = 0;
  for (const body of bodies) {
    const first = body.charAt(0);
    if (first === '' || '*?[!@+'.includes(first)) any += 1;
    else counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return any + Math.max(0, ...counts.values());
}

/** Whether a path can be one of a disk; others are in no folder, and could take for ever to match. */
export function canBePath(path: string): boolean {
  if (path.length <= MAX_NAME_LENGTH) return true;
  return path.length <= MAX_PATH_LENGTH && !OVERLONG_NAME.test(path);
}

const OVERLONG_NAME: RegExp = /[^/]{256}/;
