/** Passages like a stored one: by its stored vector, without an embedder. */
import { findVectorFault, toUnitVector } from '../../embedding/vectors.ts';
import { UsageError } from '../../model/errors.ts';
import { readVector } from '../../store/sqlite/embeddings.ts';
import { documentPassages, type Passage } from '../../store/sqlite/passages.ts';
import { searchVector } from './search.ts';
import { requireSpace, type Searched } from './searched.ts';
import type { Hit, HitOptions } from '../../model/search.ts';

/** A passage to find others by. */
export interface LikePlace {
  readonly documentId: number;
  /** 1-based; null for the whole document. */
  readonly line: number | null;
}

/**
 * Passages like a stored one: by the vector of the chunk at a line, or the mean of a document's.
 * The passage itself, or the whole document, is left out.
 *
 * @throws UsageError `DOCUMENT_NOT_FOUND` if nothing with a vector stands there
 */
export function searchLike(
  corpus: Searched,
  { documentId, line }: LikePlace,
  options: HitOptions,
): readonly Hit[] {
  const space = requireSpace(corpus.db);
  const all = documentPassages(corpus.db, documentId);
  const chosen = line === null ? all : passagesAt(all, line);
  const vectors = chosen
    .flatMap((passage) => readVector(corpus.db, space, passage.inputHash) ?? [])
    .filter((vector) => findVectorFault(vector, space.dimensions) === null);
  if (vectors.length === 0) {
    const message = 'There is no embedded passage at that place; see: umekomi status';
    throw new UsageError('DOCUMENT_NOT_FOUND', message);
  }
  const own = new Set(chosen.map(({ chunkId }) => chunkId));
  return searchVector(corpus, meanOf(vectors), options, own);
}

/** The passage that holds a line; where overlap makes it two, the one that begins later. */
function passagesAt(passages: readonly Passage[], line: number): readonly Passage[] {
  const holding = passages.filter(({ startLine, endLine }) => startLine <= line && line <= endLine);
  const before = passages.filter(({ startLine }) => startLine <= line);
  return [holding.at(-1) ?? before.at(-1) ?? passages[0]].filter(
    (passage) => passage !== undefined,
  );
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
  }
  return toUnitVector(sum);
}
