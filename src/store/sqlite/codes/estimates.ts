/** What a scan of the codes tells of the vectors: how near they are, about, and how far that may be off. */
import type { Kernel } from '../../kernel.ts';
import type { Room } from './room.ts';

/** A vector and what its code tells. */
export interface Candidate {
  /** Its row in `embedding`. */
  readonly id: number;
  /** Its dot product with the query, about. */
  readonly estimate: number;
  /** The standard deviation of the estimate's error. */
  readonly deviation: number;
}

/** How near a vector may be to be of interest. */
export interface Limit {
  /** A dot product with the query. */
  readonly product: number;
  /** Standard deviations by which an estimate may fall short of it. */
  readonly deviations: number;
}

/** True if the vector may be as near as one of the limits. */
export function mayReach({ estimate, deviation }: Candidate, limits: readonly Limit[]): boolean {
  return limits.some(({ product, deviations }) => estimate + deviations * deviation >= product);
}

/** What a scan came to; to be used before the next one. */
export interface Scan {
  /** The best by their estimates, in no order; fewer than were asked for only if there are no more. */
  readonly best: readonly Candidate[];
  /** All that may be as near as one of the limits, the best estimates first. */
  reaching(limits: readonly Limit[]): readonly Candidate[];
}

/**
 * What decides how far an estimate may be off. Of a vector r with signs s the part of s that is orthogonal to r
 * lies in a random direction (Gao & Long, theorem 3.2), so that the error has the variance
 * (f² · width − |r|²) / (width − 1) for a query of length 1. The factor is f = |r|² / Σ|rᵢ|, the bias −|r|² / 2.
 */
export function spreadOf(factor: number, bias: number, width: number): number {
  return width * factor * factor + 2 * bias;
}

/** The standard deviation of the estimate's error, for a query of length 1. */
export function deviationOf(spread: number, width: number): number {
  return Math.sqrt(Math.max(0, spread) / (width - 1));
}

/** A scan that was made, where its results lie. */
export interface Scanned {
  readonly kernel: Kernel;
  readonly room: Room;
  readonly width: number;
  /** Rows in `embedding`, by position. */
  readonly ids: Uint32Array;
  /** Positions, those behind the last vector of a block among them. */
  readonly size: number;
  /** What every estimate lacks of the dot product. */
  readonly rest: number;
  /** Of the query, relative to the mean. */
  readonly length: number;
  /** The largest deviation of an estimate, for a query of length 1. */
  readonly deviation: number;
}

/** The results of a scan. */
export function scanOf(scanned: Scanned): Scan {
  const { kernel, room, size, rest, length } = scanned;
  const candidate = candidates(scanned);
  const count = kernel.words(room.heap, 1)[0] ?? 0;
  const places = kernel.words(room.heap + 8, 2 * count);
  const values = kernel.floats(room.heap + 8, 2 * count);
  return {
    best: Array.from({ length: count }, (_, i) =>
      candidate(places[2 * i + 1] as number, values[2 * i] as number),
    ),
    reaching: (limits) => {
      const falls = length * scanned.deviation;
      const least = Math.min(...limits.map((one) => one.product - one.deviations * falls));
      const found = kernel.collect(room.estimates, size, least - rest, room.positions, size);
      const all = kernel.floats(room.estimates, size);
      return Array.from(kernel.words(room.positions, found), (position) =>
        candidate(position, all[position] as number),
      )
        .filter((one) => mayReach(one, limits))
        .sort((a, b) => b.estimate - a.estimate);
    },
  };
}

function candidates(scanned: Scanned): (position: number, estimate: number) => Candidate {
  const { kernel, room, width, ids, size, rest, length } = scanned;
  const factors = kernel.floats(room.factors, size);
  const biases = kernel.floats(room.biases, size);
  return (position, estimate) => {
    const spread = spreadOf(factors[position] as number, biases[position] as number, width);
    const deviation = length * deviationOf(spread, width);
    return { id: ids[position] as number, estimate: rest + estimate, deviation };
  };
}
