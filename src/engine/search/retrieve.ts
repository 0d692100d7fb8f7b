/**
 * From what is looked for to hits: find, rank, keep what was asked for, put together. The lists are asked
 * to go deeper until there are as many hits as are wanted, or nothing is left.
 */
import type { DocumentFilters, Hit, SearchMode } from '../../model/search.ts';
import type { Found, Passage, StoreInfo, VectorSpace } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { holdsPhrases } from '../../text/phrase.ts';
import type { LexicalQuery } from '../../text/query.ts';
import { toHits } from './hits.ts';
import { depthFor, type RankedPassage, rank } from './rank.ts';
import { assembleResults } from './results.ts';

/** Passages looked at for each hit wanted, since neighbours and equal ones become one. */
const PASSAGES_PER_HIT = 4;

/** How much deeper the lists go where they gave too few hits. */
const DEEPER = 4;

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
): Promise<readonly Hit[] | null> {
  const { mode, vector, words, filter, exact, k, perDocument } = retrieval;
  for (let wanted = passagesWanted(retrieval); ; ) {
    const { depth, precise } = depthFor(mode, wanted);
    const found = await store.find({
      vector: vector === null ? null : { spaceId: vector.space.id, values: vector.values },
      ...{ words, filter, depth, precise, exact },
    });
    if (found === null) return null;
    const ranked = rank(mode, vector?.space.kind ?? null, found);
    const groups = assembleResults(wantedOf(ranked, retrieval), {
      ...{ k, perDocument },
      // By meaning alone passages come one by one, as they are nearest.
      joinsNeighbours: mode !== 'semantic',
    });
    if (groups.length >= k || isAll(found, depth, retrieval)) {
      const hits = await toHits({ store, sources }, groups, retrieval);
      // A document was replaced while its lines were read: what is there now is looked for.
      if (hits !== null) return hits;
    } else {
      wanted *= DEEPER;
    }
  }
}

/** Some of what is found is left out again, or becomes part of another hit. */
function passagesWanted({ mode, k, perDocument, without }: Retrieval): number {
  const wanted = mode === 'semantic' ? k + without.count : k * PASSAGES_PER_HIT;
  return perDocument === null ? wanted : wanted * PASSAGES_PER_HIT;
}

function* wantedOf(
  ranked: Iterable<RankedPassage>,
  retrieval: Retrieval,
): Generator<RankedPassage, undefined> {
  for (const passage of ranked) if (isWanted(passage, retrieval)) yield passage;
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

/** True if deeper lists would hold nothing more that is wanted. */
function isAll({ nearest, matches }: Found, depth: number, retrieval: Retrieval): boolean {
  const { mode, words, maxDistance } = retrieval;
  const farthest = nearest.at(-1)?.distance ?? Infinity;
  const limit = Math.min(maxDistance ?? Infinity, farthestShared(retrieval));
  const noneNearer = nearest.length < depth || farthest > limit;
  if (mode === 'semantic') return noneNearer;
  const noneWithWords = matches.length < depth;
  if (mode === 'lexical') return noneWithWords;
  // Whatever holds a phrase is in the list of words, whatever is near enough in the other one.
  if (words !== null && words.phrases.length > 0 && noneWithWords) return true;
  return noneNearer && (noneWithWords || maxDistance !== null);
}
