/** Segments of the index of words: what was folded or merged at once. */
import type { Database } from 'better-sqlite3';
import { encodeBlocks } from '../../words/blocks.ts';
import type { Postings } from '../../words/postings.ts';
import { countRows, type PagedLengths } from '../../words/row-lengths.ts';
import { RowDamaged } from '../sqlite-errors.ts';
import { statement } from '../statements.ts';
import { deleteLengths, writeLengths } from './length-pages.ts';
import type { BlockRow } from './stored-lists.ts';

/** A row of `words_segment`. */
export interface Segment {
  readonly id: number;
  /** Those included that have gone since it was written. */
  readonly rows: number;
  /** Rows that have not. */
  readonly live: number;
  /** The lengths of those in sum, in terms. */
  readonly terms: number;
}

/** Writers keep to a few; a file with more was made by someone else, and would be slow to read. */
const MAX_SEGMENTS = 1000;

/** The segments, the oldest first. @throws RowDamaged */
export function readSegments(db: Database): readonly Segment[] {
  const segments = statement<[], Segment>(
    db,
    `SELECT id, rows, live, terms FROM words_segment ORDER BY id LIMIT ${MAX_SEGMENTS + 1}`,
  ).all();
  const first = segments[0]?.id ?? 1;
  const last = segments.at(-1)?.id ?? 1;
  const isOdd = segments.some(({ rows, live, terms }) => live < 0 || live > rows || terms < 0);
  if (isOdd || segments.length > MAX_SEGMENTS || first < 1 || last >= 2 ** 31) {
    throw new RowDamaged('segments of words that no writer made');
  }
  return segments;
}

/** A new segment, which takes posting lists in the order of their terms. Call it inside a transaction. */
export interface SegmentWriter {
  put(term: string, postings: Postings): void;
  /** Blocks of another segment, as they are. */
  copy(term: string, blocks: readonly BlockRow[]): void;
  /** Ends it with the lengths of its rows. */
  finish(lengths: PagedLengths): void;
}

/** Starts a segment after the others. */
export function segmentWriter(db: Database): SegmentWriter {
  const last = db.prepare<[], number | null>('SELECT max(id) FROM words_segment').pluck().get();
  const segment = (last ?? 0) + 1;
  const insert = db.prepare(
    'INSERT INTO words_block (segment, term, first, count, data) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    put: (term, postings) => {
      for (const { first, count, data } of encodeBlocks(postings)) {
        insert.run(segment, term, first, count, data);
      }
    },
    copy: (term, blocks) => {
      for (const [first, count, data] of blocks) insert.run(segment, term, first, count, data);
    },
    finish: (lengths) => {
      writeLengths(db, segment, lengths);
      const { rows, terms } = countRows(lengths);
      db.prepare('INSERT INTO words_segment (id, rows, live, terms) VALUES (?, ?, ?, ?)').run(
        ...[segment, rows, rows, terms],
      );
    },
  };
}

/** Removes a segment. Call it inside a transaction. */
export function deleteSegment(db: Database, { id }: Segment): void {
  db.prepare('DELETE FROM words_block WHERE segment = ?').run(id);
  deleteLengths(db, id);
  db.prepare('DELETE FROM words_segment WHERE id = ?').run(id);
}
