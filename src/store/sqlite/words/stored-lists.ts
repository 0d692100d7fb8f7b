/** Posting lists as they are read from `words_block`. */
import type { Database } from 'better-sqlite3';
import { checkBlock, decodeBlock, postingsSink } from '../../words/blocks.ts';
import { cut, inOrder, type LookedUp, type Postings } from '../../words/postings.ts';
import { NO_ROW, type RowLengths } from '../../words/row-lengths.ts';
import { RowDamaged } from '../sqlite-errors.ts';
import { statement } from '../statements.ts';
import { bounded } from '../stored-lengths.ts';
import { mostRows } from './length-pages.ts';

/** A row of `words_block` as an array, which is quicker to read than an object. */
export type BlockRow = [first: number, count: number, data: Uint8Array];

/** A segment, as its lists are read. */
export interface OpenSegment {
  readonly id: number;
  readonly lengths: RowLengths;
  /** True if rows have gone from it. */
  readonly hasGone: boolean;
}

/** Above every term that begins with what stands before it. */
const UP_TO = '\u{10ffff}';

/** The live postings of a term in a segment; of a prefix, of all terms that begin with it. @throws RowDamaged */
export function readList(db: Database, segment: OpenSegment, term: LookedUp): Postings {
  requireFew(db, segment, term);
  const rows = statement<[number, string, string], BlockRow>(
    db,
    `SELECT first, count, ${bounded('data', "x''")} FROM words_block
     WHERE segment = ? AND term >= ? AND term <= ? ORDER BY term, first`,
  ).raw();
  const blocks = rows.all(segment.id, ...rangeOf(term));
  const postings = decodeRows(blocks, segment.hasGone ? segment.lengths : null);
  // Blocks of one term follow each other, if nobody has damaged them; those of several do not.
  return blocks.length > 1 ? inOrder(postings) : postings;
}

/** Terms of one prefix that a passage has at most on an average. */
const MAX_OF_PREFIX = 64;

/** A row is in the list of a term once. @throws RowDamaged for lists of more than the rows there can be */
function requireFew(db: Database, { id }: OpenSegment, term: LookedUp): void {
  const sums = statement<[number, string, string], { blocks: number; postings: number }>(
    db,
    `SELECT count(*) AS blocks, total(count) AS postings FROM words_block
     WHERE segment = ? AND term >= ? AND term <= ?`,
  ).get(id, ...rangeOf(term));
  const { blocks = 0, postings = 0 } = sums ?? {};
  const most = mostRows(db, id) * (term.prefix ? MAX_OF_PREFIX : 1);
  if (Math.max(blocks, postings) > most)
    throw new RowDamaged('postings of more rows than there are');
}

/** Postings of a term in a segment, those of rows that have gone included. */
export function countPostings(db: Database, { id }: OpenSegment, term: LookedUp): number {
  const sum = statement<[number, string, string], { count: number | null }>(
    db,
    'SELECT sum(count) AS count FROM words_block WHERE segment = ? AND term >= ? AND term <= ?',
  );
  return sum.get(id, ...rangeOf(term))?.count ?? 0;
}

function rangeOf({ term, prefix }: LookedUp): [low: string, high: string] {
  return [term, prefix ? term + UP_TO : term];
}

/**
 * The postings of blocks, in the order of the blocks.
 *
 * @param lengths of the segment that they are of, to leave out rows that have gone; null if none have
 * @throws BlockDamaged
 */
export function decodeRows(rows: readonly BlockRow[], lengths: RowLengths | null): Postings {
  let room = 0;
  for (const [first, count, data] of rows) {
    checkBlock({ first, count, data });
    room += count;
  }
  const sink = postingsSink(room);
  for (const [first, count, data] of rows) decodeBlock({ first, count, data }, sink);
  return lengths === null ? sink : withoutGone(sink, lengths);
}

function withoutGone({ rows, frequencies }: Postings, { codeOf }: RowLengths): Postings {
  let kept = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (codeOf(row) === NO_ROW) continue;
    rows[kept] = row;
    frequencies[kept++] = frequencies[i] as number;
  }
  return cut({ rows, frequencies }, kept);
}
