/** Passages like a stored one: by its stored vector, without an embedder. */
import { toUnitVector } from '../../embedding/vectors.ts';
import { UsageError } from '../../model/errors.ts';
import type { HitOptions, PassagePlace, SearchResult } from '../../model/search.ts';
import type { Passage } from '../../store/reading-types.ts';
import { findDocument } from './find-document.ts';
import { readPassages } from './read.ts';
import { requireSpace, type SearchContext, searchByVector } from './search.ts';

/**
 * Passages like a stored one: by the vector of the passage at a line, or the mean of a document's.
 * The passage itself, or the whole document, is left out.
 *
 * @throws UsageError `DOCUMENT_NOT_FOUND` if nothing with a vector stands there
 */
export async function searchLike(
  context: Omit<SearchContext, 'embedder'>,
  { path, line }: PassagePlace,
  options: HitOptions,
): Promise<SearchResult> {
  const { store, cwd } = context;
  for (;;) {
    const info = await store.info();
    requireSpace(info);
    const find = () => findDocument(store, path, cwd);
    const { document, passages } = await readPassages(store, find);
    const chosen = line === undefined ? passages : passagesAt(passages, line);
    const vectors = await store.vectors(chosen.map(({ id }) => id));
    // Replaced meanwhile, its ids may be those of other passages.
    if (!areSame(passages, await store.passages(document.id))) continue;
    const values = meanOf([...vectors.values()]);
    const own = new Set(chosen.map(({ ordinal }) => ordinal));
    const isOwn = (one: Passage): boolean =>
      one.source === document.source && one.path === document.path && own.has(one.ordinal);
    const without = { count: own.size, has: isOwn };
    const found = await searchByVector(context, { info, values }, options, without);
    // The spaces were swapped meanwhile, and the vector was of either.
    if (found !== null) return found;
  }
}

function areSame(before: readonly Passage[], now: readonly Passage[]): boolean {
  const isSame = ({ id, text }: Passage, at: number): boolean =>
    now[at]?.id === id && now[at]?.text === text;
  return before.length === now.length && before.every(isSame);
}

/**
 * The passage that holds a line; where overlap makes it two, the one that begins later. A line between
 * passages, or before the first one, is blank or front matter: the passage beside it is meant.
 *
 * @throws UsageError `DOCUMENT_NOT_FOUND` for a line behind the last one
 */
function passagesAt(passages: readonly Passage[], line: number): readonly Passage[] {
  const last = passages.reduce((most, { endLine }) => Math.max(most, endLine), 0);
  if (last > 0 && line > last) {
    const message = `The document has no text on line ${line}: its last one is line ${last}.`;
    throw new UsageError('DOCUMENT_NOT_FOUND', message);
  }
  const holding = passages.findLast(
    ({ startLine, endLine }) => startLine <= line && line <= endLine,
  );
  const before = passages.findLast(({ startLine }) => startLine <= line);
  return [holding ?? before ?? passages[0]].filter((passage) => passage !== undefined);
}

/** @throws UsageError `DOCUMENT_NOT_FOUND` if there are none */
function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
  }
  if (vectors.length > 0) return toUnitVector(sum);
  const message = 'There is no embedded passage at that place.';
  throw new UsageError('DOCUMENT_NOT_FOUND', message, { remedy: { code: 'status' } });
}
