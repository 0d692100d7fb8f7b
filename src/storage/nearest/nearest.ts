/**
 * The nearest passages to a vector: candidates from the lists, then exact cosine; or an exact scan where
 * that is cheap, asked for, or the only way.
 */
import type { Database } from 'better-sqlite3';
import { EXACT_SCAN_LIMIT } from '../../defaults.ts';
import { KernelFull } from '../kernel.ts';
import { ListReader } from '../lists/candidates.ts';
import { type ListsState, readListsState, vectorCount } from '../lists/tables.ts';
import { ListsUnusable } from '../lists/unusable.ts';
import type { Space } from '../spaces.ts';
import { isOddContent } from '../sqlite-errors.ts';
import { toBytes } from '../vectors.ts';
import { nearestByBits } from './by-bits.ts';
import { type Kept, nearestByLists } from './by-lists.ts';
import { countKept, scanAll } from './exact.ts';
import { type ExactRanking, exactRanking } from './exact-ranking.ts';
import { changeCounter, readVectors, type VectorsInMemory } from './in-memory.ts';
import { hasDistance, type Measured, type NearestQuery, type Neighbour } from './query.ts';

/** As much as SQLite maps at most. Bytes. */
const MAX_MAPPED = 2_147_418_112;

/** Finds passages of one corpus; what was read for one search is there for the next. */
export interface VectorIndex {
  /**
   * The passages nearest to a vector, nearest first.
   *
   * @returns at most k neighbours; fewer only if fewer are kept by the filter
   */
  nearest(query: NearestQuery): readonly Neighbour[];
}

/** Opens the vectors of a corpus for searching. Reads nothing yet. */
export function vectorIndex(db: Database): VectorIndex {
  return new Index(db);
}

class Index implements VectorIndex {
  readonly #db: Database;
  readonly #ranking: ExactRanking;
  readonly #changes: () => string;
  #searches = 0;
  #lists: { readonly spaceId: number; readonly reader: ListReader } | null = null;
  /** The revision of lists that turned out to be damaged. */
  #unusable: string | null = null;
  /** All vectors, as they were at a change; read when they are asked for twice without one. */
  #all: { readonly at: string; readonly vectors: VectorsInMemory | null } | null = null;

  constructor(db: Database) {
    this.#db = db;
    this.#ranking = exactRanking(db);
    this.#changes = changeCounter(db);
  }

  nearest(query: NearestQuery): readonly Neighbour[] {
    const { space, documentIds, exact } = query;
    this.#searches += 1;
    // Who asks again will ask on: rows then come from mapped memory, at less than half the time.
    if (this.#searches === 2) this.#db.pragma(`mmap_size = ${MAX_MAPPED}`);
    const state = exact ? null : readListsState(this.#db, space);
    if (state === null) return this.#withoutLists(query);
    const isUsable = state.revision !== this.#unusable && query.vector.length === space.dimensions;
    if (!isUsable) return this.#scan(query);
    const kept = documentIds === null ? null : measure(this.#db, space, documentIds, state);
    if (kept !== null && kept.passages <= EXACT_SCAN_LIMIT) return this.#scan(query);
    try {
      const reader = this.#reader(space, state);
      const found = nearestByLists(reader, query, { kept, ranking: this.#ranking });
      return found ?? this.#scan(query);
    } catch (error) {
      if (!(error instanceof ListsUnusable || error instanceof KernelFull)) throw error;
      this.#lists = null;
      this.#unusable = state.revision;
      return this.#scan(query);
    }
  }

  #scan(query: NearestQuery): readonly Neighbour[] {
    return scanAll(this.#db, query, this.#ranking);
  }

  #reader(space: Space, state: ListsState): ListReader {
    if (this.#lists?.spaceId !== space.id || !this.#lists.reader.follow(state)) {
      this.#lists = { spaceId: space.id, reader: new ListReader(this.#db, space, state) };
    }
    return this.#lists.reader;
  }

  #withoutLists(query: NearestQuery): readonly Neighbour[] {
    const { exact, space, documentIds } = query;
    const few = EXACT_SCAN_LIMIT;
    const isCheap = exact || countKept(this.#db, space, documentIds, few + 1) <= few;
    if (!isCheap) return byBits(this.#db, query) ?? this.#scan(query);
    return (documentIds === null ? this.#inMemory(query) : null) ?? this.#scan(query);
  }

  /** null the first time after a change, and where it does not find enough. */
  #inMemory(query: NearestQuery): readonly Neighbour[] | null {
    const at = `${query.space.id} ${this.#changes()}`;
    if (this.#all?.at !== at) {
      this.#all = { at, vectors: null };
      return null;
    }
    const vectors = this.#all.vectors ?? readVectors(this.#db, query.space);
    this.#all = { at, vectors };
    const ids = vectors?.nearest(query.vector, query.k);
    if (ids == null) return null;
    const found = this.#ranking.neighbours(query, ids, null);
    // Vectors that an interrupted run left have no passage yet, and may have taken every place.
    return found.length < query.k ? null : found;
  }
}

/** Null as well if the table is not what its state says. */
function byBits(db: Database, query: NearestQuery): readonly Neighbour[] | null {
  try {
    return nearestByBits(db, query);
  } catch (error) {
    if (isOddContent(error)) return null;
    throw error;
  }
}

/** What the filter keeps: counted while it is little, else taken to be as the documents' share. */
function measure(
  db: Database,
  space: Space,
  documentIds: readonly number[],
  state: ListsState,
): Kept {
  const few = countKept(db, space, documentIds, EXACT_SCAN_LIMIT + 1);
  const all = db.prepare<[], number>('SELECT count(*) FROM document').pluck().get() ?? 0;
  const share = Math.min(1, documentIds.length / Math.max(1, all));
  const passages = few <= EXACT_SCAN_LIMIT ? few : share * vectorCount(state);
  return { documentIds: new Set(documentIds), share, passages };
}

/** Distances of given passages to a vector, by chunk id; those without a vector are left out. */
export function distancesTo(
  db: Database,
  query: { space: Space; vector: Float32Array; chunkIds: readonly number[] },
): ReadonlyMap<number, number> {
  const rows = db
    .prepare<[Buffer, string, number], Measured<Neighbour>>(
      // In this order: left to choose, SQLite goes through every vector of the space.
      `SELECT chunk.id AS chunkId, vec_distance_cosine(embedding.vector, ?) AS distance
       FROM json_each(?) AS wanted
       CROSS JOIN chunk ON chunk.id = wanted.value
       CROSS JOIN embedding
         ON embedding.space_id = ? AND embedding.input_hash = chunk.input_hash`,
    )
    .all(toBytes(query.vector), JSON.stringify(query.chunkIds), query.space.id);
  return new Map(rows.filter(hasDistance).map(({ chunkId, distance }) => [chunkId, distance]));
}
