/**
 * The nearest passages by codes: the scan tells which vectors may be among the nearest, these are compared
 * exactly, likeliest first, until no other one can be nearer than what was found.
 */
import type { Neighbour } from '../../reading-types.ts';
import { type Limit, mayReach, type Scan } from '../codes/estimates.ts';
import type { IdSet } from '../codes/id-set.ts';
import type { CodesReader } from '../codes/reader.ts';
import { MAX_BEST } from '../codes/room.ts';
import type { ExactRanking, Near } from './exact-ranking.ts';
import type { NearestQuery } from './query.ts';

/**
 * A vector whose estimate and so many standard deviations of its error reach the last wanted distance is
 * compared exactly. With 2 the nearest 10 of 100,000 × 768 are found at .9985, of 1,000,000 × 384 at .9995;
 * RaBitQ's own choice is 1.9. With 0.5 the nearest 200 of 79,513 real passages are found at .89, with a
 * quarter of the comparisons.
 */
const DEVIATIONS = { precise: 2, other: 0.5 };

/**
 * Vectors that are compared at once, the best estimates: their distances say how far the others may be. With
 * fewer of them the limit is so wide that four times as many have to be looked at (12,900 for 200 wanted of
 * 79,513).
 */
function atOnce(wanted: number): number {
  return 2 * wanted + 16;
}

/** More are compared in SQL, all of them. */
const MAX_WANTED = (MAX_BEST - 16) / 2;

/** Vectors compared at a time behind them. */
const PAGE = 128;

/** Asked again for so many times the vectors where too few of them had a passage inside the filter. */
const DEPTH_GROWTH = 4;

/**
 * What is nearest of all is looked at first, up to one vector for so many that a filter keeps: that takes at
 * most a quarter of the time that it takes to see which vectors it keeps (measured: 6 and 1.2 µs for one).
 */
const PASSAGES_PER_VECTOR = 24;

/** Vectors asked for to find one inside a filter, as a multiple of what its share would need. */
const OVERSAMPLING = 1.5;

/** What a filter keeps. */
export interface Kept {
  readonly documentIds: ReadonlySet<number>;
  /** The share of all documents. */
  readonly share: number;
  /** About how many passages. */
  readonly passages: number;
}

/** What the search goes through. */
export interface ByCodes {
  readonly reader: CodesReader;
  readonly ranking: ExactRanking;
  readonly kept: Kept | null;
}

/** The nearest passages; null if an exact scan is the better way. */
export function nearestByCodes(by: ByCodes, query: NearestQuery): readonly Neighbour[] | null {
  const { kept, ranking } = by;
  if (kept === null) return deepen(by, query, { wanted: query.k, most: MAX_WANTED, keeps: null });
  // A filter that keeps much: some of the nearest of all are inside.
  const wanted = Math.ceil((query.k / kept.share) * OVERSAMPLING);
  const most = Math.min(MAX_WANTED, kept.passages / PASSAGES_PER_VECTOR);
  const found = deepen(by, query, { wanted, most, keeps: null });
  if (found !== null) return found;
  const keeps = ranking.vectorsOf(query.space, [...kept.documentIds]);
  return deepen(by, query, { wanted: query.k, most: MAX_WANTED, keeps });
}

/** What is scanned, and how deep. */
interface Depth {
  /** Vectors asked for at first. */
  readonly wanted: number;
  /** Vectors asked for at most. */
  readonly most: number;
  /** Only these vectors; null for all. */
  readonly keeps: IdSet | null;
}

/** Asks for more vectors until k passages are found; null if they are too many. */
function deepen(by: ByCodes, query: NearestQuery, depth: Depth): readonly Neighbour[] | null {
  const { reader, ranking, kept } = by;
  for (let { wanted } = depth; wanted <= depth.most; wanted *= DEPTH_GROWTH) {
    const scan = reader.scan(query.vector, atOnce(wanted), depth.keeps);
    const precise = Math.ceil((wanted * Math.min(query.k, query.precise ?? query.k)) / query.k);
    const near = nearestVectors(scan, ranking, query, { wanted, precise });
    const found = ranking.neighbours(query, near, kept?.documentIds ?? null);
    const isAll = scan.best.length < atOnce(wanted);
    if (found.length >= query.k || isAll) return found;
  }
  return null;
}

/** How many vectors are wanted, and how many of these for certain. */
interface Wanted {
  readonly wanted: number;
  readonly precise: number;
}

/** The nearest vectors, nearest first: the wanted ones, and those as far as the last of them. */
function nearestVectors(
  scan: Scan,
  ranking: ExactRanking,
  query: NearestQuery,
  { wanted, precise }: Wanted,
): readonly Near[] {
  const ids = scan.best.map(({ id }) => id);
  let near = nearestOf(ranking.distances(query, ids), wanted);
  // As many as there are, or damaged ones among them, which have no distance.
  if (near.length < wanted) return near;
  const limit = (rank: number, deviations: number): Limit => ({
    product: 1 - (near[rank - 1]?.distance ?? Infinity),
    deviations,
  });
  const limits = (): readonly Limit[] => [
    limit(wanted, DEVIATIONS.other),
    limit(precise, DEVIATIONS.precise),
  ];
  const compared = new Set(ids);
  const likely = scan.reaching(limits()).filter(({ id }) => !compared.has(id));
  for (let from = 0; from < likely.length; from += PAGE) {
    // What was compared has brought the limits nearer.
    const now = limits();
    const page = likely.slice(from, from + PAGE).filter((one) => mayReach(one, now));
    if (page.length === 0) break;
    const distances = ranking.distances(
      query,
      page.map(({ id }) => id),
    );
    near = nearestOf([...near, ...distances], wanted);
  }
  return near;
}

/** The wanted nearest, nearest first, and those that are as far as the last of them: place decides there. */
function nearestOf(all: readonly Near[], wanted: number): readonly Near[] {
  const sorted = all.toSorted((a, b) => a.distance - b.distance);
  const last = sorted[wanted - 1]?.distance ?? Infinity;
  let end = Math.min(wanted, sorted.length);
  while (end < sorted.length && sorted[end]?.distance === last) end += 1;
  return sorted.slice(0, end);
}
