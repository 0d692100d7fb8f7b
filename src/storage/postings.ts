/** Posting lists of terms, decoded from the pages of FTS5: which rows have a term, and how often. */
import { contentEnd, findLists, firstRow, type ListStart, termOffsets } from './fts5-pages.ts';
import type { PageRange, PageReader, Segments } from './fts5-segments.ts';

/** Rows that have a term. */
export interface Postings {
  /** Rows that have the term. */
  readonly seen: number;
  /** Length of the list; what stands behind it in the arrays does not count. */
  readonly count: number;
  /** Ids of rows, each once. */
  readonly rows: Uint32Array;
  /** Occurrences in each row, weighted by column. */
  readonly frequencies: Uint16Array;
}

/** Where the list of a term lies. */
export interface ListPlace {
  readonly key: Buffer;
  /** True for every term that begins with the key. */
  readonly prefix: boolean;
  readonly ranges: readonly PageRange[];
  /** No row has a larger id. */
  readonly lastRow: number;
  /** Pages to be read: its length, roughly. */
  readonly pages: number;
}

/** Bytes before the content of a page. */
const HEADER = 4;

/** Offsets in a page have two bytes. */
const MOST_PAGE_BYTES = 0x10000;

/** Stands before the number of a column in the positions of a row. */
const COLUMN = 1;

/** Finds the list of a term, which is read later, if at all. */
export function locateList(
  { segments, reader }: { readonly segments: Segments; readonly reader: PageReader },
  { term, prefix }: { readonly term: string; readonly prefix: boolean },
): ListPlace {
  // Every term of an index without prefix indexes stands behind a zero.
  const key = Buffer.from(`0${term}`);
  const high = prefix ? Buffer.concat([key, Buffer.of(0xff)]) : key;
  const ranges = segments.all.map((segment) => reader.find(segment, key, high));
  const pages = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return { key, prefix, ranges, lastRow: segments.lastRow, pages };
}

/** What of a list is wanted. */
export interface ReadOptions {
  /** Of an occurrence, by column. */
  readonly weights: readonly number[];
  /** Only rows with a number below 0 here are wanted; the others are counted. Null for all. */
  readonly marks: Float32Array | null;
}

/** Reads a list; a row that has several terms of a prefix counts once, with all their occurrences. */
export function readList(reader: PageReader, place: ListPlace, options: ReadOptions): Postings {
  // Which rows have several of them is known when all are read.
  const marks = place.prefix ? null : options.marks;
  const list = readAll(reader, place, { ...options, marks });
  return place.prefix ? merged(list, place.lastRow) : list;
}

function readAll(reader: PageReader, place: ListPlace, options: ReadOptions): PostingList {
  const list = new PostingList();
  for (const range of place.ranges) {
    const pages = reader.read(range);
    for (const start of findLists(pages, place.key, place.prefix)) {
      appendList(pages, start, { ...options, list, deleted: range.segment.deleted });
    }
  }
  return list;
}

/** A list that grows. */
class PostingList implements Postings {
  seen = 0;
  count = 0;
  rows: Uint32Array = new Uint32Array(256);
  frequencies: Uint16Array = new Uint16Array(256);

  /** Makes room for the rows of a page. */
  reserve(bytes: number): void {
    const needed = this.count + (bytes >> 1) + 1;
    if (needed <= this.rows.length) return;
    const rows = new Uint32Array(needed * 2);
    rows.set(this.rows);
    this.rows = rows;
    const frequencies = new Uint16Array(needed * 2);
    frequencies.set(this.frequencies);
    this.frequencies = frequencies;
  }
}

interface Sink extends ReadOptions {
  readonly list: PostingList;
  readonly deleted: ReadonlySet<number>;
}

/** Reads one list of a segment, over as many pages as it has. */
function appendList(pages: readonly Uint8Array[], start: ListStart, sink: Sink): void {
  let { index, offset, end } = start;
  for (;;) {
    const page = pages[index] as Uint8Array;
    const over = appendRows(page, { from: offset, end }, sink);
    if (end < contentEnd(page)) return;
    const last = over === null ? 0 : appendSpilled(pages, index, { over, sink });
    // Always a later page, whatever a damaged one says.
    index = Math.max(index + 1, last);
    // Pages that have nothing but the end of the positions that spilled over.
    while (index < pages.length && firstRow(pages[index] as Uint8Array) === 0) {
      if (termOffsets(pages[index] as Uint8Array).length > 0) return;
      index += 1;
    }
    if (index >= pages.length) return;
    const next = pages[index] as Uint8Array;
    offset = firstRow(next);
    end = Math.min(termOffsets(next)[0] ?? contentEnd(next), next.length);
  }
}

