/** Makes the mean and the codes of a space's vectors, and makes them anew when they have aged. */
import type { Database } from 'better-sqlite3';
import { createKernel } from '../../kernel.ts';
import type { VectorSpace } from '../../reading-types.ts';
import { countOf } from '../counts.ts';
import { bounded } from '../stored-lengths.ts';
import { fromBytes, toBytes } from '../vectors.ts';
import { createCodes, dropCodes, dropFormerTables, writeCodesState } from './change-tables.ts';
import { createEncoder, MAX_SQUARES, putMean, widthOf } from './encoder.ts';
import { segmentWriter } from './rows.ts';
import { CAPACITY, encoded, segmentBytes } from './segment.ts';
import {
  areCodesDeclared,
  type CodesState,
  canBeCoded,
  EXACT_SCAN_LIMIT,
  MAX_ID,
  readCodesState,
  vectorCount,
} from './tables.ts';

/** The mean moves as a corpus grows or shrinks: taken anew at so many times the vectors, or as few. */
const GROWTH = 2;

/** Codes of deleted vectors are scanned as well; made anew when they are this share. */
const MAX_GONE_SHARE = 0.1;

/** Makes what is missing, damaged or has aged, in one transaction. Cheap where nothing is to be done. */
export function maintainCodes(db: Database, space: VectorSpace): void {
  dropFormerTables(db);
  const state = soundState(db, space);
  const count = state !== null && state.coded > 0 ? vectorCount(state) : countVectors(db, space);
  if (state === null ? count > 0 : hasAged(state, count)) rebuildCodes(db, space);
}

/** Makes codes where there are none and every search compares all of many vectors: while a run goes on. */
export function makeMissingCodes(db: Database, space: VectorSpace): void {
  const state = readCodesState(db, space);
  if (state === null || state.coded === 0) maintainCodes(db, space);
}

/** Makes the mean and the codes anew for a space: those that are there may be of another one. */
export function rebuildCodes(db: Database, space: VectorSpace): void {
  db.transaction(() => {
    createCodes(db);
    const { mean, averaged } = meanOf(db, space);
    if (mean === null) return;
    db.prepare('UPDATE space SET mean = ? WHERE id = ?').run(toBytes(mean), space.id);
    const isLarge = averaged > EXACT_SCAN_LIMIT && canBeCoded(space.dimensions);
    const coded = isLarge && largestId(db) <= MAX_ID ? encodeAll(db, space, mean) : 0;
    writeCodesState(db, space, { averaged, coded, gone: 0 });
  }).immediate();
}

/** The state of codes that can be used: sizes are compared, contents are checked by whoever reads them. */
function soundState(db: Database, space: VectorSpace): CodesState | null {
  const state = readCodesState(db, space);
  if (state === null || (areCodesDeclared(db) && hasEverySegment(db, space, state))) return state;
  db.transaction(() => dropCodes(db)).immediate();
  return null;
}

/** The lengths of BLOBs are read without what is in them. */
function hasEverySegment(
  db: Database,
  { dimensions }: VectorSpace,
  { coded }: CodesState,
): boolean {
  const count = Math.ceil(coded / CAPACITY);
  const bytes = segmentBytes(widthOf(dimensions));
  const wrong = `vector_codes WHERE (
    segment BETWEEN 0 AND @count - 1 AND length(codes) = @bytes AND
    size = CASE WHEN segment = @count - 1 THEN @last ELSE ${CAPACITY} END) IS NOT TRUE`;
  const sizes = { count, bytes, last: coded - (count - 1) * CAPACITY };
  return countOf(db, wrong, sizes) === 0 && countOf(db, 'vector_codes') === count;
}

function hasAged({ averaged, coded, gone }: CodesState, count: number): boolean {
  // More were averaged, and cannot be coded: their ids or dimensions are beyond it.
  const isUncoded = coded === 0 && averaged <= EXACT_SCAN_LIMIT && count > EXACT_SCAN_LIMIT;
  const hasMoved = count >= averaged * GROWTH || count * GROWTH <= averaged;
  return isUncoded || hasMoved || gone > coded * MAX_GONE_SHARE;
}

function countVectors(db: Database, space: VectorSpace): number {
  return countOf(db, 'embedding WHERE space_id = ?', space.id);
}

function largestId(db: Database): number {
  return db.prepare<[], number | null>('SELECT max(id) FROM embedding').pluck().get() ?? 0;
}

function meanOf(db: Database, space: VectorSpace): { mean: Float32Array | null; averaged: number } {
  const vectors = db
    .prepare<[number], Buffer>(
      `SELECT ${bounded('vector', "x''")} FROM embedding NOT INDEXED WHERE space_id = ?`,
    )
    .pluck();
  const sum = new Float64Array(space.dimensions);
  let averaged = 0;
  for (const bytes of vectors.iterate(space.id)) {
    const vector = fromBytes(bytes);
    // A damaged one would spoil the mean; it is counted, since it is there.
    averaged += 1;
    if (!isUnit(vector, space.dimensions)) continue;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (vector[i] as number);
  }
  return { mean: averaged === 0 ? null : Float32Array.from(sum, (x) => x / averaged), averaged };
}

function isUnit(vector: Float32Array, dimensions: number): boolean {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += (vector[i] as number) ** 2;
  return vector.length === dimensions && squares <= MAX_SQUARES;
}

/** In pages by id: no statement may write while another one of the connection is iterated. @returns places */
function encodeAll(db: Database, space: VectorSpace, mean: Float32Array): number {
  const encoder = createEncoder(createKernel(), space.dimensions);
  const rotated = putMean(encoder, mean);
  const write = segmentWriter(db);
  // `+`: by id, not by an index over everything of the space.
  const page = db.prepare<[number, number], { id: number; vector: Buffer }>(
    `SELECT id, ${bounded('vector', "x''")} AS vector FROM embedding WHERE +space_id = ? AND id > ? ORDER BY id LIMIT ${CAPACITY}`,
  );
  let coded = 0;
  for (let number = 0, last = 0; ; number++) {
    const rows = page.all(space.id, last);
    const end = rows.at(-1);
    if (end === undefined) return coded;
    const entries = rows.map((row, place) => ({ ...row, place }));
    const codes = encoded(encoder, rotated, null, entries);
    write(number, { size: rows.length, codes });
    coded += rows.length;
    last = end.id;
  }
}
