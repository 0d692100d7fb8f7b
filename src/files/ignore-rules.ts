/**
 * `.gitignore`, `.ignore` and `.umekomiignore` with git's semantics: nested files, negation,
 * anchored patterns; what is inside an ignored folder cannot come back. The `ignore` library
 * knows the patterns (ignore-matcher.ts); this file knows which of many files decides.
 *
 * The kinds are ordered as in ripgrep: a `.umekomiignore` anywhere wins over a `.ignore`, that over
 * a `.gitignore`. Within a kind the deeper file wins.
 */
import { createIgnoreMatcher, type IgnoreMatcher } from './ignore-matcher.ts';

/** Longer than any path: nothing that is there, and more than a regular expression holds. In UTF-16 units. */
const MAX_LINE_LENGTH = 4096;

/** `**` in one line that something follows: with three, one path of 1,000 characters took 14 s. */
const MAX_GLOBSTARS = 2;

/** Every name may be compared with every line. The largest in use have some hundreds. */
const MAX_LINES = 10_000;

/** The files' names, strongest first. `.git/info/exclude` counts as a weakest `.gitignore`. */
export const IGNORE_FILES = ['.umekomiignore', '.ignore', '.gitignore'] as const;

/** The name of an ignore file. */
export type IgnoreFileName = (typeof IGNORE_FILES)[number];

/** The patterns of one file. */
export interface IgnoreFile {
  readonly kind: IgnoreFileName;
  /** Decoded, without BOM. */
  readonly text: string;
}

/** The rules that hold for the entries of one folder. Immutable. */
export interface IgnoreRules {
  /** Which kind of file ignores this path; null if none does. */
  ignoredBy(path: string, isFolder: boolean): IgnoreFileName | null;
  /** The rules inside a folder that is entered, with the ignore files found in it. */
  enter(folder: string, files: readonly IgnoreFile[]): IgnoreRules;
}

interface Level {
  readonly kind: IgnoreFileName;
  /** How much of a path is cut off in front, in UTF-16 units: the folder that holds the file. */
  readonly cut: number;
  /** What is put in front: the way from an ignore file above the source to the source. */
  readonly prefix: string;
  readonly matcher: IgnoreMatcher;
}

/** Ignore files above the source. */
export interface OuterIgnoreFile extends IgnoreFile {
  /** The way from the file's folder to the source, with `/`; '' if it lies in the source's root. */
  readonly way: string;
}

/**
 * The rules at the root of a source.
 *
 * @param outer what lies above it, nearest first, up to the repository's root; none: []
 */
export function createIgnoreRules(outer: readonly OuterIgnoreFile[]): IgnoreRules {
  const levels = outer.map(({ kind, text, way }) => {
    const prefix = way === '' ? '' : `${way.normalize('NFC')}/`;
    return admit({ kind, cut: 0, prefix, matcher: matcherOf(text) }, '');
  });
  return rulesOf(levels);
}

/** @param levels nearest first */
function rulesOf(levels: readonly Level[]): IgnoreRules {
  const ordered = IGNORE_FILES.flatMap((kind) => levels.filter((level) => level.kind === kind));
  return {
    ignoredBy(path, isFolder) {
      const name = path.normalize('NFC') + (isFolder ? '/' : '');
      for (const { kind, cut, prefix, matcher } of ordered) {
        const { ignored, unignored } = matcher.test(prefix + name.slice(cut));
        if (ignored) return kind;
        if (unignored) return null;
      }
      return null;
    },
    enter(folder, files) {
      const name = folder.normalize('NFC');
      const cut = name === '' ? 0 : name.length + 1;
      const inner = files.map(({ kind, text }) => {
        return { kind, cut, prefix: '', matcher: matcherOf(text) };
      });
      return rulesOf([...inner, ...levels.map((level) => admit(level, name))]);
    },
  };
}

/**
 * A folder is entered although a pattern ignores it: it is the source itself, or a stronger file
 * brings it back. Its own pattern is then answered by the negation, so that the library, which
 * looks at all parents of a path, judges the folder's contents by what is said of them.
 */
function admit(level: Level, folder: string): Level {
  const parts = (level.prefix + folder.slice(level.cut)).split('/').filter((part) => part !== '');
  let matcher = level.matcher;
  for (const index of parts.keys()) {
    const way = parts.slice(0, index + 1).join('/');
    if (matcher.test(`${way}/`).ignored) matcher = matcher.with(`!/${escapePattern(way)}/`);
  }
  return matcher === level.matcher ? level : { ...level, matcher };
}

/**
 * Why the patterns of an ignore file are not used; null if they are harmless. They may be anyone's, and
 * what is matched against them as well.
 */
export function hazardOfRules(text: string): string | null {
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES) return `more than ${MAX_LINES} lines`;
  const index = lines.findIndex(
    (line) => line.length > MAX_LINE_LENGTH || deepIn(line) > MAX_GLOBSTARS,
  );
  return index < 0 ? null : `line ${index + 1} could take for ever to match`;
}

/** `**` parts that another part follows; those beside each other are one. */
function deepIn(line: string): number {
  const parts = line.replace(/\/?\s*$/, '').split('/');
  const isDeep = (part: string | undefined): boolean => /^\*\*+$/.test(part ?? '');
  return parts.filter(
    (part, index) => isDeep(part) && index + 1 < parts.length && !isDeep(parts[index + 1]),
  ).length;
}

function matcherOf(text: string): IgnoreMatcher {
  return createIgnoreMatcher(text.normalize('NFC'));
}

function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]! #]/g, '\\$&');
}
