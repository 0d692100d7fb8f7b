/** Builds the lists and keeps them in shape while vectors come and go. */
import type { Database } from 'better-sqlite3';
import { EXACT_SCAN_LIMIT } from '../../defaults.ts';
import { createKernel } from '../kernel.ts';
import type { Space } from '../spaces.ts';
import {
  createLists,
  dropLists,
  type ListWriter,
  listWriter,
  writeListsState,
} from './change-tables.ts';
import { type Directory, loadDirectory, storeDirectory } from './directory.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { EMPTY_LIST, type Entry, idsOf, rewriteList, type StoredList } from './stored-list.ts';
import {
  canHaveLists,
  FIRST_FRESH,
  type ListsState,
  type ListTables,
  listTables,
  MOST_ID,
  readListsState,
} from './tables.ts';
import { trainDirectory } from './train.ts';
import { check, ListsUnusable } from './unusable.ts';

/** The centres age: they are found anew when this share of what they were made for has come since. */
const MAX_ADDED_SHARE = 0.5;

/** Fresh segments are scanned by every search; put into lists when there is one for so many vectors. */
const MAX_FRESH_SHARE = 1 / 32;

/** Dead codes take the places of live candidates. */
const MAX_DEAD_SHARE = 0.1;

/** Vectors of a fresh segment: written anew with each batch until it is full. */
const SEGMENT = 256;

/** Adds and removes vectors; made once a run, inside whose transactions it is called. */
export interface ListsWriter {
  /** Call in the transaction that stores the vectors. */
  add(entries: readonly Entry[]): void;
  /** Call in the transaction that deletes them. */
  remove(ids: readonly number[]): void;
}

/** A writer for the lists as they are when it is called; does nothing where there are none. */
export function listsWriter(db: Database, space: Space): ListsWriter {
  let open: { sorted: string; lists: Lists } | null = null;
  const current = (state: ListsState): Lists => {
    const { sorted } = state;
    if (open?.sorted !== sorted) open = { sorted, lists: openLists(db, space, state) };
    return open.lists;
  };
  return {
    add: (entries) => {
      const state = readListsState(db, space);
      if (state === null || entries.length === 0) return;
      const isKept = unlessUnusable(db, () => addFresh(current(state), entries));
      if (!isKept) return;
      const { added, fresh } = state;
      const more = entries.length;
      writeListsState(db, space, { ...state, added: added + more, fresh: fresh + more });
    },
    remove: (ids) => {
      const state = readListsState(db, space);
      if (state === null || ids.length === 0) return;
      writeListsState(db, space, { ...state, dead: state.dead + ids.length });
    },
  };
}

/** Does something with the lists; if they are damaged, drops them: they are built again later. */
function unlessUnusable(db: Database, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof ListsUnusable)) throw error;
    dropLists(db);
    return false;
  }
}

interface Lists {
  readonly tables: ListTables;
  readonly writer: ListWriter;
  readonly encoder: Encoder;
  readonly directory: Directory;
}

function openLists(db: Database, space: Space, { lists }: ListsState): Lists {
  const encoder = createEncoder(createKernel(), space.dimensions);
  const tables = listTables(db, encoder.width);
  const writer = listWriter(db);
  return { tables, writer, encoder, directory: loadDirectory(encoder, tables.directory(), lists) };
}

function addFresh({ tables, writer, encoder, directory }: Lists, entries: readonly Entry[]): void {
  check((entries.at(-1)?.id ?? 0) <= MOST_ID, 'ids that are too large');
  const mean = directory.centreOf(directory.size);
  let segment = tables.fresh().at(-1)?.list ?? FIRST_FRESH;
  for (let from = 0; from < entries.length; ) {
    const old = readList(tables, segment);
    const room = Math.max(0, SEGMENT - old.size);
    const added = entries.slice(from, from + room);
    if (room > 0) {
      writer.write(segment, rewriteList(encoder, mean, old, { keeps: () => true, added }));
    }
    from += added.length;
    segment += 1;
  }
}

function readList(tables: ListTables, list: number): StoredList {
  const signs = tables.signs(list);
  return signs === null ? EMPTY_LIST : { ...signs, fine: tables.fine(list, signs.size) };
}

/**
 * Builds the lists where a corpus has grown beyond what is compared exactly, and brings them into shape
 * where they have aged; each in one transaction. Cheap where nothing is to be done.
 *
 * @param anyway writes them anew in any case
 * @returns what was done
 */
export function maintainLists(
  db: Database,
  space: Space,
  anyway = false,
): 'built' | 'sorted' | 'nothing' {
  const state = readListsState(db, space);
  if ((state === null || anyway || hasAged(state)) && isLarge(db, space)) return build(db, space);
  if (state === null) return 'nothing';
  const { sortedIn, fresh, dead } = state;
  const total = sortedIn + fresh;
  if (fresh <= total * MAX_FRESH_SHARE && dead <= total * MAX_DEAD_SHARE) return 'nothing';
  const sort = db.transaction(() => unlessUnusable(db, () => sortFresh(db, space, state)));
  if (sort.immediate()) return 'sorted';
  return isLarge(db, space) ? build(db, space) : 'nothing';
}

