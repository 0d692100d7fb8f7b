/** Builds the lists and keeps them in shape while vectors come and go. */
import type { Database } from 'better-sqlite3';
import { EXACT_SCAN_LIMIT } from '../../defaults.ts';
import { createKernel } from '../kernel.ts';
import type { Space } from '../spaces.ts';
import { createLists, type ListWriter, listWriter, writeListsState } from './change-tables.ts';
import { type Directory, loadDirectory, storeDirectory } from './directory.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { EMPTY_LIST, type Entry, idsOf, rewriteList, type StoredList } from './stored-list.ts';
import {
  FIRST_FRESH,
  type ListsState,
  type ListTables,
  listTables,
  readListsState,
} from './tables.ts';
import { trainDirectory } from './train.ts';

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
  const current = ({ sorted }: ListsState): Lists => {
    if (open?.sorted !== sorted) open = { sorted, lists: openLists(db, space) };
    return open.lists;
  };
  return {
    add: (entries) => {
      const state = readListsState(db, space);
      if (state === null || entries.length === 0) return;
      addFresh(current(state), entries);
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

interface Lists {
  readonly tables: ListTables;
  readonly writer: ListWriter;
  readonly encoder: Encoder;
  readonly directory: Directory;
}

function openLists(db: Database, space: Space): Lists {
  const tables = listTables(db);
  const encoder = createEncoder(createKernel(), space.dimensions);
  const writer = listWriter(db);
  return { tables, writer, encoder, directory: loadDirectory(encoder, tables.directory()) };
}

function addFresh({ tables, writer, encoder, directory }: Lists, entries: readonly Entry[]): void {
  const mean = directory.centreOf(directory.size);
  let segment = tables.fresh().at(-1)?.list ?? FIRST_FRESH;
  for (let from = 0; from < entries.length; ) {
    const old = readList(tables, segment);
    const room = SEGMENT - old.size;
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
  return signs === null ? EMPTY_LIST : { ...signs, fine: tables.fine(list) };
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
  if ((state === null || anyway || hasAged(state)) && isLarge(db, space)) {
    db.transaction(() => build(db, space, vectorIds(db, space))).immediate();
    return 'built';
  }
  if (state === null) return 'nothing';
  const { trained, added, fresh, dead } = state;
  const total = trained + added;
  if (fresh <= total * MAX_FRESH_SHARE && dead <= total * MAX_DEAD_SHARE) return 'nothing';
  db.transaction(() => sortFresh(db, space, state)).immediate();
  return 'sorted';
}

function hasAged({ trained, added }: ListsState): boolean {
  return added > trained * MAX_ADDED_SHARE;
}

/** Counted no further than it takes. */
function isLarge(db: Database, space: Space): boolean {
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

function build(db: Database, space: Space, ids: readonly number[]): void {
  const encoder = createEncoder(createKernel(), space.dimensions);
  const read = vectorReader(db);
  const directory = trainDirectory(encoder, { ids, read });
  const { kernel, width } = encoder;
  createLists(db, storeDirectory(encoder, directory));
  const writer = listWriter(db);
  let centred = 0;
  for (const [list, members] of sortIntoLists({ encoder, directory }, ids, read)) {
    const centre = directory.centreOf(list);
    centred += members.length * kernel.dot(centre, centre, width);
    const added = members.map((id) => ({ id, vector: read(id) }));
    const change = { keeps: () => true, added };
    writer.write(list, rewriteList(encoder, centre, EMPTY_LIST, change));
  }
  const trained = ids.length;
  const { size: lists } = directory;
  // Vectors have length 1, and a centre is nearly the mean of its list's.
  const spread = 1 - centred / trained;
  writeListsState(db, space, { lists, spread, trained, added: 0, fresh: 0, dead: 0 });
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
  const lists = openLists(db, space);
  const { tables, writer, encoder, directory } = lists;
  const alive = idSet(vectorIds(db, space));
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
    if (stored.size === 0) writer.remove(list);
    else writer.write(list, stored);
  }
  for (const segment of segments) writer.remove(segment);
  const { lists: count, spread, trained, added } = state;
  writeListsState(db, space, { lists: count, spread, trained, added, fresh: 0, dead: 0 });
}
