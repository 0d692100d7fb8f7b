/**
 * From what is looked for to hits: find, rank, keep what was asked for, put together. The lists are asked
 * to go deeper until there are as many hits as are wanted, or nothing is left.
 */
import type { DocumentFilters, Hit, SearchMode } from '../../model/search.ts';
import type { Found, Passage, StoreInfo, VectorSpace } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { holdsPhrase, type LexicalQuery } from '../../text/query.ts';
import { toHits } from './hits.ts';
import { depthFor, type RankedPassage, rank } from './rank.ts';
import { assembleResults, type PassageGroup } from './results.ts';

/** Passages looked at for each hit wanted, since neighbours and equal ones become one. */
const PASSAGES_PER_HIT = 4;

/** How much deeper the lists go where they gave too few hits. */
const DEEPER = 4;

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
  const { mode, vector, words, filter, exact, k } = retrieval;
  for (let wanted = passagesWanted(retrieval); ; ) {
    const { depth, precise } = depthFor(mode, wanted);
    const found = await store.find({
      vector: vector === null ? null : { spaceId: vector.space.id, values: vector.values },
      ...{ words, filter, depth, precise, exact },
    });
    if (found === null) return null;
    const ranked = rank(mode, vector?.space.kind ?? null, found);
    const groups = assemble(wantedOf(ranked, retrieval), retrieval);
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

function isWanted(passage: RankedPassage, { words, maxDistance, without }: Retrieval): boolean {
  const { distance } = passage;
  if (maxDistance !== null && (distance === null || distance > maxDistance)) return false;
  return !without.has(passage) && (words === null || holdsPhrases(passage, words));
}

/** Phrases in quotes must stand there. The store has seen to it for what it found by words. */
function holdsPhrases(passage: RankedPassage, { phrases }: LexicalQuery): boolean {
  if (passage.lexical !== null) return true;
  const fields = [passage.text, passage.title ?? '', passage.headings.join('\n'), passage.path];
  return phrases.every((phrase) => fields.some((field) => holdsPhrase(field, phrase)));
}

/** By meaning alone passages come one by one, as they are nearest; else neighbours become one. */
function assemble(
  ranked: Iterable<RankedPassage>,
  { mode, k, perDocument }: Retrieval,
): readonly PassageGroup[] {
  if (mode !== 'semantic') return assembleResults(ranked, { k, perDocument });
  const counts = new Map<number, number>();
  const groups: PassageGroup[] = [];
  for (const best of ranked) {
    if (groups.length >= k) break;
    const before = counts.get(best.documentId) ?? 0;
    counts.set(best.documentId, before + 1);
    if (perDocument !== null && before >= perDocument) continue;
    groups.push({ best, passages: [best], elsewhere: [] });
  }
  return groups;
}

/** True if deeper lists would hold nothing more that is wanted. */
function isAll(
  { nearest, matches }: Found,
  depth: number,
  { mode, words, maxDistance }: Retrieval,
): boolean {
  const farthest = nearest.at(-1)?.distance ?? Infinity;
  const noneNearer = nearest.length < depth || (maxDistance !== null && farthest > maxDistance);
  if (mode === 'semantic') return noneNearer;
  const noneWithWords = matches.length < depth;
  if (mode === 'lexical') return noneWithWords;
  // Whatever holds a phrase is in the list of words, whatever is near enough in the other one.
  if (words !== null && words.phrases.length > 0 && noneWithWords) return true;
  return noneNearer && (noneWithWords || maxDistance !== null);
}
