/**
 * One score from meaning and words, for passages of which both are known. Pure, and the same for every store.
 * docs/search.md says it in words, docs/internals/ranking.md has what it was chosen from.
 */
import type { FusedScore } from '../model/search.ts';

/** A passage as it is compared. */
export interface Candidate {
  /** Cosine; null for a passage without a vector. */
  readonly similarity: number | null;
  /** Its BM25; 0 if it has no word of the query. */
  readonly words: number;
  /** What of that its path gives by itself. */
  readonly path: number;
  /** The share of Japanese in its document: 0 … 1. */
  readonly japanese: number;
}

/** What the scores of one query are measured by. */
export interface FusionScale {
  /** The share of meaning, 0 … 1. */
  readonly share: number;
  /** Of the query to all passages: what says nothing is as near as that. */
  readonly meanSimilarity: number;
  /** The mean of the best three. */
  readonly bestSimilarity: number;
  /** The score that no words can exceed. */
  readonly attainable: number;
  /** As in LexicalQuery. */
  readonly isForeignToJapanese: boolean;
}

/**
 * The share of meaning by the kind of the embedder: .3 is best on average with the built-in embedder and with a
 * weak model; a good model gains from .4.
 */
const SHARE = { builtin: 0.3, other: 0.4 };

/** The share of meaning for vectors of an embedder of this kind. */
export function semanticShare(kind: string): number {
  return kind === 'builtin' ? SHARE.builtin : SHARE.other;
}

/**
 * A document with less Japanese than `from` counts as one in another language, with `span` more as a Japanese
 * one: names and quotations make up to some hundredths.
 */
const JAPANESE = { from: 0.02, span: 0.08 };

/**
 * Where shared words are chance, they begin to count for a passage that is nearly as near as the nearest ones
 * (1 is as near as these, 0 as near as the mean), and count in full a little beyond.
 */
const NEAR = { from: 0.8, span: 0.3 };

/**
 * A convex combination (Bruch, Gai & Ingber, TOIS 2023) of similarity, from the mean one to 1, and BM25, from 0
 * to what is attainable. Where the query and the passage's document are of different scripts, words that are
 * not in the path count as far as meaning agrees.
 *
 * @returns parts and score, each 0 … 1
 */
export function fuse(candidate: Candidate, scale: FusionScale): FusedScore {
  const { share, meanSimilarity, attainable } = scale;
  const { similarity } = candidate;
  const room = 1 - meanSimilarity;
  const meaning = similarity !== null && room > 0 ? clamp((similarity - meanSimilarity) / room) : 0;
  const words = attainable > 0 ? clamp(candidate.words / attainable) : 0;
  const path = attainable > 0 ? Math.min(words, candidate.path / attainable) : 0;
  const trust = trustInWords(candidate, scale);
  const score = share * meaning + (1 - share) * (path + (words - path) * trust);
  return { score, share, meaning, words, path, trust };
}

/** How much words count that are not in the path: 0 … 1. */
function trustInWords({ similarity, japanese }: Candidate, scale: FusionScale): number {
  if (!scale.isForeignToJapanese || similarity === null) return 1;
  const isJapanese = clamp((japanese - JAPANESE.from) / JAPANESE.span);
  const { meanSimilarity, bestSimilarity } = scale;
  const range = bestSimilarity - meanSimilarity;
  const nearness = range > 0 ? (similarity - meanSimilarity) / range : 1;
  return 1 - isJapanese * (1 - clamp((nearness - NEAR.from) / NEAR.span));
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}
