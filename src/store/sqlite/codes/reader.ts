/** The codes of a space in the kernel's memory: read once, kept up to date, scanned for every query. */
import type { Database } from 'better-sqlite3';
import { createKernel, type Kernel } from '../../kernel.ts';
import type { VectorSpace } from '../../reading-types.ts';
import { toBytes } from '../vectors.ts';
import { createEncoder, type Encoder, putMean } from './encoder.ts';
import { deviationOf, type Scan, scanOf, spreadOf } from './estimates.ts';
import type { IdSet } from './id-set.ts';
import { BLOCK, BLOCKS, createRoom, MAX_BEST, type Room } from './room.ts';
import { type CodesRows, codesRows, type Gone } from './rows.ts';
import { CAPACITY, idsOf, PARTS, signBytes } from './segment.ts';
import { type CodesState, readMean } from './tables.ts';
import { check } from './unusable.ts';

/** Room for segments that come while a reader is open. */
const SPARE = 0.25;
const MIN_SPARE = 16;

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
  constructor(db: Database, space: VectorSpace, state: CodesState) {
    this.#kernel = createKernel();
    this.#encoder = createEncoder(this.#kernel, space.dimensions);
    this.#rows = codesRows(db, this.#encoder.width);
    const mean = readMean(db, space);
    check(mean !== null, 'no mean');
    const segments = Math.ceil(state.coded / CAPACITY);
    this.#capacity = segments + Math.max(MIN_SPARE, Math.ceil(segments * SPARE));
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
        clearBit(words, position);
        count += 1;
      }
    }
    check(count === this.#state.gone, 'another number of deleted vectors');
  }

  #measure(from: number): void {
    const { coded } = this.#state;
    const { width } = this.#encoder;
    const factors = this.#kernel.floats(this.#room.factors, coded);
    const biases = this.#kernel.floats(this.#room.biases, coded);
    let most = 0;
    for (let position = from; position < coded; position++) {
      const spread = spreadOf(factors[position] as number, biases[position] as number, width);
      if (spread > most) most = spread;
    }
    this.#deviation = Math.max(this.#deviation, deviationOf(most, width));
  }

  /**
   * Estimates every vector.
   *
   * @param vector the query, unit length
   * @param best vectors wanted at once, up to {@link MAX_BEST}
   * @param keeps only vectors of these ids; null for all
   */
  scan(vector: Float32Array, best: number, keeps: IdSet | null): Scan {
    const kernel = this.#kernel;
    const { signs, factors, biases, query, mean, tables, scale, estimates, heap } = this.#room;
    const { width } = this.#encoder;
    this.#encoder.putRotated(toBytes(vector), query);
    kernel.addTo(query, mean, -1, width);
    kernel.makeTables(query, width, tables, scale);
    kernel.words(heap, 2).set([0, Math.min(best, MAX_BEST)]);
    const blocks = Math.ceil(this.#state.coded / CAPACITY) * BLOCKS;
    const masks = keeps === null ? this.#room.masks : this.#filter(keeps);
    kernel.scan(
      ...([signs, blocks, width, factors, biases, masks] as const),
      ...([tables, scale, estimates, heap] as const),
    );
    const squares = kernel.dot(query, query, width);
    // ⟨q, x⟩ = 1 − (|q − m|² + |x − m|²) / 2 + ⟨q − m, x − m⟩ of unit vectors
    return scanOf({
      ...{ kernel, room: this.#room, width, ids: this.#ids, deviation: this.#deviation },
      ...{ size: blocks * BLOCK, rest: 1 - squares / 2, length: Math.sqrt(squares) },
    });
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
      clearBit(words, position);
    }
    return kept;
  }
}

/** Takes the place out of a mask. */
function clearBit(mask: Uint32Array, position: number): void {
  const word = position >> 5;
  mask[word] = (mask[word] as number) & ~(1 << (position & 31));
}

/** The lowest bits of a word, as many as there are, up to all 32. */
function firstBits(count: number): number {
  if (count <= 0) return 0;
  return count >= BLOCK ? 0xffffffff : 2 ** count - 1;
}
