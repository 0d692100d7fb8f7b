/** Merges segments, so that there are few; what has gone from them stays behind. */
import type { Database } from 'better-sqlite3';
import { unionOf } from '../../words/postings.ts';
import { newLengths, type PagedLengths } from '../../words/row-lengths.ts';
import { bounded, requireValue } from '../stored-lengths.ts';
import { readLengths } from './length-pages.ts';
import {
  deleteSegment,
  readSegments,
  type Segment,
  type SegmentWriter,
  segmentWriter,
} from './segments.ts';
import { type BlockRow, decodeRows, type OpenSegment } from './stored-lists.ts';

/** While a run goes on, so many segments of about one size become one: the end of the run merges them all. */
const FAN_IN = 32;

/** At the end of a run each segment has at least so many times the rows of all smaller ones. */
const RATIO = 4;

/** Segments are written anew once more than this share of their rows has gone. */
const MAX_GONE_SHARE = 0.1;

/** Blocks of each segment that are merged at a time, with those of the last of their terms. */
const PAGE_BLOCKS = 250;

/** SQLite sorts every BLOB behind every text. */
const ABOVE_TEXT: Buffer = Buffer.alloc(0);

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
export function mergeSegments(db: Database, isWhole: boolean = false): void {
  const segments = [...readSegments(db)].sort((a, b) => b.rows - a.rows);
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  const gone = segments.reduce((sum, segment) => sum + segment.rows - segment.live, 0);
  if (gone > rows * MAX_GONE_SHARE || (isWhole && (gone > 0 || segments.length > 1))) {
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

/** A segment that is merged. */
interface MergedSegment extends OpenSegment {
  readonly lengths: PagedLengths;
}

/** The blocks of a term in one of the segments. */
interface StoredList {
  readonly segment: MergedSegment;
  readonly blocks: BlockRow[];
}

/** Makes one segment of several, in a transaction of its own: readers see them before or after. */
function merge(db: Database, segments: readonly Segment[]): void {
  const work = db.transaction(() => {
    const merged = segments.map(
      ({ id, rows, live }): MergedSegment => ({
        id,
        lengths: readLengths(db, id),
        hasGone: live < rows,
      }),
    );
    const result = segmentWriter(db);
    for (const lists of readLists(db, merged)) {
      for (const term of [...lists.keys()].sort()) {
        putMerged(result, term, lists.get(term) as StoredList[]);
      }
    }
    result.finish(newLengths(merged.map(({ lengths }) => lengths)));
    for (const segment of segments) deleteSegment(db, segment);
  });
  work.immediate();
}

function putMerged(result: SegmentWriter, term: string, lists: readonly StoredList[]): void {
  const [one] = lists;
  // Most terms are in one segment alone: to copy them saves a third of the time.
  if (one !== undefined && lists.length === 1 && !one.segment.hasGone) {
    result.copy(term, one.blocks);
    return;
  }
  const parts = lists.map(({ segment: { lengths, hasGone }, blocks }) =>
    decodeRows(blocks, hasGone ? lengths : null),
  );
  result.put(term, unionOf(parts));
}

/** The lists of all segments by term, from one term to another. */
function* readLists(
  db: Database,
  merged: readonly MergedSegment[],
): Generator<ReadonlyMap<string, StoredList[]>> {
  const blockAfter = db
    .prepare<[number, string, number], string | null>(
      `SELECT ${bounded('term')} FROM words_block
       WHERE segment = ? AND term > ? ORDER BY term LIMIT 1 OFFSET ?`,
    )
    .pluck();
  const read = db
    .prepare<[number, string, string | Buffer], [...BlockRow, term: string | null]>(
      `SELECT first, count, ${bounded('data', "x''")}, ${bounded('term')} FROM words_block
       WHERE segment = ? AND term > ? AND term <= ? ORDER BY term, first`,
    )
    .raw();
  for (let after: string | null = ''; after !== null; ) {
    // One segment may be all Japanese and its neighbour English: no page has more blocks of either.
    const from: string = after;
    const ends = merged.flatMap(({ id }) => {
      const end = blockAfter.get(id, from, PAGE_BLOCKS);
      return end === undefined ? [] : requireValue(end, 'a term');
    });
    const upTo: string | null = ends.length === 0 ? null : ends.reduce((a, b) => (b < a ? b : a));
    const lists = new Map<string, StoredList[]>();
    for (const segment of merged) {
      let last: string | null = null;
      let blocks: BlockRow[] = [];
      for (const row of read.all(segment.id, from, upTo ?? ABOVE_TEXT)) {
        const [first, count, data, stored] = row;
        const term = requireValue(stored, 'a term');
        if (term !== last) {
          blocks = [];
          const known = lists.get(term);
          if (known === undefined) lists.set(term, [{ segment, blocks }]);
          else known.push({ segment, blocks });
          last = term;
        }
        blocks.push([first, count, data]);
      }
    }
    yield lists;
    after = upTo;
  }
}
