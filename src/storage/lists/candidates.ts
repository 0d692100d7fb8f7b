/**
 * Candidates for the nearest vectors, from the lists. The best of some lists tell how near the nearest
 * are; then every list is scanned whose centre is not much farther. The best by signs are compared by
 * the finer code. What was read stays in memory until the lists change, so that a process that searches
 * again reads less.
 */
import type { Database } from 'better-sqlite3';
import { createKernel, type Kernel } from '../kernel.ts';
import type { Space } from '../spaces.ts';
import { toBytes } from '../vectors.ts';
import { createRoom, type Directory, loadDirectory, type Room } from './directory.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { idsOf, loadSigns } from './stored-list.ts';
import {
  type FreshSegment,
  type ListsState,
  type ListTables,
  listTables,
  vectorCount,
} from './tables.ts';
import { check } from './unusable.ts';

/** Everything is dropped and read again when what was read exceeds it, before a search. Bytes. */
const MAX_MEMORY = 1_500_000_000;

/** Lists that are scanned in any case, before it is known how near the nearest are. */
const FIRST_LISTS = 16;

/** Fresh segments that may come before everything is read again. */
const SEGMENTS_TO_COME = 64;

/** Numbers of the kernel's table of lists (kernel/lists.ts). */
const ROW = { blocks: 0, factors: 1, size: 2, ids: 3, fine: 4, length: 5 };

/** How far a search looks. */
export interface Effort {
  /** Vectors wanted. */
  readonly k: number;
  /** The best by signs, whose finer codes are compared. */
  readonly candidates: number;
  /**
   * A list is scanned if its centre is no farther than the k-th vector plus this, in shares of the usual
   * distance of vectors from their centre.
   */
  readonly reach: number;
}

/** A vector that may be near. */
export interface Candidate {
  /** Its row in `embedding`; it may be gone since. */
  readonly id: number;
  /** The estimated cosine. */
  readonly estimate: number;
}

/** The most candidates of a search. */
export const MAX_CANDIDATES = 8192;

/** The lists of one state in memory. */
export class ListReader {
  #state: ListsState;
  readonly #tables: ListTables;
  readonly #kernel: Kernel;
  readonly #encoder: Encoder;
  readonly #directory: Directory;
  /** Fresh segments come behind the lists that have a centre. */
  #fresh: readonly FreshSegment[];
  /** Lists and segments that there is room for. */
  readonly #capacity: number;
  /** 1 for a list whose signs, or finer codes, are loaded. */
  readonly #hasSigns: Uint8Array;
  readonly #hasFine: Uint8Array;
  readonly #room: SearchRoom;
  readonly #maxMemory: number;
  /** What one of the query's whole numbers is worth, and what the levels' being 0 to 15 for −7.5 to 7.5 adds. */
  #unit = 0;
  #shift = 0;
  /** What is allocated from here on is of loaded lists. */
  readonly #mark: number;

  /**
   * Opens the lists.
   *
   * @param maxMemory bytes of what was read; beyond them all of it is dropped and read again
   * @throws ListsUnusable if they are damaged, as do the methods
   */
  constructor(db: Database, space: Space, state: ListsState, maxMemory: number = MAX_MEMORY) {
    this.#state = state;
    this.#maxMemory = maxMemory;
    this.#kernel = createKernel();
    this.#encoder = createEncoder(this.#kernel, space.dimensions);
    this.#tables = listTables(db, this.#encoder.width);
    this.#directory = loadDirectory(this.#encoder, this.#tables.directory(), state.lists);
    this.#fresh = this.#tables.fresh();
    this.#capacity = this.#directory.size + 2 * this.#fresh.length + SEGMENTS_TO_COME;
    this.#hasSigns = new Uint8Array(this.#capacity);
    this.#hasFine = new Uint8Array(this.#capacity);
    this.#room = createSearchRoom(this.#encoder, this.#capacity);
    this.#mark = this.#kernel.mark();
    this.#forget();
  }

