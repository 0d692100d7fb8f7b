/**
 * The nearest passages by codes: the scan tells which vectors may be among the nearest, these are compared
 * exactly, likeliest first, until no other one can be nearer than what was found.
 */
import type { IdSet } from '../codes/id-set.ts';
import { type CodesReader, MOST_BEST, type Scan } from '../codes/reader.ts';
import type { ExactRanking, Near } from './exact-ranking.ts';
import type { NearestQuery, Neighbour } from './query.ts';

/** Compared at once beyond the wanted ones: their distances say how far the others may be. */
const BEYOND = 16;

/** Vectors compared at a time behind them. */
const PAGE = 128;

/** Asked again for so many times the vectors where too few of them had a passage inside the filter. */
const DEEPER = 4;

/**
 * What is nearest of all is looked at first, up to one vector for so many that a filter keeps: that takes at
 * most a quarter of the time that it takes to see which vectors it keeps (measured: 6 and 1.2 µs for one).
 */
const KEPT_A_VECTOR = 24;

/** Vectors asked for to find one inside a filter, as a multiple of what its share would need. */
const SPREAD = 1.5;

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
  if (kept === null) return deepen(by, query, { wanted: query.k, most: MOST_BEST, keeps: null });
  // A filter that keeps much: some of the nearest of all are inside.
  const wanted = Math.ceil((query.k / kept.share) * SPREAD);
  const most = Math.min(MOST_BEST, kept.passages / KEPT_A_VECTOR);
  const found = deepen(by, query, { wanted, most, keeps: null });
  if (found !== null) return found;
  const keeps = ranking.vectorsOf(query.space, [...kept.documentIds]);
  return deepen(by, query, { wanted: query.k, most: MOST_BEST, keeps });
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
  for (let { wanted } = depth; wanted <= depth.most; wanted *= DEEPER) {
    const scan = reader.scan(query.vector, wanted + BEYOND, depth.keeps);
    const near = nearestVectors(scan, ranking, query, wanted);
    // Of those behind the wanted ones not all were compared. Equal distances are told by place.
    const last = near[wanted - 1]?.distance ?? Infinity;
    const sure = near.filter(({ distance }) => distance <= last);
    const found = ranking.neighbours(query, sure, kept?.documentIds ?? null);
    const isAll = scan.best.length < wanted + BEYOND;
    if (found.length >= query.k || isAll) return found;
  }
  return null;
}

/** Vectors with their exact distances, nearest first: the wanted ones, and others that were compared. */
function nearestVectors(
  scan: Scan,
  ranking: ExactRanking,
  query: NearestQuery,
  wanted: number,
): readonly Near[] {
  const compare = (ids: readonly number[]): readonly Near[] => ranking.distances(query, ids);
  let near = compare(scan.best.map(({ id }) => id));
  const reached = (): number => 1 - (near[wanted - 1]?.distance ?? Infinity);
  // As many as there are, or damaged ones among them, which have no distance.
  if (reached() === -Infinity) return near;
  const compared = new Set(scan.best.map(({ id }) => id));
  const likely = scan.reaching(reached()).filter(({ id }) => !compared.has(id));
  for (let from = 0; from < likely.length; from += PAGE) {
    if ((likely[from]?.most ?? -Infinity) < reached()) break;
    const page = likely.slice(from, from + PAGE).map(({ id }) => id);
    near = [...near, ...compare(page)].sort((a, b) => a.distance - b.distance);
  }
  return near;
}
