/**
 * Passages by their words: any of the terms may be missing, rare ones weigh more (BM25), quoted phrases
 * must stand there.
 */
import type { Database } from 'better-sqlite3';
import type { LexicalQuery } from '../../../text/query.ts';
import type { WordMatch } from '../../reading-types.ts';
import type { ScoredRow } from '../../words/best-rows.ts';
import { LAST_ROW } from '../../words/blocks.ts';
import { WINDOW_ROWS } from '../../words/impact-list.ts';
import { pathScore } from '../../words/path-score.ts';
import { scoreRows } from '../../words/phrase-rows.ts';
import { maskOf, type RowMask } from '../../words/row-mask.ts';
import {
  type AskedList,
  searchPhrases,
  searchTerms,
  type WordMatches,
} from '../../words/search.ts';
import { BY_PLACE } from '../place-order.ts';
import { statement } from '../statements.ts';
import { type IndexOfWords, openWords } from './index-of-words.ts';
import { holdingPhrases } from './phrases.ts';
import { documentFilter } from './row-filter.ts';

/** What is looked for. */
export interface LexicalRequest {
  readonly query: LexicalQuery;
  /** Passages wanted. */
  readonly k: number;
  /** Only passages of these documents; null for all. The filter restricts before ranking. */
  readonly documentIds: readonly number[] | null;
}

/** What was found. */
export interface LexicalResult {
  /** At most k, best first. */
  readonly matches: readonly WordMatch[];
  /**
   * The score that no passage can reach: each term of the query, those that are nowhere included,
   * without end. A best match far below it says that the corpus lacks words of the query.
   */
  readonly attainable: number;
  /** The scores of other passages, by id; those without a word of the query are left out. */
  scoresOf(ids: readonly number[]): ReadonlyMap<number, number>;
  /** What of a passage's score the path of its document gives by itself. */
  pathScoreOf(id: number, path: string): number;
}

/**
 * The passages that fit a query best, best first; equal ones by place, which is the same in every build
 * of the same corpus. Phrases are required; of the terms one is enough. Needs a usable index
 * (`wordsUsable`), and belongs into the transaction of all that is read with it.
 *
 * @returns no matches if nothing of the query is in the corpus
 * @throws RowDamaged, BlockDamaged
 */
export function lexicalMatches(db: Database, request: LexicalRequest): LexicalResult {
  const index = openWords(db);
  // More than there are cannot be found.
  const k = Math.max(1, Math.min(request.k, index.statistics.rows));
  const { rows, lists, attainable } = rank(db, index, { ...request, k });
  return {
    ...{ matches: inOrder(db, rows).slice(0, k), attainable },
    scoresOf: (ids) => scoresOf(ids, lists),
    pathScoreOf: (row, path) => pathScore(index, lists, { row, path }),
  };
}

function scoresOf(
  ids: readonly number[],
  lists: readonly AskedList[],
): ReadonlyMap<number, number> {
  const rows = Uint32Array.from(ids.filter((id) => id <= LAST_ROW)).sort();
  const scores = scoreRows(rows, lists);
  const found = Array.from(rows, (row, i) => [row, scores[i] ?? 0] as const);
  return new Map(found.filter(([, score]) => score > 0));
}

function rank(
  db: Database,
  index: IndexOfWords,
  { query, k, documentIds }: LexicalRequest,
): WordMatches {
  const mask = rowMask(db, index, documentIds);
  if (query.phrases.length === 0) return searchTerms(index, query.terms, { k, mask });
  const found = searchPhrases(index, query, { mask });
  return { ...found, rows: holdingPhrases(db, found.rows, { phrases: query.phrases, k }) };
}

function rowMask(
  db: Database,
  { lastRow }: IndexOfWords,
  documentIds: readonly number[] | null,
): RowMask | null {
  const filter = documentFilter(db, documentIds);
  if (filter === null) return null;
  if ('rows' in filter) return maskOf(filter.rows, lastRow);
  return { isCheap: false, has: filter.accepts, countIn: () => WINDOW_ROWS };
}

/** Best first; equal scores by source, path and place in the document. */
function inOrder(db: Database, rows: readonly ScoredRow[]): readonly WordMatch[] {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  const tied = sorted.filter(
    ({ score }, i) => score === sorted[i - 1]?.score || score === sorted[i + 1]?.score,
  );
  const places = tied.length === 0 ? new Map<number, number>() : readPlaces(db, tied);
  return sorted
    .sort((a, b) => b.score - a.score || (places.get(a.row) ?? 0) - (places.get(b.row) ?? 0))
    .map(({ row, score }) => ({ id: row, score }));
}

/** Where each row comes in the order of places. */
function readPlaces(db: Database, rows: readonly ScoredRow[]): Map<number, number> {
  const places = statement<[string], number>(
    db,
    `SELECT chunk.id FROM chunk JOIN document ON document.id = chunk.document_id
     WHERE chunk.id IN (SELECT value FROM json_each(?))
     ORDER BY ${BY_PLACE}`,
  );
  const ids = places.pluck().all(JSON.stringify(rows.map(({ row }) => row)));
  return new Map(ids.map((id, index) => [id, index]));
}
