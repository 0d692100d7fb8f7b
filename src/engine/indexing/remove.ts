/** Takes a source, a folder or a file out of a corpus, for good. */
import { sep } from 'node:path';
import { absolutePath, canonicalPath, isInside, pathBelow } from '../../files/paths.ts';
import { UsageError } from '../../model/errors.ts';
import type { RemoveSummary } from '../../model/indexing.ts';
import type { Source } from '../../model/source.ts';
import type { StoredSource } from '../../store/reading-types.ts';
import type { Store } from '../../store/store.ts';
import type { Removal } from '../../store/writing-types.ts';
import { excludesOf } from './removed-places.ts';

/**
 * Removes what a path names: a source, or what is at or below it in a source; the latter is
 * excluded from then on, so that the next run does not bring it back. Nothing on disk is touched.
 * The caller holds the store's lock.
 *
 * @param place on disk, relative to `cwd` or absolute; or inside a source
 * @throws UsageError `DOCUMENT_NOT_FOUND` if the corpus has nothing there
 */
export async function removePath(store: Store, place: string, cwd: string): Promise<RemoveSummary> {
  const { sources } = await store.info();
  const absolute = canonicalPath(place, cwd);
  const named = sources.filter(({ path }) => nfc(path) === nfc(absolute));
  if (named.length > 0) return removeSources(store, named);
  const parts = await findParts(store, sources, { place, absolute });
  if (parts.length === 0) throw nothingAt(absolute);
  return removeParts(store, parts);
}

async function removeSources(
  store: Store,
  sources: readonly StoredSource[],
): Promise<RemoveSummary> {
  let documents = 0;
  for (const { id } of sources) documents += (await store.manifest(id)).length;
  const removal = { sources: sources.map(({ id }) => id), documents: [], rules: [] };
  const { pruned } = await store.remove(removal);
  return { sources: sources.map(({ path }) => path), documents, vectors: pruned, excluded: [] };
}

async function removeParts(store: Store, parts: readonly RemovedPart[]): Promise<RemoveSummary> {
  const documents = parts.flatMap(({ ids }) => ids);
  const folders = parts.filter(({ source }) => source.kind === 'folder');
  // No rule can take a file out of itself.
  const files = parts.filter(({ source }) => source.kind === 'file').map(({ source }) => source);
  const removal: Removal = {
    sources: files.map(({ id }) => id),
    documents,
    rules: folders.map(({ source, inside }) => withExclude(source, inside)),
  };
  const { pruned } = await store.remove(removal);
  return {
    sources: files.map(({ path }) => path),
    documents: documents.length,
    vectors: pruned,
    excluded: folders.map(({ source, inside }) => absolutePath(source, inside)),
  };
}

function nothingAt(place: string): UsageError {
  const message = `The corpus has nothing at ${place}.`;
  return new UsageError('DOCUMENT_NOT_FOUND', message, { remedy: { code: 'status' } });
}

/** Documents of one source that are to go. */
interface RemovedPart {
  readonly source: StoredSource;
  /** The path that holds them, inside the source. */
  readonly inside: string;
  readonly ids: readonly number[];
}

/** What stands at a path on disk; only if nothing does, what a single source has under that name. */
async function findParts(
  store: Store,
  sources: readonly StoredSource[],
  { place, absolute }: { readonly place: string; readonly absolute: string },
): Promise<readonly RemovedPart[]> {
  const onDisk = await partsAt(store, sources, ({ path }) => pathBelow(nfc(path), nfc(absolute)));
  if (onDisk.length > 0) return onDisk;
  const name = place.split(sep).join('/').replace(/\/+$/, '');
  const named = await partsAt(store, sources, () => name);
  if (named.length <= 1) return named;
  const where = named.map(({ source }) => source.path).sort();
  const message = `Several sources have ${place}: ${where.join(', ')}; name it in full.`;
  throw new UsageError('USAGE', message);
}

/** What sources have at or below a path inside each of them; null where a source has no such path. */
async function partsAt(
  store: Store,
  sources: readonly StoredSource[],
  insideOf: (source: StoredSource) => string | null,
): Promise<readonly RemovedPart[]> {
  const parts: RemovedPart[] = [];
  for (const source of sources) {
    const inside = insideOf(source);
    if (inside === null || inside === '') continue;
    const stored = await store.manifest(source.id);
    const ids = stored.filter(({ path }) => isInside(nfc(inside), nfc(path))).map(({ id }) => id);
    if (ids.length > 0) parts.push({ source, inside, ids });
  }
  return parts;
}

function withExclude(
  { path, kind, include, exclude, ignoreFiles, encoding }: Source,
  inside: string,
): Source {
  const added = [...new Set([...exclude, ...excludesOf(inside)])];
  return { path, kind, include, exclude: added, ignoreFiles, encoding };
}

function nfc(text: string): string {
  return text.normalize('NFC');
}
