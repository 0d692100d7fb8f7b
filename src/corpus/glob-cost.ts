/**
 * Globs whose matching could take for ever are refused before they are used. They become regular
 * expressions that try again and again: `*a*a*a*a*b` takes the fifth power of a name's length, and
 * `+(a|*a)b` doubles with every letter. Globs come from corpus files and ignore files as well as
 * from people, so whoever wrote them may mean harm.
 */

/** Longer than any path. In UTF-16 units. */
const MAX_LENGTH = 4096;

/** Tries for one name: some tenths of a second. Four `*` in one part are below it, and three `**`. */
const MAX_TRIES = 10_000_000;

/** A name on disk has at most 255 bytes, and few paths have more parts than that. */
const LONGEST = 255;

/** What may stand in a group that repeats: nothing that could be read in two ways. */
const REPEATED_GROUP = /[*+]\(([^()]*)(?=([()]?))/g;

/**
 * Why a glob is not used, as the end of a sentence about it; null if it is harmless.
 *
 * @param glob as picomatch takes it
 */
export function hazardOf(glob: string): string | null {
  if (glob.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters.`;
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
  // The last star of a part has no choice: the part must end.
  const inParts = stars.reduce((tries, count) => tries * choices(count - 1), 1);
  return inParts * choices(withoutRepeats(parts)) * alternatives(plain);
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

/** Ways to choose so many places in a name. */
function choices(count: number): number {
  let ways = 1;
  for (let chosen = 0; chosen < count && ways <= MAX_TRIES; chosen += 1) {
    ways *= (LONGEST - chosen) / (chosen + 1);
  }
  return ways;
}

/** `{a,b}`, `(a|b)` and `?(a)`: each could be tried in each of its ways. */
function alternatives(plain: string): number {
  let ways = 1;
  const open: number[] = [];
  for (let index = 0; index < plain.length && ways <= MAX_TRIES; index += 1) {
    const character = plain.charAt(index);
    if (character === '{' || character === '(') open.push(plain.charAt(index - 1) === '?' ? 2 : 1);
    else if (character === ',' || character === '|') open.push((open.pop() ?? 0) + 1);
    else if (character === '}' || character === ')') ways *= open.pop() ?? 1;
  }
  return ways;
}
