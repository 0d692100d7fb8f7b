/** Compares the codes with the vectors, byte by byte: what the doctor looks at. */
import type { Database } from 'better-sqlite3';
import { createKernel } from '../../kernel.ts';
import type { VectorSpace } from '../../reading-types.ts';
import { countOf } from '../counts.ts';
import type { DerivedState } from '../derived-state.ts';
import { readMeta } from '../meta.ts';
import { bounded } from '../stored-lengths.ts';
import { createEncoder, putMean } from './encoder.ts';
import { codesRows } from './rows.ts';
import { CAPACITY, encoded, idsOf } from './segment.ts';
import { CODES_KEY, type CodesState, RECIPE, readCodesState, readMean } from './tables.ts';
import { CodesUnusable, check } from './unusable.ts';

/** What the codes of a space are like; `'none'` as well for a space that is too small for them. */
export function codesDerivedState(db: Database, space: VectorSpace): DerivedState {
  const known = readMeta<Partial<CodesState> | null>(db, CODES_KEY);
  if (known?.recipe !== RECIPE || known.space !== space.id) return 'none';
  const state = readCodesState(db, space);
  if (state?.coded === 0) return 'none';
  return state !== null && areRight(db, space, state) ? 'right' : 'wrong';
}

function areRight(db: Database, space: VectorSpace, state: CodesState): boolean {
  try {
    return countRight(db, space, state) === countOf(db, 'embedding WHERE space_id = ?', space.id);
  } catch (error) {
    if (error instanceof CodesUnusable) return false;
    throw error;
  }
}

/** Places whose code is that of a vector that is there. @throws CodesUnusable for one that is not */
function countRight(db: Database, space: VectorSpace, { coded, gone }: CodesState): number {
  const encoder = createEncoder(createKernel(), space.dimensions);
  const mean = readMean(db, space);
  check(mean !== null, 'no mean');
  const rotated = putMean(encoder, mean);
  const rows = codesRows(db, encoder.width);
  const before = new Map(rows.gone().map((one) => [one.id, one.before]));
  const vectorOf = db
    .prepare<[number, number], Buffer>(
      `SELECT ${bounded('vector', "x''")} FROM embedding WHERE id = ? AND space_id = ?`,
    )
    .pluck();
  let [number, right] = [0, 0];
  for (const segment of rows.segments(0, coded)) {
    const entries = [...idsOf(segment)].flatMap((id, place) => {
      if (number * CAPACITY + place < (before.get(id) ?? 0)) return [];
      const vector = vectorOf.get(id, space.id);
      check(vector !== undefined, 'the code of no vector');
      return [{ place, id, vector }];
    });
    check(encoded(encoder, rotated, segment.codes, entries).equals(segment.codes), 'other codes');
    right += entries.length;
    number += 1;
  }
  check(coded - right === gone, 'another number of deleted vectors');
  return right;
}
