/**
 * Where FTS5 keeps the posting lists of `chunk_terms`: its own tables, read as they lie on disk
 * (version 4 of the format, described in SQLite's fts5_index.c). SQL gives a row of a list at about
 * 1 µs with its rank; the lists themselves are read at a hundredth of that (docs/lexical-search.md).
 */
import type { Database } from 'better-sqlite3';
import { readVarint } from './fts5-pages.ts';
import { TERM_TABLES } from './lexical-tables.ts';
import { areDeclared } from './schema-objects.ts';

/** The format that is read here; FTS5 raises it when older code could no longer read its tables. */
const FORMAT_VERSION = 4;

/** Rows of `chunk_terms_data` that are not pages. */
const AVERAGES_ID = 1;
const STRUCTURE_ID = 10;

const NONE = new Uint8Array(0);

/** Marks a structure that has what `contentless_delete` needs. */
const WITH_ORIGINS = 0xff000001;

/** Ids of rows above this one would take too much memory for a number each; ids only grow. */
const MOST_ROWS = 2 ** 26;

/** FTS5's own limits. */
const MOST_SEGMENTS = 2000;
const MOST_PAGES = 2 ** 31 - 1;

/** The id of a page is its number, with the segment from this bit on. */
const SEGMENT_UNIT = 2 ** 37;

/** Tombstones are kept as pages of segments that are numbered from here on. */
const TOMBSTONE_SEGMENTS = 2n ** 16n;

/** A sorted run of terms with their posting lists, in pages. */
export interface Segment {
  readonly id: number;
  readonly firstPage: number;
  readonly lastPage: number;
  /** Rows that were deleted after it was written. */
  readonly deleted: ReadonlySet<number>;
}

/** The index as it is in the current state of the file. */
export interface Segments {
  /** Rows of the table. */
  readonly rows: number;
  /** Terms of a row on the mean. */
  readonly meanLength: number;
  /** No row has a larger id. */
  readonly lastRow: number;
  readonly all: readonly Segment[];
}

/**
 * Reads which segments there are. Call it in the transaction in which the segments are read.
 *
 * @returns null for a format that is not known here
 */
export function readSegments(db: Database): Segments | null {
  if (!areDeclared(db, TERM_TABLES)) return null;
  const version = db.prepare(`SELECT v FROM chunk_terms_config WHERE k = 'version'`).pluck().get();
  const block = db.prepare<[number], Buffer>('SELECT block FROM chunk_terms_data WHERE id = ?');
  const structure = block.pluck().get(STRUCTURE_ID);
  const averages = block.pluck().get(AVERAGES_ID);
  if (version !== FORMAT_VERSION || !isBlob(structure) || !isBlob(averages)) return null;
  if (structure.length < 8 || structure.readUInt32BE(4) !== WITH_ORIGINS) return null;
  const [rows = 0, ...terms] = allVarints(averages, 0);
  const lastRow =
    db.prepare<[], number | null>('SELECT max(id) FROM chunk_terms_docsize').pluck().get() ?? 0;
  const all = parseStructure(db, structure);
  if (all === null || lastRow < 0 || lastRow > MOST_ROWS) return null;
  return { rows, meanLength: sumOf(terms) / rows, lastRow, all };
}

/** A damaged file may have anything where a BLOB should be. */
function isBlob(value: unknown): value is Buffer {
  return value instanceof Uint8Array;
}

/** @returns null for segments that FTS5 would not make: their pages would be read again and again */
function parseStructure(db: Database, structure: Buffer): readonly Segment[] | null {
  // After the cookie and the mark: levels, segments, writes; then level by level.
  const numbers = allVarints(structure, 8);
  let read = 0;
  // A damaged file ends early instead of going on for ever.
  const next = (): number => numbers[read++] ?? 0;
  const levels = Math.min(next(), numbers.length);
  next();
  next();
  const segments = new Map<number, Segment>();
  for (let level = 0; level < levels; level++) {
    next();
    for (let left = Math.min(next(), numbers.length); left > 0; left--) {
      const segment = parseSegment(db, next);
      if (segment === null || segments.has(segment.id)) return null;
      segments.set(segment.id, segment);
    }
  }
  return [...segments.values()];
}