/** A row whose positions go on in the next page. */
interface Spilled {
  readonly row: number;
  /** Where its positions begin, and how many bytes they take. */
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads the rows that begin between two offsets; the first has its id, the others the distance to the
 * one before. The loop that everything waits for: numbers are read in place.
 */
function appendRows(
  page: Uint8Array,
  { from, end }: { from: number; end: number },
  { list, deleted, weights, marks }: Sink,
): Spilled | null {
  const limit = contentEnd(page);
  list.reserve(end - from);
  const { rows, frequencies } = list;
  let { count, seen } = list;
  let spilled: Spilled | null = null;
  let row = 0;
  for (let at = from; at < end; ) {
    let byte = page[at++] ?? 0;
    let step = byte & 0x7f;
    while (byte >= 0x80) {
      byte = page[at++] ?? 0;
      step = step * 128 + (byte & 0x7f);
    }
    row += step;
    byte = page[at++] ?? 0;
    let size = byte & 0x7f;
    while (byte >= 0x80) {
      byte = page[at++] ?? 0;
      size = (size << 7) | (byte & 0x7f);
    }
    size >>>= 1;
    const stop = at + size;
    if (stop > limit) {
      spilled = { row, offset: at, size };
      break;
    }
    if (deleted.size === 0 || !deleted.has(row)) {
      seen += 1;
      if (marks === null || (marks[row] ?? 0) < 0) {
        rows[count] = row;
        frequencies[count++] = frequencyOf(page, at, stop, weights);
      }
    }
    at = stop;
  }
  list.count = count;
  list.seen = seen;
  return spilled;
}

/** @returns the page in which the positions end */
function appendSpilled(
  pages: readonly Uint8Array[],
  index: number,
  { over, sink }: { over: Spilled; sink: Sink },
): number {
  const { row, offset, size } = over;
  const { list, deleted, weights, marks } = sink;
  // No more than there can be, whatever a damaged page says.
  const positions = new Uint8Array(Math.min(size, (pages.length - index) * MOST_PAGE_BYTES));
  let filled = 0;
  let at = index;
  for (let from = offset; at < pages.length; at++, from = HEADER) {
    const page = pages[at] as Uint8Array;
    const part = page.subarray(from, Math.min(contentEnd(page), from + size - filled));
    positions.set(part, filled);
    filled += part.length;
    if (filled === size) break;
  }
  if (deleted.has(row)) return at;
  list.seen += 1;
  if (marks !== null && !((marks[row] ?? 0) < 0)) return at;
  list.reserve(2);
  list.rows[list.count] = row;
  list.frequencies[list.count++] = frequencyOf(positions, 0, filled, weights);
  return at;
}

/** Positions are numbers above 1; those of another column than the first stand behind its number. */
function frequencyOf(
  page: Uint8Array,
  from: number,
  stop: number,
  weights: readonly number[],
): number {
  let frequency = 0;
  let weight = weights[0] ?? 1;
  for (let at = from; at < stop; ) {
    let byte = page[at++] ?? 0;
    if (byte === COLUMN) {
      weight = weights[page[at++] ?? 0] ?? 1;
      continue;
    }
    while (byte >= 0x80) byte = page[at++] ?? 0;
    frequency += weight;
  }
  return frequency;
}

/** The lists of several terms as one. */
function merged({ count, rows, frequencies }: Postings, lastRow: number): Postings {
  // A larger id, in a damaged list, would take memory without bounds: it is left out.
  const sums = new Uint16Array(lastRow + 1);
  const once = new Uint32Array(count);
  let seen = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i] ?? 0;
    if (sums[row] === 0) once[seen++] = row;
    sums[row] = (sums[row] ?? 0) + (frequencies[i] ?? 0);
  }
  const summed = Uint16Array.from(once.subarray(0, seen), (row) => sums[row] ?? 0);
  return { seen, count: seen, rows: once.subarray(0, seen), frequencies: summed };
}
