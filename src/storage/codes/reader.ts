/** The codes of a space in the kernel's memory, and their scan: every vector estimated, the likely ones told. */
import type { Database } from 'better-sqlite3';
import { createKernel, type Kernel } from '../kernel.ts';
import type { Space } from '../spaces.ts';
import { toBytes } from '../vectors.ts';
import { createEncoder, type Encoder, putMean } from './encoder.ts';
import type { IdSet } from './id-set.ts';
import { type CodesRows, codesRows, type Gone } from './rows.ts';
import { CAPACITY, idsOf, PARTS, signBytes } from './segment.ts';
import { type CodesState, readMean } from './tables.ts';
import { check } from './unusable.ts';

/** Vectors of a block (kernel/encode.ts). */
const BLOCK = 32;
const BLOCKS = CAPACITY / BLOCK;

/** Room for segments that come while a reader is open. */
const SPARE = 0.25;
const LEAST_SPARE = 16;

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

/** Addresses in the kernel's memory. */
interface Room {
  readonly signs: number;
  readonly factors: number;
  readonly biases: number;
  /** A bit for each place that is alive. */
  readonly masks: number;
  /** The same inside a filter. */
  readonly kept: number;
  readonly estimates: number;
  readonly positions: number;
  readonly mean: number;
  readonly query: number;
  readonly tables: number;
  readonly scale: number;
  readonly heap: number;
}

/** Most vectors that a scan gives as `best`. */
export const MOST_BEST = 16_384;

/** Reads the codes once, and what is new when they have changed. */
export class CodesReader {
  readonly #kernel: Kernel;
  readonly #encoder: Encoder;
  readonly #rows: CodesRows;
  readonly #room: Room;
  readonly #ids: Uint32Array;
  /** Segments that there is room for. */
  readonly #capacity: number;
  #state: CodesState;
  /** The largest deviation of an estimate, for a query of length 1. */
  #deviation = 0;

  /** @throws CodesUnusable, KernelFull */
  constructor(db: Database, space: Space, state: CodesState) {
    this.#kernel = createKernel();
    this.#encoder = createEncoder(this.#kernel, space.dimensions);
    this.#rows = codesRows(db, this.#encoder.width);
    const mean = readMean(db, space);
    check(mean !== null, 'no mean');
    const segments = Math.ceil(state.coded / CAPACITY);
    this.#capacity = segments + Math.max(LEAST_SPARE, Math.ceil(segments * SPARE));
    this.#room = createRoom(this.#encoder, this.#capacity, putMean(this.#encoder, mean));
    this.#ids = new Uint32Array(this.#capacity * CAPACITY);
    this.#state = state;
    this.#load(0, state);
  }

  /** Vectors with a code, deleted ones among them. */
  get size(): number {
    return this.#state.coded;
  }

