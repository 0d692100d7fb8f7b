/**
 * Ranking by FTS5 itself, through SQL: for expressions of phrases, and for a table of a format that
 * fts5-segments.ts does not know.
 */
import type { Database } from 'better-sqlite3';
import type { QueryTerm } from '../text/terms.ts';
import { limitOf } from './bm25.ts';

/**
 * Weights of the columns text, headings (with title), path, whole. A title's word says more about a
 * passage than one of its own. docs/lexical-search.md has the measurements.
 */
export const COLUMN_WEIGHTS: readonly number[] = [1, 3, 3, 1];

/** A row of the table. */
export interface RankedRow {
  readonly chunkId: number;
  /** As FTS5 gives it: below 0, lower is better. */
  readonly rank: number;
}

/**
 * All rows that an FTS5 expression finds in these documents, the best first. The `+` keeps SQLite from
 * asking FTS5 once for every row id: rows of the match are looked up in the list, and ranked if they
 * are in it.
 */
export function rankAll(
  db: Database,
  match: string,
  documentIds: readonly number[] | null,
): readonly RankedRow[] {
  const filter = `AND +rowid IN (SELECT id FROM chunk
    WHERE document_id IN (SELECT value FROM json_each(?)))`;
  const statement = db.prepare<unknown[], RankedRow>(
    `SELECT rowid AS chunkId, bm25(chunk_terms, ${COLUMN_WEIGHTS.join(', ')}) AS rank
     FROM chunk_terms WHERE chunk_terms MATCH ? ${documentIds === null ? '' : filter}
     ORDER BY rank`,
  );
  return statement.all(match, ...(documentIds === null ? [] : [JSON.stringify(documentIds)]));
}

/** A term and in how many rows it stands; of a prefix, once for each term that begins with it. */
export interface CountedTerm extends QueryTerm {
  readonly rows: number;
}

/** The terms with the rows that have them, the rarest first. */
export function countRows(db: Database, terms: readonly QueryTerm[]): readonly CountedTerm[] {
  const exact = db
    .prepare<[string], number>('SELECT doc FROM chunk_terms_vocabulary WHERE term = ?')
    .pluck();
  const range = db
    .prepare<[string, string], number>(
      'SELECT sum(doc) FROM chunk_terms_vocabulary WHERE term >= ? AND term < ?',
    )
    .pluck();
  const rowsOf = ({ term, prefix }: QueryTerm): number =>
    (prefix ? range.get(term, `${term}\u{10ffff}`) : exact.get(term)) ?? 0;
  return terms.map((term) => ({ ...term, rows: rowsOf(term) })).sort((a, b) => a.rows - b.rows);
}

/** What the terms can add to a score, those included that are nowhere. */
export function limitOfTerms(terms: readonly CountedTerm[], rows: number): number {
  return terms.reduce(
    (sum, term) => sum + term.weight * limitOf(Math.min(term.rows, rows), rows),
    0,
  );
}

/**
 * FTS5's `OR`. Terms hold no quotes; in quotes nothing else is syntax either. BM25 is a sum over what
 * stands here, so a term counts as often as it is written.
 */
export function anyOf(terms: readonly QueryTerm[]): string {
  return terms
    .flatMap(({ term, prefix, weight }) => {
      const one = `"${term}"${prefix ? '*' : ''}`;
      return Array.from({ length: weight }, () => one);
    })
    .join(' OR ');
}
