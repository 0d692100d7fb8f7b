/** Query → vector → neighbours inside the filter → hits. */
import { sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import { DEFAULT_K } from '../defaults.ts';
import { findVectorFault, toUnitVector } from '../embedding/vectors.ts';
import { CorpusError, EmbeddingError, UsageError } from '../errors.ts';
import { readVector } from '../storage/embeddings.ts';
import { type Neighbour, nearest } from '../storage/nearest.ts';
import {
  documentNames,
  documentPassages,
  type Passage,
  readPassages,
} from '../storage/passages.ts';
import type { Source } from '../storage/sources.ts';
import { activeSpace, type Space } from '../storage/spaces.ts';
import { compilePathFilter } from './path-filter.ts';
import type { Hit, SearchOptions } from './types.ts';

/** The corpus that is searched. */
export interface Searched {
  readonly db: Database;
  readonly sources: readonly Source[];
}

/**
 * The space that is searched.
 *
 * @throws CorpusError `CORPUS_EMPTY` if nothing was ever indexed
 */
export function requireSpace(db: Database): Space {
  const space = activeSpace(db);
  if (space !== null) return space;
  throw new CorpusError('CORPUS_EMPTY', 'This corpus is empty; fill it with: umekomi index ./docs');
}

/** The passages nearest to a query's vector. The vector need not be normalised. */
export function searchVector(
  corpus: Searched,
  vector: Float32Array,
  options: SearchOptions,
): readonly Hit[] {
  const space = requireSpace(corpus.db);
  const fault = findVectorFault(vector, space.dimensions);
  if (fault !== null) {
    const message = `The embedder answered with an unusable vector for the query (${fault}); try other words, or check the model.`;
    throw new EmbeddingError('VECTORS_INVALID', message);
  }
  const { k, keep } = settle(options);
  const neighbours = nearest(corpus.db, {
    ...{ space, k, vector: toUnitVector(vector), exact: options.exact === true },
    documentIds: keptDocuments(corpus, options.paths),
  });
  return toHits(corpus, neighbours.filter(keep));
}

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
  place: LikePlace,
  options: SearchOptions,
): readonly Hit[] {
  const space = requireSpace(corpus.db);
  const all = documentPassages(corpus.db, place.documentId);
  const { line } = place;
  const chosen = line === null ? all : passagesAt(all, line);
  const vectors = chosen.flatMap(
    (passage) => readVector(corpus.db, space, passage.inputHash) ?? [],
  );
  if (vectors.length === 0) {
    const message = 'There is no embedded passage at that place; see: umekomi status';
    throw new UsageError('DOCUMENT_NOT_FOUND', message);
  }
  const { k, keep } = settle(options);
  const own = new Set(chosen.map((passage) => passage.chunkId));
  const neighbours = nearest(corpus.db, {
    ...{ space, k: k + own.size, vector: meanOf(vectors), exact: options.exact === true },
    documentIds: keptDocuments(corpus, options.paths),
  });
  const others = neighbours.filter((neighbour) => !own.has(neighbour.chunkId) && keep(neighbour));
  return toHits(corpus, others.slice(0, k));
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

function settle(options: SearchOptions): { k: number; keep: (n: Neighbour) => boolean } {
  const { k = DEFAULT_K, minSimilarity } = options;
  if (!Number.isInteger(k) || k < 1) {
    throw new UsageError('USAGE', 'The number of hits (k) is a whole number from 1.');
  }
  if (minSimilarity !== undefined && !(minSimilarity >= -1 && minSimilarity <= 1)) {
    throw new UsageError('USAGE', 'A least similarity is a number from -1 to 1.');
  }
  const farthest = 1 - (minSimilarity ?? -Infinity);
  return { k, keep: ({ distance }) => distance <= farthest };
}

/** Ids of the documents that the globs keep; null where there are no globs. */
function keptDocuments(
  { db, sources }: Searched,
  globs: readonly string[] | undefined,
): readonly number[] | null {
  if (globs === undefined || globs.length === 0) return null;
  const roots = new Map(sources.map(({ id, path }) => [id, path.split(sep).join('/')]));
  const matches = compilePathFilter(globs);
  return documentNames(db)
    .filter(({ sourceId, path }) => matches({ source: roots.get(sourceId) ?? '', path }))
    .map(({ id }) => id);
}

function toHits({ db, sources }: Searched, neighbours: readonly Neighbour[]): readonly Hit[] {
  const passages = readPassages(
    db,
    neighbours.map(({ chunkId }) => chunkId),
  );
  const roots = new Map(sources.map(({ id, path }) => [id, path]));
  return neighbours.flatMap(({ chunkId, distance }, index) => {
    const passage = passages.get(chunkId);
    if (passage === undefined) return [];
    const { path, startLine, endLine, startOffset, endOffset, headings, title, text } = passage;
    const similarity = 1 - distance;
    return {
      rank: index + 1,
      source: roots.get(passage.sourceId) ?? '',
      ...{ path, startLine, endLine, startOffset, endOffset, headings, title, text },
      ...{ similarity, distance, score: similarity },
    };
  });
}
