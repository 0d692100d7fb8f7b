/** From the lists of one search to one ranking: similarity and words of every passage of either are looked up. */
import type { Database } from 'better-sqlite3';
import type { LexicalQuery } from '../../text/query.ts';
import { type Candidate, type FusionScale, fuse, semanticShare } from '../fusion.ts';
import type {
  Neighbour,
  Passage,
  RankedPassage,
  VectorSpace,
  WordMatch,
} from '../reading-types.ts';
import { readMean } from './codes/tables.ts';
import { hasJapaneseTerms, japaneseShares } from './document-scripts.ts';
import { distancesTo } from './nearest/nearest.ts';
import { statement } from './statements.ts';
import { toBytes } from './vectors.ts';
import type { LexicalResult } from './words/search.ts';

/** A vector and the space that it is compared in. */
export interface AskedVector {
  readonly space: VectorSpace;
  readonly vector: Float32Array;
}

/** What was read for a search. */
export interface Lists {
  readonly asked: AskedVector | null;
  /** Nearest first. */
  readonly nearest: readonly Neighbour[];
  /** null where words were not asked for. */
  readonly lexical: LexicalResult | null;
  readonly words: LexicalQuery | null;
  /** True if a longer list would have nothing more. */
  readonly isNearestAll: boolean;
  readonly isMatchesAll: boolean;
}

/** A place in the ranking. */
export type Ranked = Pick<RankedPassage, 'id' | Exclude<keyof RankedPassage, keyof Passage>>;

/** All passages of the lists, best first: hundreds, of which few are shown. */
export interface Ranking {
  readonly size: number;
  /** The first places. */
  first(limit: number): readonly Ranked[];
  /** What comes behind them is at least so far away: Infinity if nothing does. */
  nearestBehind(limit: number): number;
  /** True if a passage behind them was found by its words. */
  hasWordsBehind(limit: number): boolean;
}

/** Ranks what was found. */
export function rankLists(db: Database, lists: Lists): Ranking {
  const { asked, nearest, lexical } = lists;
  if (lexical === null) return rankedNearest(nearest);
  if (asked === null) return rankedMatches(lexical.matches);
  return rankBoth(db, { ...lists, asked, lexical });
}

function rankedNearest(nearest: readonly Neighbour[]): Ranking {
  return {
    size: nearest.length,
    first: (limit) =>
      nearest.slice(0, limit).map(({ id, distance }, index) => {
        const score = 1 - distance;
        const semantic = { rank: index + 1, score };
        return { id, score, distance, semantic, lexical: null, fusion: null };
      }),
    nearestBehind: (limit) => nearest[limit]?.distance ?? Infinity,
    hasWordsBehind: () => false,
  };
}

function rankedMatches(matches: readonly WordMatch[]): Ranking {
  return {
    size: matches.length,
    first: (limit) =>
      matches.slice(0, limit).map(({ id, score }, index) => {
        const lexical = { rank: index + 1, score };
        return { id, score, distance: null, semantic: null, lexical, fusion: null };
      }),
    nearestBehind: () => -Infinity,
    hasWordsBehind: (limit) => matches.length > limit,
  };
}

interface BothLists extends Lists {
  readonly asked: AskedVector;
  readonly lexical: LexicalResult;
}

/** A passage while it is ranked. */
interface Entry extends Candidate {
  readonly id: number;
  readonly score: number;
}

function rankBoth(db: Database, lists: BothLists): Ranking {
  const { nearest, lexical } = lists;
  const distances = allDistances(db, lists);
  const near = completed(nearest, distances);
  const scale = scaleOf(db, lists, near);
  const entries = entriesOf(db, lists, { distances, scale });
  const semantic = new Map(near.map(({ id }, index) => [id, index + 1]));
  const places = new Map(lexical.matches.map(({ id }, index) => [id, index + 1]));
  const distanceOf = ({ id }: Entry): number | null => distances.get(id) ?? null;
  const told = (entry: Entry): Ranked => {
    const { id, score, similarity, words } = entry;
    const [nearRank, wordRank] = [semantic.get(id), places.get(id)];
    return {
      ...{ id, score, distance: distanceOf(entry), fusion: fuse(entry, scale) },
      semantic: nearRank === undefined ? null : { rank: nearRank, score: similarity ?? 0 },
      lexical: wordRank === undefined ? null : { rank: wordRank, score: words },
    };
  };
  return {
    size: entries.length,
    first: (limit) => entries.slice(0, limit).map(told),
    nearestBehind: (limit) =>
      entries
        .slice(limit)
        .reduce((least, entry) => Math.min(least, distanceOf(entry) ?? Infinity), Infinity),
    hasWordsBehind: (limit) => entries.slice(limit).some(({ id }) => places.has(id)),
  };
}