  /** Reads what has come since. @returns false if all of it has to be read anew */
  follow(state: CodesState): boolean {
    const { built, revision, coded } = this.#state;
    if (state.revision === revision) return true;
    const isOther = state.built !== built || state.coded < coded;
    if (isOther || state.coded > this.#capacity * CAPACITY) return false;
    this.#load(Math.floor(coded / CAPACITY), state);
    return true;
  }

  #load(from: number, state: CodesState): void {
    const { signs, factors, biases, masks } = this.#room;
    const kernel = this.#kernel;
    let number = from;
    for (const segment of this.#rows.segments(from, state.coded)) {
      const first = number * CAPACITY;
      this.#ids.set(idsOf(segment), first);
      const put = (at: number, part: Uint8Array): void => {
        kernel.bytes(at, part.length).set(part);
      };
      put(factors + 4 * first, PARTS.factors(segment.codes));
      put(biases + 4 * first, PARTS.biases(segment.codes));
      put(signs + number * signBytes(this.#encoder.width), PARTS.signs(segment.codes));
      const words = kernel.words(masks + (4 * first) / BLOCK, BLOCKS);
      for (let block = 0; block < BLOCKS; block++) {
        words[block] = firstBits(segment.size - block * BLOCK);
      }
      number += 1;
    }
    this.#state = state;
    this.#mask(this.#rows.gone());
    this.#measure(from * CAPACITY);
  }

  /** Takes deleted vectors out. @throws CodesUnusable if they are not as many as the state says */
  #mask(gone: readonly Gone[]): void {
    let count = 0;
    const before = new Map(gone.map((one) => [one.id, one.before]));
    const words = this.#kernel.words(this.#room.masks, this.#capacity * BLOCKS);
    for (let position = 0; gone.length > 0 && position < this.#state.coded; position++) {
      if (position < (before.get(this.#ids[position] as number) ?? 0)) {
        const word = position >> 5;
        words[word] = (words[word] as number) & ~(1 << (position & 31));
        count += 1;
      }
    }
    check(count === this.#state.gone, 'another number of deleted vectors');
  }

  #measure(from: number): void {
    const { factors, biases } = this.#numbers();
    const { width } = this.#encoder;
    let most = 0;
    for (let position = from; position < factors.length; position++) {
      const spread = spreadOf(factors[position] as number, biases[position] as number, width);
      if (spread > most) most = spread;
    }
    this.#deviation = Math.max(this.#deviation, deviationOf(most, width));
  }

  #numbers(): { readonly factors: Float32Array; readonly biases: Float32Array } {
    const { factors, biases } = this.#room;
    const { coded } = this.#state;
    return {
      factors: this.#kernel.floats(factors, coded),
      biases: this.#kernel.floats(biases, coded),
    };
  }

  /**
   * Estimates every vector.
   *
   * @param vector the query, unit length
   * @param best vectors wanted at once, up to {@link MOST_BEST}
   * @param keeps only vectors of these ids; null for all
   */
  scan(vector: Float32Array, best: number, keeps: IdSet | null): Scan {
    const kernel = this.#kernel;
    const { signs, factors, biases, query, mean, tables, scale, estimates, heap } = this.#room;
    const { width } = this.#encoder;
    this.#encoder.putRotated(toBytes(vector), query);
    kernel.addTo(query, mean, -1, width);
    kernel.makeTables(query, width, tables, scale);
    kernel.words(heap, 2).set([0, Math.min(best, MOST_BEST)]);
    const blocks = Math.ceil(this.#state.coded / CAPACITY) * BLOCKS;
    const masks = keeps === null ? this.#room.masks : this.#filter(keeps);
    kernel.scan(
      ...([signs, blocks, width, factors, biases, masks] as const),
      ...([tables, scale, estimates, heap] as const),
    );
    const squares = kernel.dot(query, query, width);
    // ⟨q, x⟩ = 1 − (|q − m|² + |x − m|²) / 2 + ⟨q − m, x − m⟩ of unit vectors
    return this.#result(1 - squares / 2, Math.sqrt(squares), blocks * BLOCK);
  }

  /** @param length of the query, relative to the mean */
  #result(rest: number, length: number, size: number): Scan {
    const kernel = this.#kernel;
    const { heap, estimates, positions } = this.#room;
    const { factors, biases } = this.#numbers();
    const { width } = this.#encoder;
    const candidate = (position: number, estimate: number): Candidate => {
      const spread = spreadOf(factors[position] as number, biases[position] as number, width);
      const deviation = length * deviationOf(spread, width);
      return { id: this.#ids[position] as number, estimate: rest + estimate, deviation };
    };
    const count = kernel.words(heap, 1)[0] ?? 0;
    const places = kernel.words(heap + 8, 2 * count);
    const values = kernel.floats(heap + 8, 2 * count);
    const best = Array.from({ length: count }, (_, i) =>
      candidate(places[2 * i + 1] as number, values[2 * i] as number),
    );
    return {
      best,
      reaching: (limits) => {
        const falls = length * this.#deviation;
        const least = Math.min(...limits.map((one) => one.product - one.deviations * falls));
        const found = kernel.collect(estimates, size, least - rest, positions, size);
        const all = kernel.floats(estimates, size);
        return Array.from(kernel.words(positions, found), (position) =>
          candidate(position, all[position] as number),
        )
          .filter((one) => mayReach(one, limits))
          .sort((a, b) => b.estimate - a.estimate);
      },
    };
  }

  /** Masks of the vectors that are alive and kept. @returns their address */
  #filter(keeps: IdSet): number {
    const { masks, kept } = this.#room;
    const size = this.#capacity * BLOCKS;
    const alive = this.#kernel.words(masks, size);
    const words = this.#kernel.words(kept, size);
    words.set(alive);
    for (let position = 0; position < this.#state.coded; position++) {
      if (keeps.has(this.#ids[position] as number)) continue;
      const word = position >> 5;
      words[word] = (words[word] as number) & ~(1 << (position & 31));
    }
    return kept;
  }
}

/**
 * What decides how far an estimate may be off. Of a vector r with signs s the part of s that is orthogonal to r
 * lies in a random direction (Gao & Long, theorem 3.2), so that the error has the variance
 * (f² · width − |r|²) / (width − 1) for a query of length 1. The factor is f = |r|² / Σ|rᵢ|, the bias −|r|² / 2.
 */
function spreadOf(factor: number, bias: number, width: number): number {
  return width * factor * factor + 2 * bias;
}

/** The standard deviation of the estimate's error, for a query of length 1. */
function deviationOf(spread: number, width: number): number {
  return Math.sqrt(Math.max(0, spread) / (width - 1));
}

/** The lowest bits of a word, as many as there are, up to all 32. */
function firstBits(count: number): number {
  if (count <= 0) return 0;
  return count >= BLOCK ? 0xffffffff : 2 ** count - 1;
}

function createRoom({ kernel, width }: Encoder, capacity: number, mean: number): Room {
  const places = capacity * CAPACITY;
  const room = {
    signs: kernel.allocate(capacity * signBytes(width)),
    factors: kernel.allocate(4 * places),
    biases: kernel.allocate(4 * places),
    masks: kernel.allocate(places / 8),
    kept: kernel.allocate(places / 8),
    estimates: kernel.allocate(4 * places),
    positions: kernel.allocate(4 * places),
    query: kernel.allocate(4 * width),
    tables: kernel.allocate(4 * width),
    scale: kernel.allocate(8),
    heap: kernel.allocate(8 + 8 * MOST_BEST),
  };
  return { ...room, mean };
}
