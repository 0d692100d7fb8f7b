/**
 * The nearest passages to a vector: candidates from the codes, then exact cosine; or an exact scan where
 * that is cheap, asked for, or the only way.
 */
import type { Database } from 'better-sqlite3';
import { KernelFull } from '../../kernel.ts';
import type { Neighbour, VectorSpace } from '../../reading-types.ts';
import { CodesReader } from '../codes/reader.ts';
import { type CodesState, EXACT_SCAN_LIMIT, readCodesState, vectorCount } from '../codes/tables.ts';
import { CodesUnusable } from '../codes/unusable.ts';
import { statement } from '../statements.ts';
import { toBytes } from '../vectors.ts';
import { type Kept, nearestByCodes } from './by-codes.ts';
import { countKept, scanAll } from './exact.ts';
import { type ExactRanking, exactRanking } from './exact-ranking.ts';
import { hasDistance, type Measured, type NearestQuery } from './query.ts';

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
  #searches = 0;
  #codes: { readonly spaceId: number; readonly reader: CodesReader } | null = null;
  /** The revision of codes that turned out to be damaged. */
  #unusable: string | null = null;

  constructor(db: Database) {
    this.#db = db;
    this.#ranking = exactRanking(db);
  }

  nearest(query: NearestQuery): readonly Neighbour[] {
    this.#searches += 1;
    // Who asks again will ask on: rows then come from mapped memory, at less than half the time.
    if (this.#searches === 2) this.#db.pragma(`mmap_size = ${MAX_MAPPED}`);
    return this.#byCodes(query) ?? scanAll(this.#db, query, this.#ranking);
  }

  /** null where every vector has to be compared, or may be at less cost. */
  #byCodes(query: NearestQuery): readonly Neighbour[] | null {
    const { space, documentIds, exact, vector } = query;
    const state = exact ? null : readCodesState(this.#db, space);
    if (state === null || state.coded === 0 || state.revision === this.#unusable) return null;
    if (vector.length !== space.dimensions) return null;
    const kept = documentIds === null ? null : measure(this.#db, documentIds, state);
    if (documentIds !== null && kept === null) return null;
    try {
      const reader = this.#reader(space, state);
      return nearestByCodes({ reader, ranking: this.#ranking, kept }, query);
    } catch (error) {
      if (!(error instanceof CodesUnusable || error instanceof KernelFull)) throw error;
      this.#codes = null;
      this.#unusable = state.revision;
      return null;
    }
  }

  #reader(space: VectorSpace, state: CodesState): CodesReader {
    if (this.#codes?.spaceId !== space.id || !this.#codes.reader.follow(state)) {
      this.#codes = { spaceId: space.id, reader: new CodesReader(this.#db, space, state) };
    }
    return this.#codes.reader;
  }
}

/** What a filter keeps, taken to be as the documents' share; null where it is little and compared at once. */
function measure(db: Database, documentIds: readonly number[], state: CodesState): Kept | null {
  if (countKept(db, documentIds, EXACT_SCAN_LIMIT + 1) <= EXACT_SCAN_LIMIT) return null;
  const all = statement<[], { n: number }>(db, 'SELECT count(*) AS n FROM document').get();
  const share = Math.min(1, documentIds.length / Math.max(1, all?.n ?? 0));
  return { documentIds: new Set(documentIds), share, passages: share * vectorCount(state) };
}

/** Distances of given passages to a vector, by passage; those without a vector are left out. */
export function distancesTo(
  db: Database,
  query: { space: VectorSpace; vector: Float32Array; passageIds: readonly number[] },
): ReadonlyMap<number, number> {
  // In this order: left to choose, SQLite goes through every vector of the space.
  const distances = statement<[Buffer, string, number], Measured<Neighbour>>(
    db,
    `SELECT chunk.id AS id, vec_distance_cosine(embedding.vector, ?) AS distance
     FROM json_each(?) AS wanted
     CROSS JOIN chunk ON chunk.id = wanted.value
     CROSS JOIN embedding
       ON embedding.space_id = ? AND embedding.input_hash = chunk.input_hash`,
  );
  const ids = JSON.stringify(query.passageIds);
  const rows = distances.all(toBytes(query.vector), ids, query.space.id);
  return new Map(rows.filter(hasDistance).map(({ id, distance }) => [id, distance]));
}