/** Every passage of either list with what is known of it, best first. */
function entriesOf(
  db: Database,
  { nearest, lexical }: BothLists,
  { distances, scale }: { distances: ReadonlyMap<number, number>; scale: FusionScale },
): readonly Entry[] {
  const words = new Map(lexical.scoresOf(nearest.map(({ id }) => id)));
  for (const { id, score } of lexical.matches) words.set(id, score);
  const japanese = scale.isForeignToJapanese ? readJapanese(db, [...words.keys()]) : null;
  const ids = new Set(nearest.map(({ id }) => id));
  for (const { id } of lexical.matches) ids.add(id);
  const entryOf = (id: number): Entry => {
    const distance = distances.get(id);
    const place = japanese?.get(id);
    const candidate = {
      id,
      similarity: distance === undefined ? null : 1 - distance,
      words: words.get(id) ?? 0,
      path: place === undefined ? 0 : lexical.pathScoreOf(id, place.path),
      japanese: place?.share ?? 0,
      score: 0,
    };
    candidate.score = fuse(candidate, scale).score;
    return candidate;
  };
  // Stable: what is equal in both stays in the order of its list, which is that of places.
  return Array.from(ids, entryOf).sort(
    (a, b) => b.score - a.score || (b.similarity ?? -2) - (a.similarity ?? -2),
  );
}

/** Distances of all that have a vector. */
function allDistances(
  db: Database,
  { asked, nearest, lexical }: BothLists,
): ReadonlyMap<number, number> {
  const known = new Map(nearest.map(({ id, distance }) => [id, distance]));
  const passageIds = lexical.matches.map(({ id }) => id).filter((id) => !known.has(id));
  if (passageIds.length === 0) return known;
  return new Map([...known, ...distancesTo(db, { ...asked, passageIds })]);
}

/** The nearest passages with those that only the words found, as far as they belong among them. */
function completed(
  nearest: readonly Neighbour[],
  distances: ReadonlyMap<number, number>,
): readonly Neighbour[] {
  const last = nearest.at(-1)?.distance ?? -Infinity;
  const known = new Set(nearest.map(({ id }) => id));
  const missed = [...distances]
    .map(([id, distance]) => ({ id, distance }))
    .filter(({ id, distance }) => distance < last && !known.has(id));
  return [...nearest, ...missed].sort((a, b) => a.distance - b.distance);
}

/** The nearest passages that say how near an answer is. */
const BEST = 3;

function scaleOf(
  db: Database,
  { asked, lexical, words }: BothLists,
  near: readonly Neighbour[],
): FusionScale {
  const best = near.slice(0, BEST).map(({ distance }) => 1 - distance);
  return {
    share: semanticShare(asked.space.kind),
    meanSimilarity: meanSimilarity(db, asked),
    bestSimilarity: best.reduce((sum, one) => sum + one, 0) / Math.max(1, best.length),
    attainable: lexical.attainable,
    isForeignToJapanese: words?.isForeignToJapanese === true,
  };
}

/** Vectors that the mean similarity is taken of while a first run has not taken the mean of all. */
const SAMPLE = 1000;

function meanSimilarity(db: Database, { space, vector }: AskedVector): number {
  const mean = readMean(db, space);
  if (mean !== null) return vector.reduce((sum, value, i) => sum + value * (mean[i] ?? 0), 0);
  const sampled = statement<[Buffer, number, number], { mean: number | null }>(
    db,
    `SELECT avg(1 - vec_distance_cosine(vector, ?)) AS mean
     FROM (SELECT vector FROM embedding WHERE space_id = ? LIMIT ?)`,
  );
  return sampled.get(toBytes(vector), space.id, SAMPLE)?.mean ?? 0;
}

interface JapanesePlace {
  readonly path: string;
  /** Of Japanese in its document. */
  readonly share: number;
}

/** Those of the passages whose documents have Japanese, with the paths of these. */
function readJapanese(db: Database, ids: readonly number[]): ReadonlyMap<number, JapanesePlace> {
  if (!hasJapaneseTerms(db)) return new Map();
  const places = statement<[string], { id: number; documentId: number; path: string }>(
    db,
    `SELECT chunk.id AS id, document.id AS documentId, document.path AS path
     FROM json_each(?) AS wanted
     CROSS JOIN chunk ON chunk.id = wanted.value
     CROSS JOIN document ON document.id = chunk.document_id`,
  );
  const rows = places.all(JSON.stringify(ids));
  const shares = japaneseShares(
    db,
    rows.map(({ documentId }) => documentId),
  );
  const japanese = new Map<number, JapanesePlace>();
  for (const { id, documentId, path } of rows) {
    const share = shares.get(documentId) ?? 0;
    if (share > 0) japanese.set(id, { path, share });
  }
  return japanese;
}
