/** Corpora with codes, in files, and what tests of codes look at in them. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { expect } from 'vitest';
import { EXACT_SCAN_LIMIT } from '../../../../../src/model/defaults.ts';
import type { Neighbour, VectorSpace } from '../../../../../src/store/reading-types.ts';
import { codesDerivedState } from '../../../../../src/store/sqlite/codes/examine.ts';
import { type CodesState, readCodesState } from '../../../../../src/store/sqlite/codes/tables.ts';
import { type VectorIndex, vectorIndex } from '../../../../../src/store/sqlite/nearest/nearest.ts';
import { activeSpace } from '../../../../../src/store/sqlite/spaces.ts';
import { openConnection } from '../../../../helpers/connection.ts';
import { embedded, type Filled, reopened, seeded, topicSpace } from '../filled.ts';

export const A_DOCUMENT = 10;
const TOPICS = 25;

/** Vectors about topics, the same in every run. */
export interface Source {
  /** As many unit vectors, all about one topic. */
  about(topic: number, count: number): Float32Array[];
  query(): Float32Array;
}

export function vectorSource(dimensions: number, seed: number): Source {
  const random = seeded(seed);
  // Topics are the same whatever the seed: corpora and queries are about the same things.
  const space = topicSpace(dimensions, seeded(99));
  const topics = Array.from({ length: TOPICS }, () => space.place());
  const near = topicSpace(dimensions, random);
  const vector = (topic: number): Float32Array =>
    space.vector(near.near(topics[topic % TOPICS] ?? space.place(), 0.6));
  return {
    about: (topic, count) => Array.from({ length: count }, () => vector(topic)),
    query: () => vector(Math.floor(random() * TOPICS)),
  };
}

/** Adds documents with vectors; every one has a topic. @returns their ids */
export function addDocuments(
  corpus: Filled,
  source: Source,
  { prefix, documents }: { prefix: string; documents: number },
): number[] {
  const add = corpus.db.transaction(() => {
    const store = corpus.embeddings();
    return Array.from({ length: documents }, (_, d) => {
      const vectors = source.about(d, A_DOCUMENT);
      const inputs = vectors.map((_, i) => `${prefix}-${d}-${i}`);
      store.put(vectors.map((vector, i) => embedded(inputs[i] ?? '', vector)));
      return corpus.document(`${prefix}/${d}.md`, inputs);
    });
  });
  return add();
}

/** Takes documents out, and their vectors. */
export function removeSome(
  corpus: Filled,
  { share, from }: { share: number; from: 'end' | 'anywhere' },
  chance: number,
): void {
  const { db } = corpus;
  const documents = db.prepare<[], number>('SELECT id FROM document ORDER BY id').pluck().all();
  const random = seeded(chance);
  const gone =
    from === 'end'
      ? documents.slice(Math.floor(documents.length * (1 - share)))
      : documents.filter(() => random() < share);
  db.transaction(() => {
    for (const id of gone) corpus.remove(id);
  })();
  corpus.embeddings().prune(null);
}

/** Enough documents for codes. */
export const DOCUMENTS: number = Math.ceil((EXACT_SCAN_LIMIT * 1.2) / A_DOCUMENT);

/** A read-only connection, as a search has one. */
export interface Searcher {
  readonly db: Database;
  nearest(vector: Float32Array, asked?: Asked): readonly Neighbour[];
  close(): void;
}

export interface Asked {
  readonly k?: number;
  readonly documentIds?: readonly number[] | null;
  readonly exact?: boolean;
  /** One that knows nothing yet, instead of the one that stays. */
  readonly fresh?: boolean;
}

function searcher(path: string): Searcher {
  const file = openConnection(path, 'read', 0);
  const stays = vectorIndex(file.db);
  return {
    db: file.db,
    nearest: (vector, { fresh = false, ...asked } = {}) =>
      // What is read belongs together, as in a search.
      file.db.transaction(() =>
        ask(fresh ? vectorIndex(file.db) : stays, spaceOf(file.db), vector, asked),
      )(),
    close: () => file.close(),
  };
}

export function spaceOf(db: Database): VectorSpace {
  const space = activeSpace(db);
  if (space === null) throw new Error('no space');
  return space;
}

export function ask(
  index: VectorIndex,
  space: VectorSpace,
  vector: Float32Array,
  { k = 10, documentIds = null, exact = false }: Asked = {},
): readonly Neighbour[] {
  return index.nearest({ space, vector, k, documentIds, exact });
}

/** The share of the nearest that was found, by distance: of equal ones any will do. */
export function recall(found: readonly Neighbour[], truth: readonly Neighbour[]): number {
  if (truth.length === 0) return 1;
  const farthest = (truth.at(-1)?.distance ?? 0) + 1e-9;
  return found.filter(({ distance }) => distance <= farthest).length / truth.length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

export function liveIds(db: Database): number[] {
  return db
    .prepare<[number], number>('SELECT id FROM embedding WHERE space_id = ? ORDER BY id')
    .pluck()
    .all(spaceOf(db).id);
}

export function stateOf(db: Database): CodesState {
  const state = readCodesState(db, spaceOf(db));
  if (state === null) throw new Error('no codes');
  return state;
}

/** Each vector of the active space has its code, byte by byte, and nothing else counts. */
export function expectRightCodes(db: Database): void {
  expect(codesDerivedState(db, spaceOf(db))).toBe('right');
}

/** The mean share of the nearest that a search finds. */
export function recallOf(search: Searcher, queries: readonly Float32Array[]): number {
  return mean(
    queries.map((query) => recall(search.nearest(query), search.nearest(query, { exact: true }))),
  );
}

/** A folder of corpora that are open until `closeAll`. */
export interface Workshop {
  /** A new file. */
  path(name: string): string;
  /** A copy of a corpus that is closed; the last one is gone then. */
  copyOf(path: string): string;
  search(path: string): Searcher;
  write(path: string): Filled;
  closeAll(): void;
  remove(): void;
}

export function workshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'umekomi-codes-'));
  const open: { close(): void }[] = [];
  const kept = <T extends { close(): void }>(one: T): T => {
    open.push(one);
    return one;
  };
  return {
    path: (name) => join(folder, name),
    copyOf: (path) => {
      const copy = join(folder, 'copy.db');
      for (const end of ['', '-wal', '-shm', '-journal']) rmSync(copy + end, { force: true });
      copyFileSync(path, copy);
      return copy;
    },
    search: (path) => kept(searcher(path)),
    write: (path) => kept(reopened(path)),
    closeAll: () => {
      for (const one of open.splice(0).reverse()) one.close();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
