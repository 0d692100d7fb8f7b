/** Which of the sources of a run may be read: others lie outside the corpus's folder and were never named here. */
import { absolutePath } from '../../files/paths.ts';
import { confirmedSources } from '../../store/sqlite/confirmed-sources.ts';
import type { Source } from '../../store/sqlite/sources.ts';
import type { IndexRequest } from './context.ts';
import type { ScopedSource } from './scope.ts';

/** The sources of a run, told apart. */
export interface ConfirmedScope {
  readonly scope: readonly ScopedSource[];
  /** Sources that are left as they are; absolute paths. */
  readonly unconfirmed: readonly string[];
}

/** Leaves out what neither this run nor an earlier one on this machine has named. */
export function confirmScope(
  { file, sources: named }: IndexRequest,
  stored: readonly Source[],
  scope: readonly ScopedSource[],
): ConfirmedScope {
  if (file.mode === 'memory') return { scope, unconfirmed: [] };
  const outside = new Set(stored.filter(({ isOutside }) => isOutside).map(({ path }) => path));
  const known = new Set(confirmedSources(file.db, file.path).all());
  const isNamed = (source: ScopedSource): boolean =>
    named.some(({ path }) => path === absolutePath(source, source.subtree));
  const isConfirmed = (source: ScopedSource): boolean =>
    !outside.has(source.path) || known.has(source.path) || isNamed(source);
  return {
    scope: scope.filter(isConfirmed),
    unconfirmed: scope.filter((each) => !isConfirmed(each)).map(({ path }) => path),
  };
}

/** Remembers the sources that this run has named, so that later ones need not. */
export function rememberNamed(
  { file, sources: named }: IndexRequest,
  stored: readonly Source[],
): void {
  if (file.mode === 'memory') return;
  const paths = new Set(named.map(({ path }) => path));
  const outside = stored.filter(({ isOutside, path }) => isOutside && paths.has(path));
  if (outside.length === 0) return;
  confirmedSources(file.db, file.path).add(outside.map(({ path }) => path));
}
