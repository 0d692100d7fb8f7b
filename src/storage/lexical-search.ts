/**
 * Passages by their words, from `chunk_terms`: any of the terms may be missing, rare ones weigh more
 * (BM25 as FTS5 has it), quoted phrases must stand there.
 */
import type { Database } from 'better-sqlite3';
import type { LexicalQuery } from '../text/query.ts';
import { limitOf } from './bm25.ts';
import { readSegments } from './fts5-segments.ts';
import { searchPhrases } from './phrase-search.ts';
import { documentFilter } from './row-filter.ts';
import {
  anyOf,
  COLUMN_WEIGHTS,
  countRows,
  limitOfTerms,
  type RankedRow,
  rankAll,
} from './table-ranking.ts';
import { searchTerms } from './term-search.ts';

/** What is looked for. */
export interface LexicalRequest {
  readonly query: LexicalQuery;
  /** Passages wanted. */
  readonly k: number;
  /** Only passages of these documents; null for all. The filter restricts before ranking. */
  readonly documentIds: readonly number[] | null;
}

/** A passage and how well its words fit. */
export interface LexicalMatch {
  readonly chunkId: number;
  /** BM25 over text, headings and path; above 0, higher is better. Not comparable between queries. */
  readonly score: number;
}

/** What was found. */
export interface LexicalResult {
  /** At most k, best first. */
  readonly matches: readonly LexicalMatch[];
  /**
   * The score that no passage can reach: each term of the query, those that are nowhere included,
   * without end. A best match far below it says that the corpus lacks words of the query.
   */
  readonly attainable: number;
}

/** A pasted page is no query: of its terms the rarest say what it is about. */
const MAX_TERMS = 128;

/**
 * The passages that fit a query best, best first; equal ones by place, which is the same in every build
 * of the same corpus. Phrases are required; of the terms one is enough. Needs a usable table
 * (`lexicalUsable`).
 *
 * @returns no matches if nothing of the query is in the corpus
 */
export function lexicalMatches(db: Database, request: LexicalRequest): LexicalResult {
  const hasPhrases = request.query.phrases.length > 0;
  // What is read belongs together; a deferred transaction locks no writer out.
  const search = db.transaction(() => {
    return hasPhrases ? byTable(db, request) : (byPostings(db, request) ?? byTable(db, request));
  });
  return search.deferred();
}

/** By the posting lists of the terms; null if they cannot be read. */
function byPostings(db: Database, request: LexicalRequest): LexicalResult | null {
  const { query, k, documentIds } = request;
  const segments = readSegments(db);
  if (segments === null) return null;
  const filter = documentFilter(db, documentIds);
  const search = { segments, terms: query.terms, weights: COLUMN_WEIGHTS, k, filter };
  const { rows, attainable } = searchTerms(db, search);
  const ranked = rows
    .map(({ row, score }) => ({ chunkId: row, rank: -score }))
    .sort((a, b) => a.rank - b.rank);
  const last = ranked[k - 1]?.rank ?? 0;
  const best = ranked.filter(({ rank }) => rank <= last);
  return { matches: inOrder(db, best).slice(0, k), attainable };
}

/** By FTS5, which takes about 1 µs for every row that has one of the terms. */
function byTable(db: Database, { query, k, documentIds }: LexicalRequest): LexicalResult {
  const { phrases } = query;
  const counted = countRows(db, query.terms);
  const terms = counted.filter(({ rows }) => rows > 0).slice(0, MAX_TERMS);
  const count = db.prepare<[], number>('SELECT count(*) FROM chunk').pluck().get() ?? 0;
  const ofTerms = limitOfTerms(counted, count);
  if (phrases.length === 0) {
    const rows = terms.length === 0 ? [] : rankAll(db, anyOf(terms), documentIds);
    return { matches: inOrder(db, rows).slice(0, k), attainable: ofTerms };
  }
  const { rows, matched } = searchPhrases(db, { phrases, terms, k, documentIds });
  // In the expression the phrases stand twice if there are terms beside them.
  const times = phrases.length * (terms.length > 0 ? 2 : 1);
  const attainable = ofTerms + times * limitOf(matched, count);
  return { matches: inOrder(db, rows).slice(0, k), attainable };
}

/** Best first; equal ranks by source, path and place in the document. */
function inOrder(db: Database, rows: readonly RankedRow[]): readonly LexicalMatch[] {
  const hasTies = rows.some(({ rank }, index) => rank === rows[index + 1]?.rank);
  const places = hasTies ? readPlaces(db, rows) : new Map<number, number>();
  return [...rows]
    .sort((a, b) => a.rank - b.rank || (places.get(a.chunkId) ?? 0) - (places.get(b.chunkId) ?? 0))
    .map(({ chunkId, rank }) => ({ chunkId, score: -rank }));
}

/** Where each row comes in the order of places. */
function readPlaces(db: Database, rows: readonly RankedRow[]): Map<number, number> {
  const ids = db
    .prepare<[string], number>(
      `SELECT chunk.id FROM chunk JOIN document ON document.id = chunk.document_id
       WHERE chunk.id IN (SELECT value FROM json_each(?))
       ORDER BY document.source_id, document.path, chunk.ordinal`,
    )
    .pluck()
    .all(JSON.stringify(rows.map(({ chunkId }) => chunkId)));
  return new Map(ids.map((id, index) => [id, index]));
}
