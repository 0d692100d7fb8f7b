/**
 * Saves what cannot be had again cheaply from a file that SQLite finds damaged: the vectors, with the
 * spaces they are of, and the sources. Documents are not: their files are read again, and what of them is
 * unchanged finds its vector.
 */
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import { confirmedSources } from './confirmed-sources.ts';
import { lockCorpus } from './lock-file.ts';
import { openForReading } from './open-reader.ts';
import { openForWriting } from './open-writer.ts';
import { MAX_SOURCES } from './sources.ts';
import { isDamage, withCorpusErrors } from './sqlite-errors.ts';
import { bounded, within } from './stored-lengths.ts';
import { isUnitVector } from './vectors.ts';

/** What was saved. */
export interface SalvageSummary {
  /** Where the damaged file is now. */
  readonly setAside: string;
  /** Vectors that are in the new file. */
  readonly vectors: number;
  readonly sources: number;
}

/** Rows that are read at once where nothing is damaged. */
const PAGE = 256;

/** SQLite may give ids up to 2^63; umekomi's start at 1 and grow by one. */
const LAST_ID = 2 ** 40;

/**
 * Makes a new corpus of what can be read of a damaged one, in its place; the damaged one is kept beside
 * it under another name.
 *
 * @param now milliseconds since 1970
 * @throws CorpusError `CORPUS_DAMAGED` if nothing can be read, `CORPUS_BUSY`, `CORPUS_NOT_WRITABLE`,
 *   and what opening a corpus throws
 */
export function salvage(path: string, now: number): SalvageSummary {
  return withCorpusErrors(path, () => salvageAlone(path, now));
}

function salvageAlone(path: string, now: number): SalvageSummary {
  const unlock = lockCorpus(path);
  if (unlock === null) {
    throw new CorpusError('CORPUS_BUSY', `Someone indexes into ${path}; try again afterwards.`);
  }
  try {
    const saved = freeName(path, 'saved');
    try {
      const counts = copyInto(saved, path, now);
      return { setAside: exchange(path, saved), ...counts };
    } finally {
      rmSync(saved, { force: true });
    }
  } finally {
    unlock();
  }
}

/** Puts the new file in the place of the old one, which is never without a corpus. @returns the old one's name */
function exchange(path: string, saved: string): string {
  const setAside = freeName(path, 'damaged');
  // First what belongs to the old one: SQLite would take it for the new one's.
  for (const suffix of ['-wal', '-shm', '-journal']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, setAside + suffix);
  }
  try {
    linkSync(path, setAside);
  } catch {
    // No links on this disk.
    renameSync(path, setAside);
  }
  renameSync(saved, path);
  return setAside;
}

function freeName(path: string, word: string): string {
  for (let n = 1; ; n++) {
    const name = `${path}.${word}${n === 1 ? '' : `-${n}`}`;
    if (!existsSync(name)) return name;
  }
}

function copyInto(
  path: string,
  from: string,
  now: number,
): Pick<SalvageSummary, 'vectors' | 'sources'> {
  const old = openForReading(from);
  const fresh = openForWriting(path, now);
  try {
    const damaged = old.db;
    const copy = fresh.db.transaction(() => {
      copyRows(damaged, fresh.db, 'meta', `WHERE key = 'chunking' AND ${within(['value'])}`);
      const isFew = `(SELECT count(*) FROM source) <= ${MAX_SOURCES}`;
      const rules = within(['path', 'include', 'exclude', 'encoding']);
      const sources = copyRows(damaged, fresh.db, 'source', `WHERE ${rules} AND ${isFew}`);
      // What was seen is gone with the documents, and no vector may be pruned before they are back.
      fresh.db.exec('UPDATE source SET synced_at = NULL, unfinished = 1');
      const names = within(['fingerprint', 'kind', 'model', 'digest', 'mean']);
      const prompts = within(['document_prompt', 'query_prompt']);
      copyRows(damaged, fresh.db, 'space', `WHERE ${names} AND ${prompts}`);
      // Whoever has the damaged file has named them.
      confirmedSources(fresh.db, path).add(confirmedSources(damaged, from).all());
      return { sources, vectors: copyVectors(damaged, fresh.db) };
    });
    return copy.immediate();
  } finally {
    fresh.close();
    old.close();
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Small tables are read whole or not at all, but for rows that are too long: without its space a vector means nothing. */
function copyRows(from: Database, to: Database, table: string, where: string): number {
  const rows = from.prepare<[], Row>(`SELECT * FROM ${table} ${where}`).all();
  for (const row of rows) {
    const names = Object.keys(row);
    const values = names.map(() => '?').join(', ');
    // Of two rows that cannot stand beside each other the first one is kept.
    to.prepare(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values}) ON CONFLICT DO NOTHING`,
    ).run(...Object.values(row));
  }
  return rows.length;
}

interface EmbeddingRow {
  readonly id: number;
  readonly space_id: number;
  readonly input_hash: unknown;
  readonly vector: unknown;
}

function copyVectors(from: Database, to: Database): number {
  const spaces = to.prepare<[], { id: number; dimensions: number }>(
    'SELECT id, dimensions FROM space',
  );
  const dimensions = new Map(spaces.all().map((space) => [space.id, space.dimensions]));
  const insert = to.prepare(
    'INSERT INTO embedding (id, space_id, input_hash, vector) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  let copied = 0;
  for (const { id, space_id, input_hash, vector } of readableRows(from)) {
    const length = dimensions.get(space_id);
    const isSound = input_hash instanceof Uint8Array && input_hash.length === 32;
    if (length === undefined || !isSound || !isUnitVector(vector, length)) continue;
    copied += insert.run(id, space_id, input_hash, vector).changes;
  }
  return copied;
}

/** Rows by id, those left out that cannot be read. */
function* readableRows(db: Database): Generator<EmbeddingRow> {
  const rows = db.prepare<[number, number], EmbeddingRow>(
    `SELECT id, space_id, ${bounded('input_hash')} AS input_hash, ${bounded('vector')} AS vector
     FROM embedding WHERE id >= ? ORDER BY id LIMIT ?`,
  );
  const read = (from: number, limit: number): readonly EmbeddingRow[] | null => {
    try {
      return rows.all(from, limit);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return null;
    }
  };
  for (let next = 1; next <= LAST_ID; ) {
    const page = read(next, PAGE) ?? read(next, 1);
    if (page === null) {
      next = firstReadable(next, (id) => read(id, 1) !== null);
      continue;
    }
    const last = page.at(-1);
    if (last === undefined) return;
    yield* page;
    next = last.id + 1;
  }
}

/** The end of a damaged stretch: looked for in growing steps, then between the last two. */
function firstReadable(bad: number, isReadable: (id: number) => boolean): number {
  let step = 1;
  while (bad + step <= LAST_ID && !isReadable(bad + step)) step *= 2;
  let [low, high] = [bad + Math.floor(step / 2), bad + step];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isReadable(middle)) high = middle;
    else low = middle;
  }
  return high;
}
