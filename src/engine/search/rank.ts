/** Ranks passages for a query: by meaning, by words, or by both. */
import type { Database } from 'better-sqlite3';
import { readMean } from '../../store/sqlite/codes/tables.ts';
import { distancesTo } from '../../store/sqlite/nearest/nearest.ts';
import type { Neighbour } from '../../store/sqlite/nearest/query.ts';
import type { Space } from '../../store/sqlite/spaces.ts';
import { type LexicalResult, lexicalMatches } from '../../store/sqlite/words/search.ts';
import type { LexicalQuery } from '../../text/query.ts';
import { convexCombination, type Ranked } from './fusion.ts';
import type { Searched } from './searched.ts';
import type { ListPlace, SearchMode } from '../../model/search.ts';

/** Passages of each list that take part in a fusion. */
const DEPTH = 200;

/**
 * Of the nearest passages at least so many, or half of those that are wanted, are found for certain. Behind
 * them a passage may be missing that no word has found either, and that is hardly ever shown.
 */
const PRECISE = 20;

/**
 * The share of meaning in a hybrid score. With the built-in embedder the largest that costs no
 * judged set more than .005 (docs/lexical-search.md). For models on a server an even share, which
 * was not measured here: `umekomi eval` does it on your own questions.
 */
const SEMANTIC_SHARE = { builtin: 0.2, other: 0.5 };

/** A passage with its score, and where it stood in the lists. */
export interface RankedPassageId {
  readonly chunkId: number;
  /** What the list is sorted by; higher is better. */
  readonly score: number;
  /** 1 − cosine similarity; null for a passage without a vector, or without a query vector. */
  readonly distance: number | null;
  readonly semantic: ListPlace | null;
  readonly lexical: ListPlace | null;
}

/** What is ranked. */
export interface RankRequest {
  readonly mode: SearchMode;
  /** Unit length; null in lexical mode. */
  readonly vector: Float32Array | null;
  /** The active space; null in lexical mode of a corpus that has none. */
  readonly space: Space | null;
  readonly query: LexicalQuery;
  /** Passages wanted; more may be given. */
  readonly k: number;
  readonly documentIds: readonly number[] | null;
  readonly exact: boolean;
}

/** The passages, best first; equal ones by place. */
export function rankPassages(
  { db, vectors }: Searched,
  request: RankRequest,
): readonly RankedPassageId[] {
  const { mode, vector, space, query, k, documentIds, exact } = request;
  const depth = mode === 'hybrid' ? Math.max(DEPTH, k * 4) : k;
  const precise = mode === 'hybrid' ? Math.max(PRECISE, Math.ceil(k / 2)) : k;
  const semantic =
    mode === 'lexical' || vector === null || space === null
      ? []
      : vectors.nearest({ space, vector, k: depth, precise, documentIds, exact });
  const lexical =
    mode === 'semantic'
      ? { matches: [], attainable: 0 }
      : lexicalMatches(db, { query, k: depth, documentIds });
  if (mode !== 'hybrid' || vector === null || space === null) {
    return merge(semantic, lexical, scoresOf(db, request, semantic, lexical));
  }
  const listed = new Set(semantic.map(({ chunkId }) => chunkId));
  const chunkIds = lexical.matches.map(({ chunkId }) => chunkId).filter((id) => !listed.has(id));
  const distances = distancesTo(db, { space, vector, chunkIds });
  const whole = completed(semantic, distances);
  const merged = merge(whole, lexical, scoresOf(db, request, whole, lexical));
  return merged.map((one) => ({
    ...one,
    distance: one.distance ?? distances.get(one.chunkId) ?? null,
  }));
}

/** The nearest passages with those that only the words found, as far as they belong among them. */
function completed(
  nearest: readonly Neighbour[],
  distances: ReadonlyMap<number, number>,
): readonly Neighbour[] {
  const last = nearest.at(-1)?.distance ?? -Infinity;
  const missed = [...distances]
    .map(([chunkId, distance]) => ({ chunkId, distance }))
    .filter(({ distance }) => distance < last);
  return [...nearest, ...missed].sort((a, b) => a.distance - b.distance);
}

/** The list's own scores in one mode; fused ones in hybrid mode. */
function scoresOf(
  db: Database,
  { mode, space, vector }: RankRequest,
  neighbours: readonly Neighbour[],
  { matches, attainable }: LexicalResult,
): readonly Ranked[] {
  const semantic = neighbours.map(({ chunkId, distance }) => ({
    id: chunkId,
    score: 1 - distance,
  }));
  const lexical = matches.map(({ chunkId, score }) => ({ id: chunkId, score }));
  if (mode === 'semantic') return semantic;
  if (mode === 'lexical' || space === null || vector === null) return lexical;
  const share = space.kind === 'builtin' ? SEMANTIC_SHARE.builtin : SEMANTIC_SHARE.other;
  const mean = readMean(db, space);
  const min = mean === null ? null : dot(vector, mean);
  return convexCombination([
    { list: semantic, weight: share, bounds: min === null ? null : { min, max: 1 } },
    { list: lexical, weight: 1 - share, bounds: { min: 0, max: attainable } },
  ]);
}

function merge(
  neighbours: readonly Neighbour[],
  { matches }: LexicalResult,
  ranked: readonly Ranked[],
): readonly RankedPassageId[] {
  const semantic = new Map(neighbours.map((neighbour, i) => [neighbour.chunkId, { i, neighbour }]));
  const lexical = new Map(matches.map(({ chunkId, score }, i) => [chunkId, { i, score }]));
  return ranked.map(({ id, score }) => {
    const near = semantic.get(id);
    const worded = lexical.get(id);
    const distance = near?.neighbour.distance ?? null;
    return {
      ...{ chunkId: id, score, distance },
      semantic:
        near === undefined ? null : { rank: near.i + 1, score: 1 - near.neighbour.distance },
      lexical: worded === undefined ? null : { rank: worded.i + 1, score: worded.score },
    };
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
