/**
 * The rows that fit a list of terms best. The shortest posting lists choose candidates; all lists
 * together give their scores, which are FTS5's.
 */
import type { Database } from 'better-sqlite3';
import type { QueryTerm } from '../text/terms.ts';
import {
  type Estimates,
  emptyEstimates,
  inverseFrequency,
  largest,
  limitOf,
  markCandidates,
  scoreRows,
  type WeightedList,
} from './bm25.ts';
import { lengthsOf, pageReader, type Segments, sumOf } from './fts5-segments.ts';
import { locateList, readList } from './postings.ts';
import type { RowFilter } from './row-filter.ts';

/**
 * The longest lists, which together can add no more than this share of the score that a row could
 * reach, do not choose candidates. docs/lexical-search.md has what other shares cost and lose.
 */
const LEFT_OUT_SHARE = 0.2;

/** Lists below so many pages are never left out: that would save nothing. */
const SHORT_PAGES = 50;

/** About how many rows of a list are on a page: enough to guess what a list weighs before it is read. */
const ROWS_A_PAGE = 500;

/**
 * Rows with the best estimates whose scores are computed: so many, or so many for each that is wanted.
 * Of a query of few terms many rows have about the same estimate, and only their length tells them
 * apart: there it is a multiple.
 */
const CANDIDATES = { least: 600, each: 5, fewTerms: 4, multiple: 4 };

/** How many more are looked at when a filter leaves too few. */
const GROWTH = 8;

/** A pasted page is no query: the rarest terms of it say what it is about. */
const MAX_TERMS = 128;

/** What is looked for. */
export interface TermSearch {
  readonly segments: Segments;
  readonly terms: readonly QueryTerm[];
  /** Of an occurrence, by column. */
  readonly weights: readonly number[];
  /** Rows wanted. */
  readonly k: number;
  /** Tells which rows may be among them; null for all. */
  readonly filter: RowFilter | null;
}

/** A row and its score; above 0, higher is better. */
export interface ScoredRow {
  readonly row: number;
  readonly score: number;
}

/** What was found. */
export interface TermMatches {
  /** The k best and more, in no order. */
  readonly rows: readonly ScoredRow[];
  /** The score of a row that had all terms without end, those included that are nowhere. */
  readonly attainable: number;
}

/** Searches; call it in a transaction, so that the index stays as it is. */
export function searchTerms(db: Database, search: TermSearch): TermMatches {
  const { segments, k, filter } = search;
  const estimates = emptyEstimates(segments.lastRow);
  const lists = listsOf(db, search);
  let candidates: readonly number[] = [];
  for (let share = LEFT_OUT_SHARE; ; share = 0) {
    lists.readFirst(share, estimates);
    if (filter?.isCheap) estimates.keep(filter);
    candidates = choose(estimates, lists.limit(), search);
    if (candidates.length >= k || lists.isDone()) break;
  }
  markCandidates(estimates, candidates);
  lists.readRest(estimates);
  const lengths = lengthsOf(db, segments, candidates);
  const scores = scoreRows(estimates, lists.inOrder(), lengths);
  const rows = candidates.map((row, index) => ({ row, score: scores[index] ?? 0 }));
  return { rows, attainable: lists.limit() };
}

/** Those with the best estimates that are accepted. */
function choose(estimates: Estimates, most: number, search: TermSearch): readonly number[] {
  const { k, terms, filter } = search;
  const { least, each, fewTerms, multiple } = CANDIDATES;
  const wanted = Math.max(least, k * each) * (terms.length <= fewTerms ? multiple : 1);
  for (let size = wanted; ; size *= GROWTH) {
    const rows = largest(estimates, size, most);
    const accepted = filter === null ? rows : rows.filter((row) => filter.accepts(row));
    if (accepted.length >= wanted || size >= estimates.count()) return accepted;
  }
}

/** The lists of a query, read step by step. */
interface Lists {
  /** Reads all but the longest ones that can add no more than a share; adds them to the estimates. */
  readFirst(leftOutShare: number, estimates: Estimates): void;
  /** Reads of the others what concerns candidates. */
  readRest(estimates: Estimates): void;
  isDone(): boolean;
  /** What all that were read can add to a score. */
  limit(): number;
  /** The rarest first. */
  inOrder(): readonly WeightedList[];
}

function listsOf(db: Database, { segments, terms, weights }: TermSearch): Lists {
  const reader = pageReader(db);
  const places = terms
    .map((term) => ({ ...term, place: locateList({ segments, reader }, term) }))
    .sort((a, b) => a.place.pages - b.place.pages);
  const lists: WeightedList[] = [];
  let attainable = 0;
  let next = 0;
  const guesses = places.map(({ weight, place }) => {
    const rows = Math.min(place.pages * ROWS_A_PAGE, segments.rows);
    return weight * limitOf(rows, segments.rows);
  });
  const read = (marks: Float32Array | null): WeightedList | null => {
    const { weight, place } = places[next++] as (typeof places)[number];
    const postings = readList(reader, place, { weights, marks });
    attainable += weight * limitOf(postings.seen, segments.rows);
    if (postings.seen === 0) return null;
    const list = { postings, weight, inverse: inverseFrequency(postings.seen, segments.rows) };
    lists.push(list);
    return list;
  };
  const isDone = (): boolean => next >= places.length || lists.length >= MAX_TERMS;
  return {
    readFirst: (leftOutShare, estimates) => {
      let left = leftOutShare * sumOf(guesses);
      let end = places.length;
      for (; end > 0 && (places[end - 1]?.place.pages ?? 0) > SHORT_PAGES; end--) {
        left -= guesses[end - 1] ?? 0;
        if (left < 0) break;
      }
      while (next < end && !isDone()) {
        const list = read(null);
        if (list !== null) estimates.add(list);
      }
    },
    readRest: ({ sums }) => {
      while (!isDone()) read(sums);
    },
    isDone,
    limit: () => attainable,
    inOrder: () => lists.toSorted((a, b) => a.postings.seen - b.postings.seen),
  };
}
