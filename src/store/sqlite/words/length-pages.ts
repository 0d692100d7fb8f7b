/** Lengths of rows by segment (`words_length`): which rows a segment has, and how long they are. */
import { endianness } from 'node:os';
import type { Database } from 'better-sqlite3';
import {
  isPage,
  lengthOf,
  lengthsIn,
  MAX_PAGES,
  NO_ROW,
  PAGE_ROWS,
  type PagedLengths,
  placeOf,
} from '../../words/row-lengths.ts';
import { RowDamaged } from '../sqlite-errors.ts';
import { statement } from '../statements.ts';
import { boundedTo } from '../stored-lengths.ts';

/** Nothing, which is no page, where there is more than a page has. */
const CODES = boundedTo('codes', 2 * PAGE_ROWS, "x''");

const LITTLE_ENDIAN = endianness() === 'LE';

/** @throws RowDamaged */
export function readLengths(db: Database, segment: number): PagedLengths {
  const rows = statement<[number, number], [number, Uint8Array]>(
    db,
    `SELECT id, ${CODES} FROM words_length WHERE id >= ? AND id < ?`,
  ).raw();
  const pages = new Map<number, Uint16Array>();
  for (const [id, codes] of rows.all(segment * MAX_PAGES, (segment + 1) * MAX_PAGES)) {
    pages.set(id - segment * MAX_PAGES, fromBytes(id - segment * MAX_PAGES, codes));
  }
  return lengthsIn(pages);
}

/** One page of a segment's lengths; undefined if it has none of these rows. @throws RowDamaged */
export function readLengthPage(
  db: Database,
  segment: number,
  page: number,
): Uint16Array | undefined {
  const row = statement<[number], { codes: Uint8Array }>(
    db,
    `SELECT ${CODES} AS codes FROM words_length WHERE id = ?`,
  ).get(segment * MAX_PAGES + page);
  return row === undefined ? undefined : fromBytes(page, row.codes);
}

/** The last page of a segment's lengths; 0 if it has none. */
export function lastLengthPage(db: Database, segment: number): number {
  const last = statement<[number, number], { id: number | null }>(
    db,
    'SELECT max(id) AS id FROM words_length WHERE id >= ? AND id < ?',
  ).get(segment * MAX_PAGES, (segment + 1) * MAX_PAGES);
  return (last?.id ?? segment * MAX_PAGES) - segment * MAX_PAGES;
}

/** As many rows as a segment may have, by its pages of lengths. */
export function mostRows(db: Database, segment: number): number {
  const pages = statement<[number, number], { count: number }>(
    db,
    'SELECT count(*) AS count FROM words_length WHERE id >= ? AND id < ?',
  ).get(segment * MAX_PAGES, (segment + 1) * MAX_PAGES);
  return (pages?.count ?? 0) * PAGE_ROWS;
}

/** Writes the lengths of a new segment. */
export function writeLengths(db: Database, segment: number, lengths: PagedLengths): void {
  const insert = db.prepare('INSERT INTO words_length (id, codes) VALUES (?, ?)');
  for (const [number, codes] of [...lengths.pages].sort(([a], [b]) => a - b)) {
    const end = codes.findLastIndex((code) => code !== NO_ROW) + 1;
    if (end > 0) insert.run(segment * MAX_PAGES + number, toBytes(codes.subarray(0, end)));
  }
}

/** Removes a segment's lengths. */
export function deleteLengths(db: Database, segment: number): void {
  db.prepare('DELETE FROM words_length WHERE id >= ? AND id < ?').run(
    segment * MAX_PAGES,
    (segment + 1) * MAX_PAGES,
  );
}

/** Takes rows out of whichever segments have them. Their postings stay there, and count no more. */
export function forgetRows(db: Database, rows: readonly number[]): void {
  if (rows.length === 0) return;
  const segments = statement<[], { id: number }>(db, 'SELECT id FROM words_segment').all();
  const update = statement<[Uint8Array, number], never>(
    db,
    'UPDATE words_length SET codes = ? WHERE id = ?',
  );
  const count = statement<[number, number, number], never>(
    db,
    'UPDATE words_segment SET live = live - ?, terms = terms - ? WHERE id = ?',
  );
  for (const [page, places] of placesByPage(rows)) {
    for (const { id: segment } of segments) {
      const codes = readLengthPage(db, segment, page);
      const held = places.filter((place) => (codes?.[place] ?? NO_ROW) !== NO_ROW);
      if (codes === undefined || held.length === 0) continue;
      let terms = 0;
      for (const place of held) {
        terms += lengthOf(codes[place] as number);
        codes[place] = NO_ROW;
      }
      update.run(toBytes(codes), segment * MAX_PAGES + page);
      count.run(held.length, terms, segment);
    }
  }
}

function placesByPage(rows: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const pages = new Map<number, number[]>();
  for (const row of rows) {
    const { page, place } = placeOf(row);
    const places = pages.get(page);
    if (places === undefined) pages.set(page, [place]);
    else places.push(place);
  }
  return pages;
}

function toBytes(codes: Uint16Array): Buffer {
  const bytes = Buffer.from(new Uint16Array(codes).buffer);
  return LITTLE_ENDIAN ? bytes : bytes.swap16();
}

/** A copy: BLOBs need not be aligned. */
function fromBytes(number: number, bytes: unknown): Uint16Array {
  const isBlob = bytes instanceof Uint8Array && bytes.length % 2 === 0;
  const codes = isBlob ? new Uint16Array(new Uint8Array(bytes).buffer) : new Uint16Array(0);
  if (!isBlob || !isPage(number, codes)) throw new RowDamaged('lengths of rows that cannot be');
  if (!LITTLE_ENDIAN) Buffer.from(codes.buffer).swap16();
  return codes;
}
