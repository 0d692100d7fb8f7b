/**
 * The patterns of one ignore file, of which a path is compared with those that can match it: a file with
 * thousands of lines would otherwise cost thousands of regular expressions for every name. What a pattern
 * means is the `ignore` library's matter; here it is only told, from its plain characters, that it cannot match.
 */
import ignore, { type Ignore } from 'ignore';

/** Matchers that are kept: most names can be matched by the same few lines, or by none. */
const KEPT_MATCHERS = 256;

/** What patterns say about a path; both are false where none matches. */
export interface Verdict {
  readonly ignored: boolean;
  /** Brought back by a negated pattern. */
  readonly unignored: boolean;
}

/** Patterns in their order. Immutable. */
export interface IgnoreMatcher {
  /** @param path relative to the file's folder, with `/` behind it for a folder; in NFC */
  test(path: string): Verdict;
  /** The same patterns with one more behind them. */
  with(pattern: string): IgnoreMatcher;
}

/** What a line needs of a path to match it or a folder above it. */
interface Needs {
  /** One of the path's names is exactly this; null for any path. */
  readonly name: string | null;
  /** The path holds this; '' for any path. */
  readonly part: string;
}

/** Lines by what they need. */
interface LineIndex {
  readonly lines: readonly string[];
  readonly parts: readonly string[];
  readonly byName: ReadonlyMap<string, readonly number[]>;
  /** Lines that need no name. */
  readonly others: readonly number[];
}

/** Reads the lines of an ignore file. @param text decoded, without BOM, in NFC */
export function createIgnoreMatcher(text: string): IgnoreMatcher {
  return matcherOver(indexLines(text), []);
}

function matcherOver(index: LineIndex, added: readonly string[]): IgnoreMatcher {
  const kept = new Map<string, Ignore>();
  const matcherOf = (numbers: readonly number[]): Ignore => {
    const key = numbers.join(' ');
    const known = kept.get(key);
    if (known !== undefined) return known;
    const lines = numbers.map((number) => index.lines[number] ?? '');
    const made = ignore({ ignorecase: false }).add([...lines, ...added]);
    if (kept.size >= KEPT_MATCHERS) kept.clear();
    kept.set(key, made);
    return made;
  };
  return {
    test: (path) => matcherOf(candidates(index, path)).test(path),
    with: (pattern) => matcherOver(index, [...added, pattern]),
  };
}

/** The lines that may match a path or a folder above it, in their order. */
function candidates({ parts, byName, others }: LineIndex, path: string): readonly number[] {
  const holdsPart = (number: number): boolean => path.includes(parts[number] ?? '');
  const names = new Set(path.split('/'));
  const named = [...names].flatMap((name) => byName.get(name)?.filter(holdsPart) ?? []);
  return [...named, ...others.filter(holdsPart)].sort((a, b) => a - b);
}

function indexLines(text: string): LineIndex {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const byName = new Map<string, number[]>();
  const others: number[] = [];
  const parts: string[] = [];
  for (const [number, line] of lines.entries()) {
    const { name, part } = needsOf(line);
    parts.push(part);
    if (name === null) others.push(number);
    else {
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [number]);
      else same.push(number);
    }
  }
  return { lines, parts, byName, others };
}

/** What is not plain for certain (escapes, classes, spaces at an end) may match anything. */
function needsOf(line: string): Needs {
  const pattern = line.startsWith('!') ? line.slice(1) : line;
  if (/[\\[\]]|^\s|\s$/.test(pattern)) return { name: null, part: '' };
  const names = pattern.split('/').filter((name) => !/^\.*$/.test(name));
  const plain = names.filter((name) => !/[*?]/.test(name));
  // The last ones tell most: `src/generated/**/*.o1`.
  const wild = names.filter((name) => /[*?]/.test(name)).at(-1) ?? '';
  return { name: plain.at(-1) ?? null, part: longest(wild.split(/[*?]+/)) };
}

function longest(texts: readonly string[]): string {
  return texts.reduce((most, text) => (text.length > most.length ? text : most), '');
}
