/** Whether the index of words holds just what the passages say: terms, frequencies and lengths. */
import type { Database } from 'better-sqlite3';
import { BlockDamaged, LAST_ROW } from '../../words/blocks.ts';
import {
  countRows,
  lengthCode,
  NO_ROW,
  newLengths,
  type PagedLengths,
  type RowLengths,
} from '../../words/row-lengths.ts';
import type { DerivedState } from '../derived-state.ts';
import { RowDamaged } from '../sqlite-errors.ts';
import { bounded } from '../stored-lengths.ts';
import { readLengths } from './length-pages.ts';
import { type PostingSum, postingSum } from './posting-sum.ts';
import { readSegments } from './segments.ts';
import { readState, wordsUsable } from './state.ts';
import { type BlockRow, decodeRows } from './stored-lists.ts';
import { CHUNK_ROWS, type ChunkRow, freshTerms, readFresh, termsOf } from './stored-passages.ts';

/**
 * Compares the index with the stored passages, all of which it cuts into terms again: that is most of what it
 * takes.
 */
export function wordsState(db: Database): DerivedState {
  if (readState(db)?.complete !== true) return 'none';
  if (!wordsUsable(db)) return 'wrong';
  try {
    return isRight(db) ? 'right' : 'wrong';
  } catch (error) {
    if (error instanceof RowDamaged || error instanceof BlockDamaged) return 'wrong';
    throw error;
  }
}

/** What is in the segments, put together. */
interface Folded {
  readonly lengths: RowLengths;
  readonly rows: number;
  readonly postings: PostingSum;
}

function isRight(db: Database): boolean {
  const folded = readFolded(db);
  if (folded === null) return false;
  const expected = postingSum();
  const fresh = db.prepare<[], number>('SELECT count(*) FROM words_fresh').pluck().get();
  const chunks = db.prepare<[number, number], ChunkRow>(
    `${CHUNK_ROWS} WHERE chunk.id BETWEEN ? AND ? ORDER BY chunk.id`,
  );
  let freshSeen = 0;
  let foldedSeen = 0;
  for (const row of chunks.iterate(0, LAST_ROW)) {
    const { terms, frequencies, length } = termsOf(row);
    const code = folded.lengths.codeOf(row.id);
    if (code === NO_ROW) {
      if (!isFresh(db, row.id, { terms, frequencies, length })) return false;
      freshSeen += 1;
      continue;
    }
    if (code !== lengthCode(length)) return false;
    foldedSeen += 1;
    for (let i = 0; i < terms.length; i++) {
      expected.add(terms[i] as string, row.id, frequencies[i] as number);
    }
  }
  return fresh === freshSeen && folded.rows === foldedSeen && folded.postings.equals(expected);
}

/** Puts the segments together; null if one does not say what rows it has. */
function readFolded(db: Database): Folded | null {
  const all: PagedLengths[] = [];
  const postings = postingSum();
  let live = 0;
  for (const segment of readSegments(db)) {
    const lengths = readLengths(db, segment.id);
    const counted = countRows(lengths);
    const gone = addLive(db, { id: segment.id, lengths }, postings);
    const knows = segment.live === counted.rows && segment.terms === counted.terms;
    if (!knows || (gone > 0 && segment.live === segment.rows)) return null;
    all.push(lengths);
    live += segment.live;
  }
  return { lengths: newLengths(all), rows: live, postings };
}

/** Adds up the postings of a segment whose rows are there. @returns how many others there are */
function addLive(
  db: Database,
  { id, lengths }: { readonly id: number; readonly lengths: RowLengths },
  postings: PostingSum,
): number {
  const blocks = db
    .prepare<[number], [...BlockRow, term: string]>(
      `SELECT first, count, ${bounded('data', "x''")}, ${bounded('term', "''")} FROM words_block
       WHERE segment = ? ORDER BY term, first`,
    )
    .raw();
  let gone = 0;
  for (const [first, count, data, term] of blocks.iterate(id)) {
    const { rows, frequencies } = decodeRows([[first, count, data]], lengths);
    gone += count - rows.length;
    for (let n = 0; n < rows.length; n++) {
      postings.add(term, rows[n] as number, frequencies[n] as number);
    }
  }
  return gone;
}

function isFresh(db: Database, id: number, wanted: ReturnType<typeof termsOf>): boolean {
  const [row] = readFresh(db, id - 1, 1);
  if (row?.id !== id) return false;
  const { terms, frequencies, length } = freshTerms(row);
  return (
    length === wanted.length &&
    terms.join(' ') === wanted.terms.join(' ') &&
    Buffer.compare(frequencies, wanted.frequencies) === 0
  );
}
