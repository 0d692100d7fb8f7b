/** What a query finds inside its filter: one ranking by meaning, by words, or by both. */
import { CorpusError } from '../../model/errors.ts';
import { filterDocuments } from '../filters.ts';
import type { FindQuery, Found, VectorSpace } from '../reading-types.ts';
import { withSlashes } from './anchor.ts';
import type { Connection } from './connection.ts';
import { filterRows } from './filter-rows.ts';
import type { VectorIndex } from './nearest/nearest.ts';
import { readPassages } from './passages.ts';
import { type AskedVector, type Lists, rankLists } from './ranking.ts';
import { readSources } from './sources.ts';
import { activeSpace } from './spaces.ts';
import { lexicalMatches } from './words/search.ts';
import { wordsUsable } from './words/state.ts';

/** How much deeper than the ranking both lists are read: what is beyond them in both is hardly ever before its end. */
const LIST_DEPTH = 2;

/**
 * Of a ranking by both, as many of the nearest are found for certain as the first quarter has places. Behind
 * them one in ten may be missing, which takes a quarter of the time.
 */
const PRECISE_PLACES = 0.25;

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
  const lists = readLists(connection, vectors, { ...query, asked });
  const ranking = rankLists(db, lists);
  const { limit } = query;
  const ranked = ranking.first(limit);
  const ids = ranked.map(({ id }) => id);
  const passages = readPassages(db, anchor, ids);
  const unread = lists.isNearestAll ? Infinity : (lists.nearest.at(-1)?.distance ?? -Infinity);
  return {
    ranked: ranked.flatMap((place) => {
      const passage = passages.get(place.id);
      return passage === undefined ? [] : [Object.assign({}, passage, place)];
    }),
    isAll: lists.isNearestAll && lists.isMatchesAll && ranking.size <= limit,
    hasAllWords: lists.isMatchesAll && !ranking.hasWordsBehind(limit),
    restFrom: asked === null ? -Infinity : Math.min(unread, ranking.nearestBehind(limit)),
  };
}

function vectorIn(
  active: VectorSpace | null,
  { spaceId, values }: NonNullable<FindQuery['vector']>,
): AskedVector | null {
  return active?.id === spaceId ? { space: active, vector: values } : null;
}

function readLists(
  connection: Connection,
  vectors: VectorIndex,
  query: FindQuery & { readonly asked: AskedVector | null },
): Lists {
  const { asked, exact, limit, words } = query;
  const documentIds = keptDocuments(connection, query);
  const isBoth = asked !== null && words !== null;
  const k = isBoth ? limit * LIST_DEPTH : limit;
  const precise = isBoth ? Math.ceil(limit * PRECISE_PLACES) : k;
  const nearest =
    asked === null ? [] : vectors.nearest({ ...asked, k, precise, documentIds, exact });
  const lexical =
    words === null ? null : lexicalMatches(usable(connection), { query: words, k, documentIds });
  return {
    ...{ asked, nearest, lexical, words },
    isNearestAll: nearest.length < k,
    isMatchesAll: (lexical?.matches.length ?? 0) < k,
  };
}

/** Ids of the documents that the filter keeps; null for all. */
function keptDocuments({ db, anchor }: Connection, query: FindQuery): readonly number[] | null {
  return filterDocuments(function* (needs) {
    for (const { id, path } of readSources(db, anchor)) {
      yield* filterRows(db, { id, name: withSlashes(path) }, needs);
    }
  }, query.filter);
}

/** @throws CorpusError `CORPUS_OUTDATED` */
function usable({ db }: Connection): Connection['db'] {
  if (wordsUsable(db)) return db;
  const message = 'The words of this corpus are not indexed yet.';
  throw new CorpusError('CORPUS_OUTDATED', message, { remedy: { code: 'index' } });
}
