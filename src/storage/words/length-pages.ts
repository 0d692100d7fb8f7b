/** Lengths of rows by segment (`words_length`): which rows a segment has, and how long they are. */
import { endianness } from 'node:os';
import type { Database } from 'better-sqlite3';
import {
  countRows,
  isPage,
  lengthsIn,
  MOST_PAGES,
  NO_ROW,
  placeOf,
  type RowLengths,
} from '../../words/row-lengths.ts';
import { RowDamaged } from '../sqlite-errors.ts';
import { statement } from '../statements.ts';

const LITTLE_ENDIAN = endianness() === 'LE';

/** @throws RowDamaged */
export function readLengths(db: Database, segment: number): RowLengths {
  const rows = statement<[number, number], [number, Uint8Array]>(
    db,
    'SELECT id, codes FROM words_length WHERE id >= ? AND id < ?',
  ).raw();
  const pages = new Map<number, Uint16Array>();
  for (const [id, codes] of rows.all(segment * MOST_PAGES, (segment + 1) * MOST_PAGES)) {
    pages.set(id - segment * MOST_PAGES, fromBytes(id - segment * MOST_PAGES, codes));
  }
  return lengthsIn(pages);
}

/** Writes the lengths of a new segment. @returns how many rows it has */
export function writeLengths(db: Database, segment: number, lengths: RowLengths): number {
  const insert = db.prepare('INSERT INTO words_length (id, codes) VALUES (?, ?)');
  for (const [number, codes] of [...lengths.pages].sort(([a], [b]) => a - b)) {
    const end = codes.findLastIndex((code) => code !== NO_ROW) + 1;
    if (end > 0) insert.run(segment * MOST_PAGES + number, toBytes(codes.subarray(0, end)));
  }
  return countRows(lengths).rows;
}

/** Removes a segment's lengths. */
export function deleteLengths(db: Database, segment: number): void {
  db.prepare('DELETE FROM words_length WHERE id >= ? AND id < ?').run(
    segment * MOST_PAGES,
    (segment + 1) * MOST_PAGES,
  );
}

/** Takes rows out of whichever segments have them. Their postings stay there, and count no more. */
export function forgetRows(db: Database, rows: readonly number[]): void {
  if (rows.length === 0) return;
  const segments = statement<[], { id: number }>(db, 'SELECT id FROM words_segment').all();
  const read = statement<[number], { codes: Uint8Array }>(
    db,
    'SELECT codes FROM words_length WHERE id = ?',
  );
  const update = statement<[Uint8Array, number], never>(
    db,
    'UPDATE words_length SET codes = ? WHERE id = ?',
  );
  for (const [number, places] of placesByPage(rows)) {
    for (const { id: segment } of segments) {
      const id = segment * MOST_PAGES + number;
      const stored = read.get(id)?.codes;
      if (stored === undefined) continue;
      const codes = fromBytes(number, stored);
      const held = places.filter((place) => (codes[place] ?? NO_ROW) !== NO_ROW);
      for (const place of held) codes[place] = NO_ROW;
      if (held.length > 0) update.run(toBytes(codes), id);
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
