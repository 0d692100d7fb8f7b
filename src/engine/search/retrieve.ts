/**
 * From what is looked for to hits: find, rank, keep what was asked for, put together. The lists are asked
 * to go deeper until there are as many hits as are wanted, or nothing is left.
 */
import type { DocumentFilters, Hit, Reranking, SearchMode } from '../../model/search.ts';
import type { Reranker } from '../../model/types.ts';
import type {
  Found,
  Passage,
  RankedPassage,
  StoreInfo,
  VectorSpace,
} from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { holdsPhrases } from '../../text/phrase.ts';
import type { LexicalQuery } from '../../text/query.ts';
import { toHits } from './hits.ts';
import type { Reranked } from './rerank.ts';
import { type PassageGroup, Results } from './results.ts';

/**
 * Places of the first page of a ranking, and how many times as long the ranking is with each page. The same for
 * every k: what is put together must not depend on how much is wanted. By words and meaning together a page
 * holds what k = 100 needs, since both lists are searched for each.
 */
const FIRST_PAGE: Readonly<Record<SearchMode, number>> = { semantic: 64, lexical: 64, hybrid: 192 };
const LONGER = 4;

/**
 * Least similarity of a passage that only meaning found, with the built-in embedder: its vectors are made of
 * shared words and letters, and at a right angle there is nothing shared. Other models may mean something.
 */
const LEAST_BUILTIN = 0.0005;

/** What is looked for. */
export interface Retrieval {
  readonly mode: SearchMode;
  /** A vector of the space, of unit length; null in lexical mode. */
  readonly vector: { readonly space: VectorSpace; readonly values: Float32Array } | null;
  /** What was typed; null where a vector is all that is given. */
  readonly text: string | null;
  /** Whether anybody reads what of a hit matches the text. */
  readonly findsMatches: boolean;
  /** The words of it, where they are looked for. */
  readonly words: LexicalQuery | null;
  readonly filter: DocumentFilters;
  /** Hits wanted. */
  readonly k: number;
  /** The most hits of one document; null for any number. */
  readonly perDocument: number | null;
  /** The largest distance of a hit; null for any. */
  readonly maxDistance: number | null;
  readonly exact: boolean;
  readonly contextLines: number;
  /** Passages that are no hits. */
  readonly without: { readonly count: number; readonly has: (passage: Passage) => boolean };
  /** What orders the best passages anew, by the text; null for nothing. */
  readonly rerank: { readonly reranker: Reranker; readonly signal: AbortSignal | undefined } | null;
}

/** What was found. */
export interface Retrieved {
  readonly hits: readonly Hit[];
  /** null where nothing was reranked. */
  readonly rerank: Reranking | null;
}

/**
 * The hits for what is looked for, best first.
 *
 * @returns null if the vector's space is not the active one any more
 */
export async function retrieve(
  store: StoreReader,
  sources: StoreInfo['sources'],
  retrieval: Retrieval,
): Promise<Retrieved | null> {
  for (;;) {
    const found = await findGroups(store, retrieval);
    if (found === null) return null;
    const { groups, reranked } = found;
    const text = retrieval.findsMatches ? retrieval.text : null;
    const style = { ...retrieval, text, rerankScores: reranked?.scores ?? NO_SCORES };
    const hits = await toHits({ store, sources }, groups, style);
    // A document was replaced while its lines were read: what is there now is looked for.
    if (hits !== null) return { hits, rerank: reranked?.outcome ?? null };
  }
}

const NO_SCORES: ReadonlyMap<number, number> = new Map();

/** Passages put together, and how their order came about. */
interface FoundGroups {
  readonly groups: readonly PassageGroup[];
  readonly reranked: Reranked | null;
}

/** @returns null if the vector's space is not the active one any more */
async function findGroups(store: StoreReader, retrieval: Retrieval): Promise<FoundGroups | null> {
  const { mode, vector, words, filter, exact, k, perDocument } = retrieval;
  // By meaning alone passages come one by one, as they are nearest.
  const results = new Results({ perDocument, joinsNeighbours: mode !== 'semantic' });
  const seen = new Set<number>();
  let reranked: Reranked | null = null;
  for (let limit = FIRST_PAGE[mode]; ; limit *= LONGER) {
    const found = await store.find({
      vector: vector === null ? null : { spaceId: vector.space.id, values: vector.values },
      ...{ words, filter, limit, exact },
    });
    if (found === null) return null;
    const page = found.ranked.filter(({ id }) => !seen.has(id));
    for (const { id } of page) seen.add(id);
    const wanted = page.filter((passage) => isWanted(passage, retrieval));
    const first: Reranked | null = reranked === null ? await rerankFirst(wanted, retrieval) : null;
    reranked ??= first;
    results.addPage(first?.ranking ?? wanted);
    if (results.count >= k || isAll(found, retrieval))
      return { groups: results.first(k), reranked };
  }
}

/** The first page with anything wanted, in the reranker's order; null without one. */
async function rerankFirst(
  wanted: readonly RankedPassage[],
  { rerank, text }: Retrieval,
): Promise<Reranked | null> {
  if (rerank === null || text === null || wanted.length === 0) return null;
  return (await import('./rerank.ts')).rerank(text, wanted, rerank);
}

function isWanted(passage: RankedPassage, retrieval: Retrieval): boolean {
  const { words, maxDistance, without } = retrieval;
  const { distance, lexical } = passage;
  if (lexical === null && distance !== null && distance > farthestShared(retrieval)) return false;
  if (maxDistance !== null && (distance === null || distance > maxDistance)) return false;
  if (without.has(passage)) return false;
  // Phrases in quotes must stand there. The store has seen to it for what it found by words.
  if (words === null || words.phrases.length === 0 || lexical !== null) return true;
  const { text, title, headings, path } = passage;
  return holdsPhrases({ text, names: [title ?? '', headings.join('\n'), path] }, words.phrases);
}

/** The largest distance of a passage that shares something with the vector that is asked with. */
function farthestShared({ vector }: Retrieval): number {
  return vector?.space.kind === 'builtin' ? 1 - LEAST_BUILTIN : Infinity;
}

/** True if a longer ranking would hold nothing more that is wanted. */
function isAll({ isAll, hasAllWords, restFrom }: Found, retrieval: Retrieval): boolean {
  if (isAll) return true;
  const { mode, words, maxDistance } = retrieval;
  if (mode === 'lexical') return false;
  if (maxDistance !== null && restFrom > maxDistance) return true;
  // Whatever holds a phrase is in the list of words.
  if (words !== null && words.phrases.length > 0 && hasAllWords) return true;
  return hasAllWords && restFrom > farthestShared(retrieval);
}
