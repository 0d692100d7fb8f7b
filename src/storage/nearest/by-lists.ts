/**
 * Candidates from the lists, then exact cosine. A filter by documents is applied to the candidates, best
 * first, until enough of them are kept: so it restricts before ranking, at the price of more candidates.
 */
import { DEFAULT_REACH } from '../../defaults.ts';
import { type Candidate, type ListReader, MAX_CANDIDATES } from '../lists/candidates.ts';
import type { ExactRanking } from './exact-ranking.ts';
import type { NearestQuery, Neighbour } from './query.ts';

/** Candidates by signs for each vector wanted: those of the finer code find what is nearest among them. */
const CANDIDATES_PER_HIT = 12;

/**
 * And at least so many; or this times the root of all vectors, since signs tell fewer apart of more: at
 * 100,000 it finds .996 of the nearest where 150 found .989. More where there are fewer signs than these.
 */
const LEAST_CANDIDATES = 150;
const CANDIDATES_BY_ROOT = 0.8;
const ENOUGH_SIGNS = 384;

/**
 * Compared exactly is what by its estimate may be nearer than the k-th: within so many deviations of the
 * estimates' error, but no fewer than these beyond k and no more than so many times k.
 */
const DEVIATIONS = 5;
const LEAST_BEYOND = 6;
const MOST_PER_HIT = 20;

/** Behind a filter the nearest may be far, and many about as far: so many times the reach. */
const BEHIND_A_FILTER = 2;

/** A filter may make a search look at this share of what it keeps; with more, that is compared exactly. */
const MAX_LOOKED_AT = 0.2;

/** What a filter keeps. */
export interface Kept {
  readonly documentIds: ReadonlySet<number>;
  /** The share of all documents. */
  readonly share: number;
  /** About how many passages. */
  readonly passages: number;
}

/** The nearest passages; null if an exact scan is the better way. */
export function nearestByLists(
  reader: ListReader,
  query: NearestQuery,
  { kept, ranking }: { kept: Kept | null; ranking: ExactRanking },
): readonly Neighbour[] | null {
  return kept === null
    ? unfiltered(reader, query, ranking)
    : filtered(reader, query, kept, ranking);
}

function unfiltered(
  reader: ListReader,
  query: NearestQuery,
  ranking: ExactRanking,
): readonly Neighbour[] | null {
  const { k, vector, reach = DEFAULT_REACH } = query;
  const candidates = Math.max(leastCandidates(reader), k * CANDIDATES_PER_HIT);
  if (candidates > MAX_CANDIDATES) return null;
  const found = reader.candidates(vector, { k, candidates, reach });
  // Some are gone since, or have no passage yet: then more of them are looked at.
  for (let taken = closeOnes(found, k, reader); ; taken *= 2) {
    const neighbours = ranking.neighbours(query, idsOf(found.slice(0, taken)), null);
    if (neighbours.length >= k) return neighbours;
    if (taken >= found.length) return null;
  }
}

function leastCandidates({ size, width }: ListReader): number {
  const byRoot = CANDIDATES_BY_ROOT * Math.sqrt(size) * Math.max(1, ENOUGH_SIGNS / width);
  return Math.max(LEAST_CANDIDATES, Math.round(byRoot));
}

/** How many of the candidates, best first, may be among the k nearest. */
function closeOnes(found: readonly Candidate[], k: number, { deviation }: ListReader): number {
  const limit = (found[k - 1]?.estimate ?? -Infinity) - DEVIATIONS * deviation;
  let close = Math.min(found.length, k + LEAST_BEYOND);
  while (close < MOST_PER_HIT * k && (found[close]?.estimate ?? -Infinity) >= limit) close += 1;
  // Equal vectors have equal codes: their passages are told by place, so none is left behind.
  while (close < found.length && found[close]?.estimate === found[close - 1]?.estimate) close += 1;
  return close;
}

function filtered(
  reader: ListReader,
  query: NearestQuery,
  kept: Kept,
  ranking: ExactRanking,
): readonly Neighbour[] | null {
  const { k, vector } = query;
  const reach = (query.reach ?? DEFAULT_REACH) * BEHIND_A_FILTER;
  const wanted = MOST_PER_HIT * k;
  const most = Math.min(MAX_CANDIDATES, kept.passages * MAX_LOOKED_AT);
  let asked = Math.ceil((2 * leastCandidates(reader) + k) / kept.share);
  let depth = Math.ceil(k / kept.share);
  for (; asked <= most; asked *= 2) {
    const found = reader.candidates(vector, { k: depth, candidates: asked, reach });
    const { inside, kth } = keptOnes(found, { k, wanted, kept, ranking });
    // Where the nearest are filtered out, the candidates behind them must be as many as ever.
    const isDeep =
      kth !== null && kth <= depth && kth + 2 * leastCandidates(reader) <= found.length;
    if (isDeep && inside.length >= k + LEAST_BEYOND) {
      const close = inside.slice(0, closeOnes(inside, k, reader));
      const neighbours = ranking.neighbours(query, idsOf(close), kept.documentIds);
      if (neighbours.length >= k) return neighbours;
    }
    // The k-th kept one is farther than was thought: so must the lists be that are looked into.
    depth = Math.max(kth ?? 0, depth * 2);
  }
  return null;
}

/** The first candidates that have a passage inside the filter, and how many there are up to the k-th. */
function keptOnes(
  found: readonly Candidate[],
  { k, wanted, kept, ranking }: { k: number; wanted: number; kept: Kept; ranking: ExactRanking },
): { inside: readonly Candidate[]; kth: number | null } {
  const inside: Candidate[] = [];
  let kth: number | null = null;
  const step = Math.max(64, Math.ceil(wanted / kept.share));
  for (let from = 0; from < found.length && inside.length < wanted; from += step) {
    const page = found.slice(from, from + step);
    const ids = ranking.inside(idsOf(page), kept.documentIds);
    page.forEach((candidate, index) => {
      if (!ids.has(candidate.id) || inside.length >= wanted) return;
      inside.push(candidate);
      if (inside.length === k) kth = from + index + 1;
    });
  }
  return { inside, kth };
}

function idsOf(candidates: readonly Candidate[]): readonly number[] {
  return candidates.map(({ id }) => id);
}