function parseSegment(db: Database, next: () => number): Segment | null {
  const [id, firstPage, lastPage] = [next(), next(), next()];
  next();
  next();
  const tombstonePages = next();
  next();
  next();
  const fits = id > 0 && id <= MOST_SEGMENTS && Math.max(lastPage, tombstonePages) <= MOST_PAGES;
  if (!fits) return null;
  return { id, firstPage, lastPage, deleted: readTombstones(db, id, tombstonePages) };
}

/** Tombstones lie in a hash table over several pages; every slot that is not 0 is a row. */
function readTombstones(db: Database, segment: number, pages: number): ReadonlySet<number> {
  const deleted = new Set<number>();
  if (pages === 0) return deleted;
  const first = (BigInt(segment) + TOMBSTONE_SEGMENTS) * BigInt(SEGMENT_UNIT);
  const blocks = db
    .prepare<[bigint, bigint], Buffer>(
      `SELECT block FROM chunk_terms_data WHERE id >= ? AND id < ? AND typeof(block) = 'blob'`,
    )
    .pluck()
    .all(first, first + BigInt(pages));
  for (const block of blocks) {
    const width = block[0] === 4 ? 4 : 8;
    for (let at = 8; at + width <= block.length; at += width) {
      const row = width === 4 ? block.readUInt32BE(at) : Number(block.readBigUInt64BE(at));
      if (row !== 0) deleted.add(row);
    }
  }
  return deleted;
}

/** Neighbouring pages of a segment. */
export interface PageRange {
  readonly segment: Segment;
  readonly first: number;
  readonly last: number;
}

/** Finds and reads pages. */
export interface PageReader {
  /** The pages in which the lists of all terms from `low` to `high` lie, those included. */
  find(segment: Segment, low: Buffer, high: Buffer): PageRange;
  read(range: PageRange): readonly Buffer[];
}

/** Opens the pages of the index. */
export function pageReader(db: Database): PageReader {
  const ofIndex = 'SELECT pgno FROM chunk_terms_idx WHERE segid = ?';
  const before = db
    .prepare<[number, Buffer], number>(`${ofIndex} AND term <= ? ORDER BY term DESC LIMIT 1`)
    .pluck();
  const after = db
    .prepare<[number, Buffer], number>(`${ofIndex} AND term > ? ORDER BY term LIMIT 1`)
    .pluck();
  const pages = db
    .prepare<[number, number], Buffer>(
      `SELECT block FROM chunk_terms_data
       WHERE id BETWEEN ? AND ? AND typeof(block) = 'blob' ORDER BY id`,
    )
    .pluck();
  return {
    find: (segment, low, high) => {
      // The lowest bit of a number there says something about the list, not which page.
      const start = (before.get(segment.id, low) ?? 0) >>> 1;
      const next = after.get(segment.id, high);
      const last = next === undefined ? segment.lastPage : next >>> 1;
      return { segment, first: Math.max(start, segment.firstPage), last };
    },
    read: ({ segment, first, last }) => {
      const base = segment.id * SEGMENT_UNIT;
      return pages.all(base + first, base + last);
    },
  };
}

/**
 * How long rows are, as multiples of the mean; in the order given. In one statement: asked row by row,
 * 2,400 of them took 18 ms, so 3.
 */
export function lengthsOf(
  db: Database,
  { meanLength }: Segments,
  rows: readonly number[],
): readonly number[] {
  const sizes = db
    .prepare<[string], unknown>(
      `SELECT sizes.sz FROM json_each(?) AS wanted
       LEFT JOIN chunk_terms_docsize AS sizes ON sizes.id = wanted.value`,
    )
    .pluck()
    .all(JSON.stringify(rows));
  return sizes.map((size) => {
    const cursor = { page: isBlob(size) ? size : NONE, at: 0 };
    let length = 0;
    while (cursor.at < cursor.page.length) length += readVarint(cursor);
    return length / meanLength;
  });
}

/** The sum. */
export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** SQLite's varints, from an offset to the end. One of nine bytes has eight bits in the last. */
function allVarints(bytes: Uint8Array, from: number): number[] {
  const numbers: number[] = [];
  let value = 0;
  let length = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    length += 1;
    const ends = byte < 0x80 || length === 9;
    value = length === 9 ? value * 256 + byte : value * 128 + (byte & 0x7f);
    if (!ends) continue;
    numbers.push(value);
    value = 0;
    length = 0;
  }
  return numbers;
}
