/** Both ranked lists of a query, inside its filter, with all that fusing and showing them takes. */
import { CorpusError } from '../../model/errors.ts';
import { filterDocuments } from '../filters.ts';
import type {
  FindQuery,
  Found,
  Neighbour,
  ScoreBounds,
  VectorSpace,
  WordMatch,
} from '../reading-types.ts';
import { withSlashes } from './anchor.ts';
import { readMean } from './codes/tables.ts';
import type { Connection } from './connection.ts';
import { filterRows } from './filter-rows.ts';
import { distancesTo, type VectorIndex } from './nearest/nearest.ts';
import { readPassages } from './passages.ts';
import { readSources } from './sources.ts';
import { activeSpace } from './spaces.ts';
import { type LexicalResult, lexicalMatches } from './words/search.ts';
import { wordsUsable } from './words/state.ts';

/**
 * Ranks passages; call it in a snapshot.
 *
 * @param vectors with what earlier searches have read of them
 * @returns null if the vector's space is not the active one any more
 * @throws CorpusError `CORPUS_OUTDATED` if words are asked for that are not indexed
 */
export function find(connection: Connection, vectors: VectorIndex, query: FindQuery): Found | null {
  const { db, anchor } = connection;
  const asked = query.vector === null ? null : vectorIn(activeSpace(db), query.vector);
  if (query.vector !== null && asked === null) return null;
  const documentIds = keptDocuments(connection, query);
  const { depth: k, precise, exact } = query;
  const nearest =
    asked === null ? [] : vectors.nearest({ ...asked, k, precise, documentIds, exact });
  const words = findWords(connection, query, documentIds);
  return {
    nearest,
    matches: words.matches,
    distances: asked === null ? new Map() : missingDistances(connection, asked, nearest, words),
    bounds: {
      similarity: asked === null ? null : similarityBounds(connection, asked),
      words: { min: 0, max: words.attainable },
    },
    passages: readPassages(db, anchor, idsOf(nearest, words.matches)),
  };
}

/** A vector and the space that it is compared in. */
interface AskedVector {
  readonly space: VectorSpace;
  readonly vector: Float32Array;
}

function vectorIn(
  active: VectorSpace | null,
  { spaceId, values }: NonNullable<FindQuery['vector']>,
): AskedVector | null {
  return active?.id === spaceId ? { space: active, vector: values } : null;
}

/** Ids of the documents that the filter keeps; null for all. */
function keptDocuments({ db, anchor }: Connection, query: FindQuery): readonly number[] | null {
  return filterDocuments(function* (needs) {
    for (const { id, path } of readSources(db, anchor)) {
      yield* filterRows(db, { id, name: withSlashes(path) }, needs);
    }
  }, query.filter);
}

function findWords(
  { db }: Connection,
  { words, depth }: FindQuery,
  documentIds: readonly number[] | null,
): LexicalResult {
  if (words === null) return { matches: [], attainable: 0 };
  if (wordsUsable(db)) return lexicalMatches(db, { query: words, k: depth, documentIds });
  const message = 'The words of this corpus are not indexed yet.';
  throw new CorpusError('CORPUS_OUTDATED', message, { remedy: { code: 'index' } });
}

function missingDistances(
  { db }: Connection,
  asked: AskedVector,
  nearest: readonly Neighbour[],
  { matches }: LexicalResult,
): ReadonlyMap<number, number> {
  const known = new Set(nearest.map(({ id }) => id));
  const passageIds = matches.map(({ id }) => id).filter((id) => !known.has(id));
  return passageIds.length === 0 ? new Map() : distancesTo(db, { ...asked, passageIds });
}

/** A passage that has nothing to do with the query is as near as the mean of all vectors. */
function similarityBounds({ db }: Connection, { space, vector }: AskedVector): ScoreBounds | null {
  const mean = readMean(db, space);
  if (mean === null) return null;
  let min = 0;
  for (let i = 0; i < vector.length; i++) min += (vector[i] ?? 0) * (mean[i] ?? 0);
  return { min, max: 1 };
}

function idsOf(nearest: readonly Neighbour[], matches: readonly WordMatch[]): readonly number[] {
  return [...new Set([...nearest, ...matches].map(({ id }) => id))];
}