function hasAged({ trained, added }: ListsState): boolean {
  return added > trained * MAX_ADDED_SHARE;
}

/** Counted no further than it takes. */
function isLarge(db: Database, space: Space): boolean {
  if (!canHaveLists(space.dimensions)) return false;
  const beyond = db.prepare('SELECT 1 FROM embedding WHERE space_id = ? LIMIT 1 OFFSET ?');
  return beyond.get(space.id, EXACT_SCAN_LIMIT) !== undefined;
}

/** From an index alone: the vectors themselves are not read. */
function vectorIds(db: Database, space: Space): number[] {
  const ids = db
    .prepare<[number], number>('SELECT id FROM embedding WHERE space_id = ?')
    .pluck()
    .all(space.id);
  return ids.sort((a, b) => a - b);
}

/** Whether an id is among ascending ones; a bit each. */
function idSet(ids: readonly number[]): (id: number) => boolean {
  const bits = new Uint8Array(((ids.at(-1) ?? 0) >> 3) + 1);
  for (const id of ids) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
  return (id) => ((bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0;
}

function vectorReader(db: Database): (id: number) => Uint8Array {
  const read = db.prepare<[number], Buffer>('SELECT vector FROM embedding WHERE id = ?').pluck();
  return (id) => read.get(id) ?? new Uint8Array(0);
}

function build(db: Database, space: Space): 'built' | 'nothing' {
  const build = db.transaction(() => {
    const ids = vectorIds(db, space);
    const canBe = (ids.at(-1) ?? 0) <= MOST_ID;
    if (canBe) buildOf(db, space, ids);
    else dropLists(db);
    return canBe ? 'built' : 'nothing';
  });
  return build.immediate();
}

function buildOf(db: Database, space: Space, ids: readonly number[]): void {
  const encoder = createEncoder(createKernel(), space.dimensions);
  const read = vectorReader(db);
  const directory = trainDirectory(encoder, { ids, read });
  const { kernel, width } = encoder;
  createLists(db, storeDirectory(encoder, directory));
  const writer = listWriter(db);
  const { size: lists } = directory;
  const sorted = sortIntoLists({ encoder, directory }, ids, read);
  let centred = 0;
  // Lists without vectors are written as well: one that is not there is known to be lost.
  for (let list = 0; list < lists; list++) {
    const members = sorted.get(list) ?? [];
    const centre = directory.centreOf(list);
    centred += members.length * kernel.dot(centre, centre, width);
    const added = members.map((id) => ({ id, vector: read(id) }));
    const change = { keeps: () => true, added };
    writer.write(list, rewriteList(encoder, centre, EMPTY_LIST, change));
  }
  const trained = ids.length;
  // Vectors have length 1, and a centre is nearly the mean of its list's.
  const spread = 1 - centred / trained;
  const none = { added: 0, fresh: 0, dead: 0 };
  writeListsState(db, space, { lists, spread, trained, sortedIn: trained, ...none });
}

/** The ids by the list that each belongs to. */
function sortIntoLists(
  { encoder, directory }: Pick<Lists, 'encoder' | 'directory'>,
  ids: readonly number[],
  read: (id: number) => Uint8Array,
): Map<number, number[]> {
  const members = new Map<number, number[]>();
  const { kernel, width } = encoder;
  const mark = kernel.mark();
  const vector = kernel.allocate(4 * width);
  for (const id of ids) {
    encoder.putRotated(read(id), vector);
    const list = directory.nearest(vector);
    const others = members.get(list);
    if (others === undefined) members.set(list, [id]);
    else others.push(id);
  }
  kernel.release(mark);
  return members;
}

/** Puts fresh vectors into their lists, and drops the codes of dead ones everywhere. */
function sortFresh(db: Database, space: Space, state: ListsState): void {
  const lists = openLists(db, space, state);
  const { tables, writer, encoder, directory } = lists;
  const all = vectorIds(db, space);
  check((all.at(-1) ?? 0) <= MOST_ID, 'ids that are too large');
  const alive = idSet(all);
  const segments = tables.fresh().map(({ list }) => list);
  const ids = segments.flatMap((segment) => [...idsOf(readList(tables, segment))]);
  const fresh = new Set(ids.filter(alive));
  const read = vectorReader(db);
  const members = sortIntoLists(lists, [...fresh], read);
  for (let list = 0; list < directory.size; list++) {
    const old = readList(tables, list);
    const added = (members.get(list) ?? []).map((id) => ({ id, vector: read(id) }));
    // A fresh id that is in a list already was a dead one's before.
    const keeps = (id: number): boolean => alive(id) && !fresh.has(id);
    const changed = added.length > 0 || !idsOf(old).every(keeps);
    if (!changed) continue;
    const stored = rewriteList(encoder, directory.centreOf(list), old, { keeps, added });
    writer.write(list, stored);
  }
  for (const segment of segments) writer.remove(segment);
  const { lists: count, spread, trained, added } = state;
  const counts = { sortedIn: all.length, fresh: 0, dead: 0 };
  writeListsState(db, space, { lists: count, spread, trained, added, ...counts });
}
