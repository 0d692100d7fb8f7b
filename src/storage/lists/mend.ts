/** Finds lists that a search had to do without, so that a writer makes them anew. */
import type { Database } from 'better-sqlite3';
import type { DerivedState } from '../derived-state.ts';
import { createKernel } from '../kernel.ts';
import { readMeta } from '../meta.ts';
import { areDeclared } from '../schema-objects.ts';
import type { Space } from '../spaces.ts';
import { dropLists } from './change-tables.ts';
import { loadDirectory } from './directory.ts';
import { createEncoder, widthOf } from './encoder.ts';
import { idsOf } from './stored-list.ts';
import {
  FIRST_FRESH,
  LISTS_KEY,
  type ListsState,
  listTables,
  RECIPE,
  readListsState,
  TABLES,
} from './tables.ts';
import { ListsUnusable } from './unusable.ts';

/**
 * Drops the lists if they are damaged, or of another recipe. Sizes are compared, contents are not: they
 * are checked by whoever reads them.
 */
export function dropUnusableLists(db: Database, space: Space): void {
  const state = readListsState(db, space);
  if (state === null ? !isLeftOver(db) : isWhole(db, space, state)) return;
  db.transaction(() => dropLists(db)).immediate();
}

/** Compares the lists with the vectors: every one is in a list. Its codes are not compared. */
export function listsState(db: Database, space: Space): DerivedState {
  const known = readMeta<Partial<ListsState> | null>(db, LISTS_KEY);
  if (known?.recipe !== RECIPE || known.space !== space.id) return 'none';
  const state = readListsState(db, space);
  const isRight = state !== null && isWhole(db, space, state) && haveEveryVector(db, space, state);
  return isRight ? 'right' : 'wrong';
}

function haveEveryVector(db: Database, space: Space, { lists }: ListsState): boolean {
  try {
    const tables = listTables(db, widthOf(space.dimensions));
    const listed = new Set<number>();
    const numbers = [...Array(lists).keys(), ...tables.fresh().map(({ list }) => list)];
    for (const number of numbers) {
      const signs = tables.signs(number);
      if (signs !== null) for (const id of idsOf(signs)) listed.add(id);
    }
    const ids = db.prepare<[number], number>('SELECT id FROM embedding WHERE space_id = ?').pluck();
    for (const id of ids.iterate(space.id)) if (!listed.has(id)) return false;
    return true;
  } catch (error) {
    if (error instanceof ListsUnusable) return false;
    throw error;
  }
}

/** A state that no one can use. Lists of another space are not: it may be built beside the active one. */
function isLeftOver(db: Database): boolean {
  const state = readMeta<Partial<ListsState> | null>(db, LISTS_KEY);
  return state !== undefined && !Number.isSafeInteger(state?.space);
}

function isWhole(db: Database, space: Space, state: ListsState): boolean {
  return (
    areDeclared(db, TABLES) && hasDirectory(db, space, state) && hasEveryList(db, space, state)
  );
}

function hasDirectory(db: Database, space: Space, { lists }: ListsState): boolean {
  const encoder = createEncoder(createKernel(), space.dimensions);
  try {
    loadDirectory(encoder, listTables(db, encoder.width).directory(), lists);
    return true;
  } catch (error) {
    if (error instanceof ListsUnusable) return false;
    throw error;
  }
}

/** The lengths of BLOBs are read without what is in them. */
function hasEveryList(db: Database, space: Space, { lists, sortedIn, fresh }: ListsState): boolean {
  const counted = db.prepare<
    [{ lists: number; fresh: number; width: number }],
    { sorted: number; vectors: number; wrong: number }
  >(
    `SELECT count(*) FILTER (WHERE list < @lists) AS sorted, total(size) AS vectors,
       count(*) FILTER (WHERE (
         (list BETWEEN 0 AND @lists - 1 OR list >= @fresh) AND typeof(size) = 'integer' AND size >= 0
         AND length(l.codes) = 8 * size + (size + 31) / 32 * 4 * @width
         AND length(f.codes) = (4 + @width / 2) * size
       ) IS NOT TRUE) AS wrong
     FROM vector_list AS l LEFT JOIN vector_fine AS f USING (list)`,
  );
  const bound = { lists, fresh: FIRST_FRESH, width: widthOf(space.dimensions) };
  const { sorted, vectors, wrong } = counted.get(bound) ?? { sorted: 0, vectors: 0, wrong: 1 };
  return wrong === 0 && sorted === lists && vectors === sortedIn + fresh;
}
