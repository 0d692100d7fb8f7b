/** Merges segments, so that there are few; what has gone from them stays behind. */
import type { Database } from 'better-sqlite3';
import { type Postings, unionOf } from '../../words/postings.ts';
import { countRows, newLengths, type RowLengths } from '../../words/row-lengths.ts';
import { readLengths } from './length-pages.ts';
import { deleteSegment, readSegments, type Segment, segmentWriter } from './segments.ts';
import { type BlockRow, decodeRows } from './stored-lists.ts';

/** While a run goes on, so many segments of about one size become one: each posting is written log₈ n times. */
const FAN_IN = 8;

/** At the end of a run each segment has at least so many times the rows of all smaller ones. */
const RATIO = 4;

/** Segments are written anew once more than this share of their rows has gone. */
const MOST_GONE = 0.1;

/** Blocks of the largest segment that are merged at a time: some megabytes. */
const PAGE_BLOCKS = 2000;

/** Merges segments of about one size where there are many. */
export function mergeTiers(db: Database): void {
  for (;;) {
    const tiers = new Map<number, Segment[]>();
    for (const segment of readSegments(db)) {
      const tier = Math.round(Math.log(segment.rows + 1) / Math.log(FAN_IN));
      tiers.set(tier, [...(tiers.get(tier) ?? []), segment]);
    }
    const full = [...tiers.values()].find((segments) => segments.length >= FAN_IN);
    if (full === undefined) return;
    merge(db, full);
  }
}

/** Leaves as many segments as there are orders of size, one as a rule, or just one of all. */
export function settleSegments(db: Database, isWhole: boolean = false): void {
  const segments = [...readSegments(db)].sort((a, b) => b.rows - a.rows);
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  const gone =
    rows - segments.reduce((sum, { id }) => sum + countRows(readLengths(db, id)).rows, 0);
  if (gone > rows * MOST_GONE || (isWhole && (gone > 0 || segments.length > 1))) {
    merge(db, segments);
    return;
  }
  let smaller = 0;
  let from = segments.length;
  for (let i = segments.length - 1; i >= 0; i--) {
    const { rows: own } = segments[i] as Segment;
    if (own < RATIO * smaller) from = i;
    smaller += own;
  }
  if (from < segments.length) merge(db, segments.slice(from));
}

/** Makes one segment of several, in a transaction of its own: readers see them before or after. */
function merge(db: Database, segments: readonly Segment[]): void {
  const work = db.transaction(() => {
    const lengths = segments.map(({ id }) => readLengths(db, id));
    const result = segmentWriter(db);
    for (const lists of readLists(db, segments, lengths)) {
      for (const term of [...lists.keys()].sort()) {
        const postings = unionOf(lists.get(term) as Postings[]);
        result.put(term, postings);
      }
    }
    result.finish(newLengths(lengths));
    for (const segment of segments) deleteSegment(db, segment);
  });
  work.immediate();
}

type ListsByTerm = ReadonlyMap<string, Postings[]>;

/** The lists of all segments by term, from one term to another, without rows that have gone. */
function* readLists(
  db: Database,
  segments: readonly Segment[],
  lengths: readonly RowLengths[],
): Generator<ListsByTerm> {
  const largest = segments.reduce((a, b) => (b.rows > a.rows ? b : a)).id;
  const blockAfter = db
    .prepare<[number, string, number], string>(
      'SELECT term FROM words_block WHERE segment = ? AND term > ? ORDER BY term LIMIT 1 OFFSET ?',
    )
    .pluck();
  const read = db
    .prepare<[number, string, string | null, string | null], [string, ...BlockRow]>(
      `SELECT term, first, count, data FROM words_block
       WHERE segment = ? AND term > ? AND (? IS NULL OR term <= ?) ORDER BY term, first`,
    )
    .raw();
  for (let after: string | null = ''; after !== null; ) {
    const upTo: string | null = blockAfter.get(largest, after, PAGE_BLOCKS) ?? null;
    const lists = new Map<string, Postings[]>();
    for (const [i, { id }] of segments.entries()) {
      for (const [term, rows] of byTerm(read.all(id, after, upTo, upTo))) {
        const postings = decodeRows(rows, lengths[i] as RowLengths);
        const known = lists.get(term);
        if (known === undefined) lists.set(term, [postings]);
        else known.push(postings);
      }
    }
    yield lists;
    after = upTo;
  }
}

function byTerm(rows: readonly [string, ...BlockRow][]): ReadonlyMap<string, BlockRow[]> {
  const terms = new Map<string, BlockRow[]>();
  for (const [term, ...block] of rows) {
    const known = terms.get(term);
    if (known === undefined) terms.set(term, [block]);
    else known.push(block);
  }
  return terms;
}
