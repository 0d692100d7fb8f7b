/** Ranks what was found for a query: by meaning, by words, or by both. Pure. */
import type { ListPlace, SearchMode } from '../../model/search.ts';
import type { Found, Neighbour, Passage, WordMatch } from '../../store/reading-types.ts';
import { convexCombination, type Scored } from './fusion.ts';

/** Passages of each list that take part in a fusion. */
const DEPTH = 200;

/**
 * Of the nearest passages at least so many, or half of those that are wanted, are found for certain. Behind
 * them a passage may be missing that no word has found either, and that is hardly ever shown.
 */
const PRECISE = 20;

/**
 * The share of meaning in a hybrid score. With the built-in embedder the largest that costs no
 * judged set more than .005 (docs/internals/lexical-search.md). For models on a server an even share, which
 * was not measured here: an evaluation does it on questions of one's own.
 */
const SEMANTIC_SHARE = { builtin: 0.2, other: 0.5 };

/** A passage with its score, and where it stood in the lists. */
export interface RankedPassage extends Passage {
  /** What the list is sorted by; higher is better. */
  readonly score: number;
  /** 1 − cosine similarity; null for a passage without a vector, or without a query vector. */
  readonly distance: number | null;
  readonly semantic: ListPlace | null;
  readonly lexical: ListPlace | null;
}

/** How many passages of each list are asked for. */
export interface Depth {
  readonly depth: number;
  /** How many of the nearest are certain to be the nearest. */
  readonly precise: number;
}

/** How deep the lists have to go so that `wanted` passages can be ranked. */
export function depthFor(mode: SearchMode, wanted: number): Depth {
  if (mode !== 'hybrid') return { depth: wanted, precise: wanted };
  return {
    depth: Math.max(DEPTH, wanted * 4),
    precise: Math.max(PRECISE, Math.ceil(wanted / 2)),
  };
}

/**
 * The passages that were found, best first; equal ones by place. Each is made when it is asked for: few of
 * the hundreds that are fused are ever shown.
 *
 * @param kind of the embedder; null where none was asked
 */
export function* rank(
  mode: SearchMode,
  kind: string | null,
  found: Found,
): Generator<RankedPassage, undefined> {
  const nearest = mode === 'hybrid' ? completed(found) : found.nearest;
  const semantic = positions(nearest);
  const lexical = positions(found.matches);
  for (const { id, score } of scoresOf(mode, kind, { ...found, nearest })) {
    const passage = found.passages.get(id);
    if (passage === undefined) continue;
    const near = semantic.get(id);
    const worded = lexical.get(id);
    yield {
      ...passage,
      score,
      distance: near?.entry.distance ?? found.distances.get(id) ?? null,
      semantic: near === undefined ? null : { rank: near.rank, score: 1 - near.entry.distance },
      lexical: worded === undefined ? null : { rank: worded.rank, score: worded.entry.score },
    };
  }
}

/** The nearest passages with those that only the words found, as far as they belong among them. */
function completed({ nearest, distances }: Found): readonly Neighbour[] {
  const last = nearest.at(-1)?.distance ?? -Infinity;
  const missed = [...distances]
    .map(([id, distance]) => ({ id, distance }))
    .filter(({ distance }) => distance < last);
  return [...nearest, ...missed].sort((a, b) => a.distance - b.distance);
}

/** The list's own scores in one mode; fused ones in hybrid mode. */
function scoresOf(
  mode: SearchMode,
  kind: string | null,
  { nearest, matches, bounds }: Found,
): readonly Scored[] {
  const semantic = nearest.map(({ id, distance }) => ({ id, score: 1 - distance }));
  if (mode === 'semantic') return semantic;
  if (mode === 'lexical') return matches;
  const share = kind === 'builtin' ? SEMANTIC_SHARE.builtin : SEMANTIC_SHARE.other;
  return convexCombination([
    { list: semantic, weight: share, bounds: bounds.similarity },
    { list: matches, weight: 1 - share, bounds: bounds.words },
  ]);
}

function positions<T extends Neighbour | WordMatch>(
  list: readonly T[],
): ReadonlyMap<number, { readonly rank: number; readonly entry: T }> {
  return new Map(list.map((entry, index) => [entry.id, { rank: index + 1, entry }]));
}
