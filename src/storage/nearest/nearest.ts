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
import { sqliteCode } from '../sqlite-errors.ts';
import { toBytes } from '../vectors.ts';
import { nearestByBits } from './by-bits.ts';
import { type Kept, type ListSearch, listSearch } from './by-lists.ts';
import { countKept, scanAll } from './exact.ts';
import type { NearestQuery, Neighbour } from './query.ts';

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
  let open: { readonly spaceId: number; readonly reader: ListReader } | null = null;
  let search: ListSearch | null = null;
  /** The revision of lists that turned out to be damaged. */
  let unusable: string | null = null;
  const readerOf = (space: Space, state: ListsState): ListReader => {
    if (open?.spaceId !== space.id || !open.reader.follow(state)) {
      open = { spaceId: space.id, reader: new ListReader(db, space, state) };
    }
    return open.reader;
  };
  return {
    nearest: (query) => {
      const { space, documentIds, exact } = query;
      const state = exact ? null : readListsState(db, space);
      if (state === null) return withoutLists(db, query);
      const isUsable = state.revision !== unusable && query.vector.length === space.dimensions;
      if (!isUsable) return scanAll(db, query);
      const kept = documentIds === null ? null : measure(db, space, documentIds, state);
      if (kept !== null && kept.passages <= EXACT_SCAN_LIMIT) return scanAll(db, query);
      search ??= listSearch(db);
      try {
        return search.nearest(readerOf(space, state), query, kept) ?? scanAll(db, query);
      } catch (error) {
        if (!(error instanceof ListsUnusable || error instanceof KernelFull)) throw error;
        open = null;
        unusable = state.revision;
        return scanAll(db, query);
      }
    },
  };
}

function withoutLists(db: Database, query: NearestQuery): readonly Neighbour[] {
  const { exact, space, documentIds } = query;
  const few = EXACT_SCAN_LIMIT;
  const isCheap = exact || countKept(db, space, documentIds, few + 1) <= few;
  return (isCheap ? null : byBits(db, query)) ?? scanAll(db, query);
}

/** Null as well if the table is not what its state says. */
function byBits(db: Database, query: NearestQuery): readonly Neighbour[] | null {
  try {
    return nearestByBits(db, query);
  } catch (error) {
    if (sqliteCode(error) === 'SQLITE_ERROR') return null;
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
    .prepare<[Buffer, number, string], Neighbour>(
      `SELECT chunk.id AS chunkId, vec_distance_cosine(embedding.vector, ?) AS distance
       FROM chunk
       JOIN embedding ON embedding.space_id = ? AND embedding.input_hash = chunk.input_hash
       WHERE chunk.id IN (SELECT value FROM json_each(?))`,
    )
    .all(toBytes(query.vector), query.space.id, JSON.stringify(query.chunkIds));
  return new Map(rows.map(({ chunkId, distance }) => [chunkId, distance]));
}