  /**
   * Takes over a newer state.
   *
   * @returns false if more has changed than a few fresh segments: another reader is needed
   */
  follow(state: ListsState): boolean {
    if (state.sorted !== this.#state.sorted) return false;
    if (state.revision === this.#state.revision) return true;
    const before = this.#fresh;
    const fresh = this.#tables.fresh();
    const { size } = this.#directory;
    if (size + fresh.length > this.#capacity) return false;
    this.#state = state;
    this.#fresh = fresh;
    fresh.forEach((segment, index) => {
      if (before[index]?.stamp === segment.stamp) return;
      this.#row(size + index).fill(0);
      this.#hasSigns[size + index] = 0;
      this.#hasFine[size + index] = 0;
    });
    return true;
  }

  /** Signs of a vector. */
  get width(): number {
    return this.#encoder.width;
  }

  /** About how many vectors the lists have. */
  get size(): number {
    return vectorCount(this.#state);
  }

  /**
   * The standard deviation of an estimate: a finer code is off by a tenth of what its vector is from the
   * centre (kernel/encode.ts), in directions that have nothing to do with the query's.
   */
  get deviation(): number {
    return (0.1 * this.#radius) / Math.sqrt(this.#encoder.width);
  }

  /** The best candidates for a unit vector, best first. */
  candidates(vector: Float32Array, effort: Effort): readonly Candidate[] {
    if (this.#kernel.mark() - this.#mark > this.#maxMemory) this.#forget();
    this.#begin(vector, effort);
    const scores = this.#score();
    const first = this.#firstLists();
    this.#scan(first);
    const limit = this.#kthEstimate(effort.k) - effort.reach * this.#radius;
    for (const list of first) scores[list] = -Infinity;
    const more: number[] = [];
    for (let list = 0; list < this.#directory.size; list++) {
      if ((scores[list] ?? 0) > limit) more.push(list);
    }
    this.#scan(more);
    return this.#refined();
  }

  /** How far vectors are from the centre of their list. */
  get #radius(): number {
    return Math.sqrt(Math.max(0, this.#state.spread));
  }

  /** Empties the table of lists: nothing is loaded. */
  #forget(): void {
    this.#kernel.release(this.#mark);
    this.#kernel.words(this.#room.lists, ROW.length * this.#capacity).fill(0);
    this.#hasSigns.fill(0);
    this.#hasFine.fill(0);
  }

  #begin(vector: Float32Array, { candidates }: Effort): void {
    const { query, whole, tables, scale, heap } = this.#room;
    const { width } = this.#encoder;
    this.#encoder.putRotated(toBytes(vector), query);
    this.#unit = this.#kernel.makeWhole(query, width, whole);
    this.#shift = 7.5 * sum(this.#kernel.floats(query, width));
    this.#kernel.makeTables(query, width, tables, scale);
    this.#kernel.words(heap, 2).set([0, candidates]);
  }

  /** For each list 1 − |query − centre|² / 2, as far as codes tell. */
  #score(): Float32Array {
    const kernel = this.#kernel;
    const { query, tables, scale, scores } = this.#room;
    const { blocks, factors, biases, size, centreOf } = this.#directory;
    const { width } = this.#encoder;
    // Centres are encoded relative to the mean.
    const rest = kernel.dot(query, centreOf(size), width) + 0.5;
    kernel.scan(blocks, size, width, tables, scale, factors, biases, 0, 0, scores);
    const all = kernel.floats(scores, size).slice();
    for (let list = 0; list < size; list++) all[list] = (all[list] ?? 0) + rest;
    return all;
  }

  /** The nearest lists and every fresh segment. */
  #firstLists(): readonly number[] {
    const { scores, nearest } = this.#room;
    const { size } = this.#directory;
    this.#kernel.words(nearest, 2).set([0, FIRST_LISTS]);
    this.#kernel.selectBest(scores, size, nearest);
    const count = this.#kernel.words(nearest, 1)[0] ?? 0;
    const entries = this.#kernel.words(nearest + 8, 3 * count);
    const best = Array.from({ length: count }, (_, i) => entries[3 * i + 2] ?? 0);
    for (let list = size; list < size + this.#fresh.length; list++) best.push(list);
    return best;
  }

  /** Reads lists that are not there yet, and scans them. */
  #scan(lists: readonly number[]): void {
    if (lists.length === 0) return;
    for (const list of lists) this.#load(list);
    const { numbers, query, tables, scale, products, heap, lists: table } = this.#room;
    this.#kernel.words(numbers, lists.length).set(lists);
    const { centreOf, size } = this.#directory;
    this.#kernel.scanLists(
      ...([numbers, lists.length, table, centreOf(0), size, query] as const),
      ...([this.#encoder.width, tables, scale, products, heap] as const),
    );
  }

  /** Estimates of the heap's entries by the finer code, in its order. */
  #refine(): Float32Array {
    const kernel = this.#kernel;
    const { heap, whole, lists, products, estimates, ids } = this.#room;
    const count = kernel.words(heap, 1)[0] ?? 0;
    const entries = kernel.words(heap + 8, 3 * count);
    // Addresses, since to load may move the kernel's memory.
    for (const list of listsOf(entries)) this.#loadFine(list);
    kernel.refine(
      ...([heap, lists, products, whole, this.#unit, this.#shift] as const),
      ...([this.#encoder.width, estimates, ids] as const),
    );
    return kernel.floats(estimates, count);
  }

  #kthEstimate(k: number): number {
    const estimates = this.#refine().slice().sort();
    return estimates[estimates.length - k] ?? -Infinity;
  }

  #refined(): readonly Candidate[] {
    const estimates = this.#refine();
    const ids = this.#kernel.words(this.#room.ids, estimates.length);
    const order = Array.from(estimates.keys());
    order.sort(
      (a, b) => (estimates[b] ?? 0) - (estimates[a] ?? 0) || (ids[a] ?? 0) - (ids[b] ?? 0),
    );
    return order.map((i) => ({ id: ids[i] ?? 0, estimate: estimates[i] ?? 0 }));
  }

  /** A list's row in the table: addresses and size. */
  #row(list: number): Uint32Array {
    return this.#kernel.words(this.#room.lists + 4 * ROW.length * list, ROW.length);
  }

  #storedNumber(list: number): number {
    return this.#fresh[list - this.#directory.size]?.list ?? list;
  }

  #load(list: number): void {
    if (this.#hasSigns[list] === 1) return;
    const stored = this.#tables.signs(this.#storedNumber(list));
    check(stored !== null, 'a list that is not there');
    this.#hasSigns[list] = 1;
    const { blocks, factors } = loadSigns(this.#encoder, stored);
    const ids = this.#kernel.allocate(4 * stored.size);
    this.#kernel.words(ids, stored.size).set(idsOf(stored));
    this.#row(list).set([blocks, factors, stored.size, ids]);
  }

  #loadFine(list: number): void {
    if (this.#hasFine[list] === 1) return;
    const size = this.#row(list)[ROW.size] ?? 0;
    const codes = this.#tables.fine(this.#storedNumber(list), size);
    this.#hasFine[list] = 1;
    const at = this.#kernel.allocate(codes.length);
    this.#kernel.bytes(at, codes.length).set(codes);
    this.#row(list)[ROW.fine] = at + 4 * size;
  }
}

/** The lists of a heap's entries. */
function listsOf(entries: Uint32Array): readonly number[] {
  const lists = new Set<number>();
  for (let i = 1; i < entries.length; i += 3) lists.add(entries[i] ?? 0);
  return [...lists];
}

/** Addresses of what a search works with. */
interface SearchRoom extends Room {
  /** The query as it is rotated, and in whole numbers. */
  readonly query: number;
  readonly whole: number;
  /** The table of lists, and for each the product of the query and its centre. */
  readonly lists: number;
  readonly products: number;
  /** Scores of the lists, and a heap of the best. */
  readonly scores: number;
  readonly nearest: number;
  /** Lists to scan. */
  readonly numbers: number;
  /** What the entries of the heap come to. */
  readonly estimates: number;
  readonly ids: number;
}

function createSearchRoom(encoder: Encoder, lists: number): SearchRoom {
  const { kernel, width } = encoder;
  return {
    ...createRoom(encoder, MAX_CANDIDATES),
    query: kernel.allocate(4 * width),
    whole: kernel.allocate(2 * width),
    lists: kernel.allocate(4 * ROW.length * lists),
    products: kernel.allocate(4 * lists),
    scores: kernel.allocate(4 * lists + 128),
    nearest: kernel.allocate(8 + 12 * FIRST_LISTS),
    numbers: kernel.allocate(4 * lists),
    estimates: kernel.allocate(4 * MAX_CANDIDATES),
    ids: kernel.allocate(4 * MAX_CANDIDATES),
  };
}

function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
