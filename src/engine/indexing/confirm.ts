/** Which parts of a run may be read: a corpus may have come with sources that nobody named on this machine. */
import { absolutePath } from '../../files/paths.ts';
import type { IndexRequest } from './context.ts';
import type { SourcePart } from './scope.ts';

/** The parts of a run, told apart. */
export interface ConfirmedScope {
  readonly parts: readonly SourcePart[];
  /** Sources that are left as they are; absolute paths. */
  readonly unconfirmed: readonly string[];
}

/**
 * Leaves out what neither this run nor an earlier one on this machine has named.
 *
 * @throws CorpusError `CORPUS_DAMAGED` if a source leads out of the folder that it says it is in
 */
export async function confirmScope(
  { store, sources }: IndexRequest,
  scope: readonly SourcePart[],
): Promise<ConfirmedScope> {
  const named = new Set(sources.map(({ path }) => path));
  const paths = scope.map(({ source }) => source.path);
  const unconfirmed = new Set(await store.unconfirmed(paths, [...named]));
  // A folder inside an unconfirmed source may have been named: it is read, and its source is not confirmed.
  const isConfirmed = ({ source, subtree }: SourcePart): boolean =>
    !unconfirmed.has(source.path) || named.has(absolutePath(source, subtree));
  return {
    parts: scope.filter(isConfirmed),
    unconfirmed: scope.filter((part) => !isConfirmed(part)).map(({ source }) => source.path),
  };
}
