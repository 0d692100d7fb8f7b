/** Keeps the codes in step with the vectors, inside the transactions that change these. */
import type { Database } from 'better-sqlite3';
import { createKernel } from '../../kernel.ts';
import type { VectorSpace } from '../../reading-types.ts';
import { toBytes } from '../vectors.ts';
import { dropCodes, writeCodesState } from './change-tables.ts';
import { createEncoder, type Encoder, putMean } from './encoder.ts';
import { type CodesRows, codesRows, segmentWriter } from './rows.ts';
import { CAPACITY, encoded, type Segment } from './segment.ts';
import { type CodesState, MAX_ID, readCodesState, readMean } from './tables.ts';
import { CodesUnusable, check } from './unusable.ts';

/** A vector that was stored. */
export interface StoredVector {
  /** Its row in `embedding`. */
  readonly id: number;
  /** Unit length. */
  readonly vector: Float32Array;
}

/** Adds and removes vectors; made once a run. */
export interface CodesWriter {
  /** Call in the transaction that stores the vectors. */
  add(vectors: readonly StoredVector[]): void;
  /** Call in the transaction that deletes the vectors. */
  remove(ids: readonly number[]): void;
}

/** A writer for the codes as they are at each call; does nothing where there are none. */
export function codesWriter(db: Database, space: VectorSpace): CodesWriter {
  let open: { readonly built: string; readonly codes: OpenCodes } | null = null;
  const current = ({ built }: CodesState): OpenCodes => {
    if (open?.built !== built) open = { built, codes: openCodes(db, space) };
    return open.codes;
  };
  return {
    add: (vectors) => {
      const state = readCodesState(db, space);
      if (state === null || state.coded === 0 || vectors.length === 0) return;
      unlessUnusable(db, () => {
        append(current(state), state.coded, vectors);
        writeCodesState(db, space, { ...state, coded: state.coded + vectors.length });
      });
    },
    remove: (ids) => {
      const state = readCodesState(db, space);
      if (state === null || state.coded === 0 || ids.length === 0) return;
      unlessUnusable(db, () => {
        current(state).forget(ids, state.coded);
        writeCodesState(db, space, { ...state, gone: state.gone + ids.length });
      });
    },
  };
}

/** Does something with the codes; if they are damaged, drops them: they are made again later. */
function unlessUnusable(db: Database, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CodesUnusable)) throw error;
    dropCodes(db);
  }
}

/** What it takes to add codes. */
interface OpenCodes {
  readonly encoder: Encoder;
  /** Address of the rotated mean. */
  readonly mean: number;
  readonly rows: CodesRows;
  readonly write: (number: number, segment: Segment) => void;
  readonly forget: (ids: readonly number[], coded: number) => void;
}

function openCodes(db: Database, space: VectorSpace): OpenCodes {
  const encoder = createEncoder(createKernel(), space.dimensions);
  const mean = readMean(db, space);
  check(mean !== null, 'no mean');
  const rows = codesRows(db, encoder.width);
  const forget = db.prepare('INSERT OR REPLACE INTO vector_gone (id, before) VALUES (?, ?)');
  return {
    ...{ encoder, rows, mean: putMean(encoder, mean), write: segmentWriter(db) },
    forget: (ids, coded) => {
      for (const id of ids) forget.run(id, coded);
    },
  };
}

/** @param coded places that have a code already */
function append(codes: OpenCodes, coded: number, vectors: readonly StoredVector[]): void {
  const { encoder, mean, rows, write } = codes;
  check((vectors.at(-1)?.id ?? 0) <= MAX_ID, 'ids that are too large');
  let end = coded;
  for (let from = 0; from < vectors.length; ) {
    const [number, first] = [Math.floor(end / CAPACITY), end % CAPACITY];
    const [old] = first === 0 ? [] : rows.segments(number, end);
    const added = vectors.slice(from, from + CAPACITY - first).map(({ id, vector }, index) => ({
      ...{ place: first + index, id, vector: toBytes(vector) },
    }));
    const size = first + added.length;
    write(number, { size, codes: encoded(encoder, mean, old?.codes ?? null, added) });
    from += added.length;
    end += added.length;
  }
}
