/**
 * From what a person named to what is synchronised: a path inside a known source re-syncs that
 * subtree, nothing named re-syncs everything, and stored rules hold until new ones are given.
 */
import { isInside, pathBelow } from '../../files/paths.ts';
import { UsageError } from '../../model/errors.ts';
import type { Source, SourceRules } from '../../model/source.ts';
import { withPlacesBack } from './removed-places.ts';

/** What was said of the named sources in this run. */
export interface GivenRules {
  /** Of rules: with none of them the stored ones hold. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly ignoreFiles?: boolean | undefined;
  /** By the name in the WHATWG standard; null to find it out; left out, the stored one holds. */
  readonly encoding?: string | null | undefined;
}

/** A part of a source to synchronise. */
export interface SourcePart {
  readonly source: Source;
  /** The part to crawl, relative to the source with '/'; '' for all of it. */
  readonly subtree: string;
  /** Folders inside it that are sources of their own, relative to the source: left to them. */
  readonly nested: readonly string[];
}

/**
 * Decides what a run synchronises. A place that was removed from a source and is named now is taken back.
 *
 * @param named sources named for this run; none means every one that is known
 * @param known sources as they are stored
 * @throws UsageError `USAGE` if there is nothing to synchronise, or rules come without a source
 */
export function resolveScope(
  named: readonly Source[],
  known: readonly Source[],
  given: GivenRules,
): readonly SourcePart[] {
  if (named.length === 0) return everything(known, given);
  const places = named.map(({ path }) => path);
  const stored = known.map((source) => withPlacesBack(source, places));
  const found = new Map<string, Part>();
  for (const source of mergeSamePath(named)) {
    const part = partOf(source, stored, given);
    for (const each of [part, ...partsGivenUp(part, stored)]) {
      found.set(`${each.source.path}\0${each.subtree}`, each);
    }
  }
  const parts = withoutCovered([...found.values()]);
  const roots = [...stored, ...parts.map(({ source }) => source)].map(({ path }) => path);
  return parts.map((part) => ({ ...part, nested: nestedIn(part.source.path, roots) }));
}

type Part = Omit<SourcePart, 'nested'>;

/** A new source inside a known one: what that one holds of it must go, or every hit comes twice. */
function partsGivenUp({ source }: Part, stored: readonly Source[]): readonly Part[] {
  const isNew = !stored.some(({ path }) => path === source.path);
  const around = isNew ? innermostAround(source.path, stored) : undefined;
  return around === undefined ? [] : [subtreeOf(around, source.path)];
}

/** A subtree inside another part of the same source that is synchronised as well adds nothing. */
function withoutCovered(parts: readonly Part[]): readonly Part[] {
  return parts.filter(
    ({ source, subtree }) =>
      !parts.some(
        (other) =>
          other.source.path === source.path &&
          other.subtree !== subtree &&
          isInside(other.subtree, subtree),
      ),
  );
}

function everything(stored: readonly Source[], given: GivenRules): readonly SourcePart[] {
  if (stored.length === 0) {
    throw new UsageError('USAGE', 'This corpus has no sources yet; name a folder or a file.', {
      remedy: { code: 'index-source' },
    });
  }
  if (hasRules(given) || given.encoding !== undefined) {
    const message =
      'What is included, excluded or ignored and an encoding belong to a source: name it as well.';
    throw new UsageError('USAGE', message, {
      remedy: { code: 'options', options: ['include', 'exclude', 'ignoreFiles', 'encoding'] },
    });
  }
  const roots = stored.map(({ path }) => path);
  return stored.map((source) => ({
    source: withRules(source, source, source.encoding),
    subtree: '',
    nested: nestedIn(source.path, roots),
  }));
}

/** `docs` and `docs/*.txt` in one command are one source: the globs add up, a plain folder wins. */
function mergeSamePath(named: readonly Source[]): readonly Source[] {
  const byPath = new Map<string, Source>();
  for (const source of named) {
    const before = byPath.get(source.path);
    const isPlain =
      before !== undefined && (before.include.length === 0 || source.include.length === 0);
    const include = isPlain ? [] : [...(before?.include ?? []), ...source.include];
    byPath.set(source.path, { ...source, include });
  }
  return [...byPath.values()];
}

function partOf(source: Source, stored: readonly Source[], given: GivenRules): Part {
  const same = stored.find(({ path }) => path === source.path);
  const hasNew = source.include.length > 0 || hasRules(given);
  const known = same ?? innermostAround(source.path, stored);
  const isPart = known !== undefined && known !== same;
  if (isPart && !hasNew && given.encoding === undefined) return subtreeOf(known, source.path);
  const rules = hasNew ? newRules(source, given) : (same ?? source);
  // Rules belong to one source; files inside it are written as those around them, unless someone says otherwise.
  const encoding = given.encoding === undefined ? (known ?? source).encoding : given.encoding;
  return { source: withRules(source, rules, encoding), subtree: '' };
}

function subtreeOf(around: Source, path: string): Part {
  return {
    source: withRules(around, around, around.encoding),
    subtree: pathBelow(around.path, path) ?? '',
  };
}

/** A source as it is named, which may be a stored one and have an id, with these rules. */
function withRules(
  { path, kind }: Source,
  { include, exclude, ignoreFiles }: SourceRules,
  encoding: string | null,
): Source {
  return { path, kind, include, exclude, ignoreFiles, encoding };
}

/** Given rules replace the stored ones as a whole, so that an old exclude can be dropped. */
function newRules({ include }: Source, given: GivenRules): SourceRules {
  return {
    include: [...include, ...(given.include ?? [])],
    exclude: given.exclude ?? [],
    ignoreFiles: given.ignoreFiles ?? true,
  };
}

function hasRules({ include, exclude, ignoreFiles }: GivenRules): boolean {
  return include !== undefined || exclude !== undefined || ignoreFiles !== undefined;
}

function innermostAround(path: string, stored: readonly Source[]): Source | undefined {
  return stored
    .filter((source) => source.kind === 'folder' && pathBelow(source.path, path) !== null)
    .sort((a, b) => b.path.length - a.path.length)[0];
}

function nestedIn(path: string, roots: readonly string[]): readonly string[] {
  return [...new Set(roots)]
    .map((root) => pathBelow(path, root))
    .filter((below): below is string => below !== null && below !== '');
}
