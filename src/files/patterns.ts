/**
 * Include and exclude globs: which paths of a source are wanted. Semantics are picomatch's, as
 * fast-glob has them: relative to the source, `/` between folders, `**` for any depth, case counts.
 * Names and patterns are compared in NFC, because a keyboard types NFC and a disk may hold NFD.
 */
import picomatch from 'picomatch';
import { UsageError } from '../model/errors.ts';
import { hazardOf } from '../text/glob-cost.ts';
import { isInside } from './paths.ts';

/** `windows: false`: our paths have `/` everywhere. `s`: a name may hold a line break. */
const OPTIONS = { windows: false, flags: 's' } as const;

/** What the globs say about a path. */
export interface Selection {
  /** Is this file wanted, and does an include name it so closely that its extension is irrelevant? */
  file(path: string): { readonly wanted: boolean; readonly explicit: boolean };
  /** Does an exclude cover this file or folder? */
  excluded(path: string): boolean;
  /** Can anything below this folder be included? */
  mayHold(folder: string): boolean;
  /** Does an include name this hidden or usually skipped name itself (`.github/**`)? */
  names(name: string): boolean;
}

interface Include {
  /** The folder that holds all it can match. */
  readonly base: string;
  /** How many parts a matching path has at most. */
  readonly depth: number;
  readonly matches: (path: string) => boolean;
  /** Does its last part say more than "anything" (`*.html`, not `**` or `*.*`)? */
  readonly explicit: (path: string) => boolean;
}

/**
 * Checks globs and brings them into one form.
 *
 * @throws UsageError USAGE for an empty, absolute or negated glob, for one that leaves the source, and
 *   for one that could take for ever
 */
export function checkPatterns(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => {
    const plain = pattern.replace(/^(?:\.\/+)+/, '').normalize('NFC');
    const problem = problemOf(plain);
    if (problem !== null) throw new UsageError('USAGE', `The glob "${shown(pattern)}" ${problem}`);
    return plain;
  });
}

/** As much of a glob as a message holds. */
function shown(glob: string): string {
  return glob.length > 100 ? `${glob.slice(0, 100)}…` : glob;
}

function problemOf(pattern: string): string | null {
  if (pattern === '') return 'is empty.';
  if (pattern.startsWith('/') || /^[A-Za-z]:[\\/]/.test(pattern)) {
    return 'is absolute: globs are relative to the source.';
  }
  if (/(?:^|[/{,(|])\.\.(?:[/}|),]|$)/.test(pattern)) return 'leaves the source ("..").';
  if (/^!(?!\()/.test(pattern)) return 'is negated: use an exclude glob for what is not wanted.';
  return hazardOf(pattern);
}

/**
 * @param include wanted; empty: everything
 * @param exclude not wanted; wins over include
 * @throws UsageError USAGE as {@link checkPatterns}
 */
export function createSelection(include: readonly string[], exclude: readonly string[]): Selection {
  const patterns = checkPatterns(include);
  const includes = patterns.map(toInclude);
  const excludes = checkPatterns(exclude).map((pattern) => matcherOf(pattern, true));
  const named = patterns.flatMap((pattern) => pattern.split('/').flatMap(nameMatchers));
  return {
    file(path) {
      if (includes.length === 0) return { wanted: true, explicit: false };
      const name = path.normalize('NFC');
      const matching = includes.filter((one) => one.matches(name));
      return { wanted: matching.length > 0, explicit: matching.some((one) => one.explicit(name)) };
    },
    excluded(path) {
      const name = path.normalize('NFC');
      return excludes.some((matches) => matches(name));
    },
    mayHold(folder) {
      const path = folder.normalize('NFC');
      const parts = path.split('/').length;
      return (
        includes.length === 0 ||
        includes.some((one) =>
          isInside(one.base, path) ? parts < one.depth : isInside(path, one.base),
        )
      );
    },
    names: (name) => named.some((matches) => matches(name.normalize('NFC'))),
  };
}

function toInclude(pattern: string): Include {
  const plain = withoutSlash(pattern);
  const matches = matcherOf(pattern, false);
  if (!hasWildcards(plain)) {
    const explicit = (path: string): boolean => path === plain;
    return { base: plain, depth: Number.POSITIVE_INFINITY, matches, explicit };
  }
  const { base } = picomatch.scan(plain);
  const last = plain.slice(plain.lastIndexOf('/') + 1);
  return {
    base: base.includes('\\') ? '' : base,
    depth: /\*\*|[{(]/.test(plain) ? Number.POSITIVE_INFINITY : plain.split('/').length,
    matches,
    explicit: () => !/^[*.{}]*$/.test(last),
  };
}

/** A glob without wildcards names a file, or a folder with all that is in it. */
function matcherOf(pattern: string, dot: boolean): (path: string) => boolean {
  const plain = withoutSlash(pattern);
  if (!hasWildcards(plain)) return (path) => isInside(plain, path);
  const matches = picomatch(plain.replace(PLAIN_GROUP, '\\($1\\)'), { ...OPTIONS, dot });
  const part = plainPart(plain);
  return (path) => path.includes(part) && matches(path);
}

/**
 * The longest text that every path has which the glob matches; '' where that is not certain. To look for it
 * is much quicker than to compare, and of many globs most match nothing.
 */
function plainPart(glob: string): string {
  if (/[\\[\]{}()!+@|]/.test(glob)) return '';
  const parts = glob.split(/[*?/]+/);
  return parts.reduce((most, part) => (part.length > most.length ? part : most), '');
}

/** `notes (old)`: without alternatives or a sign in front, parentheses are part of the name. */
const PLAIN_GROUP = /(?<![!?*+@\\])\(([^()|]*)\)/g;

/**
 * Is it more than a name?
 *
 * @param pattern a glob, or one part of it
 */
export function hasWildcards(pattern: string): boolean {
  return /[*?[{|\\]|[!@+]\(/.test(pattern);
}

function withoutSlash(pattern: string): string {
  return pattern.replace(/\/+$/, '');
}

/** Only a part that spells the name out counts: `*` does not mean hidden folders. */
function nameMatchers(part: string): ((name: string) => boolean)[] {
  return part.startsWith('.') || part === 'node_modules' ? [picomatch(part, OPTIONS)] : [];
}
