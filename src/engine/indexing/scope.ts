/**
 * From what a person named to what is synchronised: a path inside a known source re-syncs that
 * subtree, nothing named re-syncs everything, and stored rules hold until new ones are given.
 */
import { isInside, pathBelow } from '../../files/paths.ts';
import type { SourceSpec } from '../../files/source.ts';
import { UsageError } from '../../model/errors.ts';
import type { Source, SourceRules } from '../../store/sqlite/sources.ts';

/** Rules given with this run. With none of them the stored ones hold. */
export interface GivenRules {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly ignoreFiles?: boolean | undefined;
}

/** One source to synchronise. */
export interface ScopedSource {
  /** Absolute. */
  readonly path: string;
  readonly kind: Source['kind'];
  readonly rules: SourceRules;
  /** The part to crawl, relative to the source with '/'; '' for all of it. */
  readonly subtree: string;
  /** Folders inside it that are sources of their own, relative to it: left to them. */
  readonly nested: readonly string[];
}

const NO_RULES: SourceRules = { include: [], exclude: [], ignoreFiles: true };

/**
 * Decides what a run synchronises.
 *
 * @param named sources named for this run; none means every stored one
 * @throws UsageError `USAGE` if there is nothing to synchronise, or rules come without a source
 */
export function resolveScope(
  named: readonly SourceSpec[],
  stored: readonly Source[],
  given: GivenRules,
): readonly ScopedSource[] {
  if (named.length === 0) return everything(stored, given);
  const scoped = new Map<string, Entry>();
  for (const spec of mergeSamePath(named)) {
    const entry = scopeOne(spec, stored, given);
    for (const each of [entry, ...givingUp(entry, stored)]) {
      scoped.set(`${each.path}\0${each.subtree}`, each);
    }
  }
  const entries = withoutCovered([...scoped.values()]);
  const roots = [...stored, ...entries].map(({ path }) => path);
  return entries.map((entry) => ({ ...entry, nested: nestedIn(entry.path, roots) }));
}

type Entry = Omit<ScopedSource, 'nested'>;

/** A new source inside a known one: what that one holds of it must go, or every hit comes twice. */
function givingUp(entry: Entry, stored: readonly Source[]): readonly Entry[] {
  const isNew = !stored.some(({ path }) => path === entry.path);
  const around = isNew ? innermostAround(entry.path, stored) : undefined;
  if (around === undefined) return [];
  const { path, kind, rules } = around;
  return [{ path, kind, rules, subtree: pathBelow(path, entry.path) ?? '' }];
}

/** A subtree inside another part of the same source that is synchronised as well adds nothing. */
function withoutCovered(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(
    (entry) =>
      !entries.some(
        ({ path, subtree }) =>
          path === entry.path && subtree !== entry.subtree && isInside(subtree, entry.subtree),
      ),
  );
}

function everything(stored: readonly Source[], given: GivenRules): readonly ScopedSource[] {
  if (stored.length === 0) {
    const message = 'This corpus has no sources yet; name a folder: umekomi index ./docs';
    throw new UsageError('USAGE', message);
  }
  if (hasRules(given)) {
    const message =
      'Rules (--include, --exclude, --no-ignore) belong to a source: name it as well.';
    throw new UsageError('USAGE', message);
  }
  const roots = stored.map((source) => source.path);
  return stored.map(({ path, kind, rules }) => ({
    path,
    kind,
    rules,
    subtree: '',
    nested: nestedIn(path, roots),
  }));
}

/** `docs` and `docs/*.txt` in one command are one source: the globs add up, a plain folder wins. */
function mergeSamePath(named: readonly SourceSpec[]): readonly SourceSpec[] {
  const byPath = new Map<string, SourceSpec>();
  for (const spec of named) {
    const before = byPath.get(spec.path);
    const plain =
      before !== undefined && (before.include.length === 0 || spec.include.length === 0);
    const include = plain ? [] : [...(before?.include ?? []), ...spec.include];
    byPath.set(spec.path, { ...spec, include });
  }
  return [...byPath.values()];
}

function scopeOne(spec: SourceSpec, stored: readonly Source[], given: GivenRules): Entry {
  const same = stored.find((source) => source.path === spec.path);
  const isGlob = spec.include.length > 0;
  if (same === undefined && !isGlob && !hasRules(given)) {
    const around = innermostAround(spec.path, stored);
    if (around !== undefined) {
      const { path, kind, rules } = around;
      return { path, kind, rules, subtree: pathBelow(path, spec.path) ?? '' };
    }
  }
  const rules = isGlob || hasRules(given) ? newRules(spec, given) : (same?.rules ?? NO_RULES);
  return { path: spec.path, kind: spec.kind, rules, subtree: '' };
}

/** Given rules replace the stored ones as a whole, so that an old exclude can be dropped. */
function newRules(spec: SourceSpec, given: GivenRules): SourceRules {
  return {
    include: [...spec.include, ...(given.include ?? [])],
    exclude: given.exclude ?? [],
    ignoreFiles: given.ignoreFiles ?? true,
  };
}

function hasRules(given: GivenRules): boolean {
  return (
    given.include !== undefined || given.exclude !== undefined || given.ignoreFiles !== undefined
  );
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
