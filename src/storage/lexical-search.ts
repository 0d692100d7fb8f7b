/**
 * Passages by their words, from `chunk_terms`: any of the terms may be missing, rare ones weigh more
 * (BM25, Robertson & Zaragoza 2009, as FTS5 has it: k1 = 1.2, b = .75), quoted phrases must stand there.
 */
import type { Database, Statement } from 'better-sqlite3';
import { holdsPhrase, type LexicalQuery, type QuotedPhrase } from '../text/query.ts';
import type { QueryTerm } from '../text/terms.ts';

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

/**
 * Weights of the columns text, headings (with title), path, whole. A title's word says more about a
 * passage than one of its own. docs/lexical-search.md has the measurements.
 */
const RANK = 'bm25(chunk_terms, 1, 3, 3, 1)';

/**
 * Rows that may be ranked by every occurrence of a term: BM25 costs about 1 µs a row, and a sentence of
 * common words matches nearly every row of a large corpus.
 */
const ROW_BUDGET = 20_000;

/** Best rows by the rare terms of a query, to be ranked by all of them. */
const CANDIDATES = 1000;

/** A pasted page is no query: the rarest terms of it say what it is about. */
const MAX_TERMS = 128;

/** FTS5's own constants: k1, and what it takes for the weight of a term that most rows have. */
const K1 = 1.2;
const LEAST_INVERSE = 1e-6;

/** Rows asked for beyond the wanted ones, to see whether the last score goes on. */
const TIE_MARGIN = 16;

/** Passages a time that are looked at for phrases. */
const VERIFY_PAGE = 64;

/**
 * The passages that fit a query best, best first; equal ones by place, which is the same in every build
 * of the same corpus. Phrases are required; of the terms one is enough. Needs a usable table
 * (`lexicalUsable`).
 *
 * Of a query whose terms stand in very many rows, candidates come from its rare terms, and are then
 * ranked by all: scores are the same as without this.
 *
 * @returns no matches if nothing of the query is in the corpus
 */
export function lexicalMatches(db: Database, request: LexicalRequest): LexicalResult {
  const { query } = request;
  const filter = request.documentIds === null ? null : JSON.stringify(request.documentIds);
  const all = countRows(db, query.terms);
  const rows = db.prepare<[], number>('SELECT count(*) FROM chunk').pluck().get() ?? 0;
  const ofTerms = sum(all.map((term) => term.weight * limitOf(term.rows, rows)));
  const terms = all.filter((term) => term.rows > 0).slice(0, MAX_TERMS);
  if (query.phrases.length === 0) {
    return { matches: termMatches(db, request, { terms, filter }), attainable: ofTerms };
  }
  const { matches, matched } = phraseMatches(db, request, { terms, filter });
  // In the expression the phrases stand twice if there are terms beside them.
  const times = query.phrases.length * (terms.length > 0 ? 2 : 1);
  return { matches, attainable: ofTerms + times * limitOf(matched, rows) };
}

/** BM25's limit for a term that stands in so many of the rows, as FTS5 computes it. */
function limitOf(withTerm: number, rows: number): number {
  // Rows of a prefix are counted once for each term that begins with it.
  const having = Math.min(withTerm, rows);
  const inverse = Math.log((rows - having + 0.5) / (having + 0.5));
  return (K1 + 1) * Math.max(LEAST_INVERSE, inverse);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** What both ways of searching are given. */
interface Prepared {
  readonly terms: readonly KnownTerm[];
  readonly filter: string | null;
}

function termMatches(
  db: Database,
  { k }: LexicalRequest,
  { terms, filter }: Prepared,
): readonly LexicalMatch[] {
  if (terms.length === 0) return [];
  const all = anyOf(terms);
  const rare = affordable(terms);
  if (rare.length < terms.length) {
    const limit = Math.max(CANDIDATES, k * 4);
    const candidates = top(db, anyOf(rare), { limit, filter, ids: null });
    if (candidates.length >= k) {
      const ids = JSON.stringify(candidates.map(({ chunkId }) => chunkId));
      return top(db, all, { limit: k, filter: null, ids });
    }
  }
  return top(db, all, { limit: k, filter, ids: null });
}

/** A term and in how many rows it stands. */
interface KnownTerm extends QueryTerm {
  readonly rows: number;
}

/** The terms with the rows that have them, the rarest first. */
function countRows(db: Database, terms: readonly QueryTerm[]): readonly KnownTerm[] {
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

/** The rarest terms that stay inside the budget, at least one. */
function affordable(terms: readonly KnownTerm[]): readonly KnownTerm[] {
  let rows = 0;
  const end = terms.findIndex((term, index) => {
    rows += term.rows;
    return index > 0 && rows > ROW_BUDGET;
  });
  return end < 0 ? terms : terms.slice(0, end);
}

/**
 * FTS5's `OR`. Terms hold no quotes; in quotes nothing else is syntax either. BM25 is a sum over what
 * stands here, so a term counts as often as it is written.
 */
function anyOf(terms: readonly QueryTerm[]): string {
  return terms
    .flatMap(({ term, prefix, weight }) => {
      const one = `"${term}"${prefix ? '*' : ''}`;
      return Array.from({ length: weight }, () => one);
    })
    .join(' OR ');
}

/** Which rows are looked at. */
interface Scope {
  readonly limit: number;
  /** JSON array of document ids; null for all. */
  readonly filter: string | null;
  /** JSON array of chunk ids; null for all. */
  readonly ids: string | null;
}

interface Row {
  readonly chunkId: number;
  /** As FTS5 gives it: below 0, lower is better. */
  readonly rank: number;
}

/** The best rows of an FTS5 expression; rows of equal rank by place, also where the limit cuts them. */
function top(db: Database, match: string, { limit, filter, ids }: Scope): readonly LexicalMatch[] {
  const statement = prepareRanking(db, { filter, ids });
  const bound = [filter, ids].filter((value) => value !== null);
  for (let asked = limit + TIE_MARGIN; ; asked *= 2) {
    const rows = statement.all(match, ...bound, asked);
    const last = rows[limit - 1]?.rank;
    if (rows.length === asked && rows.at(-1)?.rank === last) continue;
    return inOrder(db, rows).slice(0, limit);
  }
}

/**
 * The `+` keeps SQLite from asking FTS5 once for every row id: each row of the match is looked up in the
 * list instead, and ranked only if it is in it.
 */
function prepareRanking(
  db: Database,
  { filter, ids }: Pick<Scope, 'filter' | 'ids'>,
): Statement<unknown[], Row> {
  const inDocuments = `AND +rowid IN (SELECT id FROM chunk
    WHERE document_id IN (SELECT value FROM json_each(?)))`;
  const inIds = 'AND +rowid IN (SELECT value FROM json_each(?))';
  return db.prepare<unknown[], Row>(
    `SELECT rowid AS chunkId, ${RANK} AS rank FROM chunk_terms
     WHERE chunk_terms MATCH ? ${filter === null ? '' : inDocuments} ${ids === null ? '' : inIds}
     ORDER BY rank LIMIT ?`,
  );
}

/** Best first; equal ranks by source, path and place in the document. */
function inOrder(db: Database, rows: readonly Row[]): readonly LexicalMatch[] {
  const hasTies = rows.some(({ rank }, index) => rank === rows[index + 1]?.rank);
  const places = hasTies ? readPlaces(db, rows) : new Map<number, number>();
  return [...rows]
    .sort((a, b) => a.rank - b.rank || (places.get(a.chunkId) ?? 0) - (places.get(b.chunkId) ?? 0))
    .map(({ chunkId, rank }) => ({ chunkId, score: -rank }));
}

/** Where each row comes in the order of places. */
function readPlaces(db: Database, rows: readonly Row[]): Map<number, number> {
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

/** Rows that hold every phrase, ranked by the phrases and whatever other terms they have. */
function phraseMatches(
  db: Database,
  { query, k }: LexicalRequest,
  { terms, filter }: Prepared,
): { matches: readonly LexicalMatch[]; matched: number } {
  const phrases = query.phrases.map(phraseExpression);
  const optional = terms.length === 0 ? [] : [[...phrases, anyOf(terms)].join(' OR ')];
  const match = [...phrases, ...optional].map((part) => `(${part})`).join(' AND ');
  const bound = filter === null ? [] : [filter];
  const rows = prepareRanking(db, { filter, ids: null }).all(match, ...bound, -1);
  const held: Row[] = [];
  for (let start = 0; start < rows.length; start += VERIFY_PAGE) {
    const page = rows.slice(start, start + VERIFY_PAGE);
    const isOver = held.length >= k && page[0]?.rank !== held[k - 1]?.rank;
    if (isOver) break;
    held.push(...verified(db, page, query.phrases));
  }
  return { matches: inOrder(db, held).slice(0, k), matched: rows.length };
}

/** Neighbours in this order, or the whole where the phrase is one word of several parts. */
function phraseExpression({ terms, openEnd }: QuotedPhrase): string {
  const adjacent = `"${terms.stream.join(' ')}"${openEnd ? '*' : ''}`;
  return [adjacent, ...terms.whole.map((one) => `"${one}"`)].join(' OR ');
}

/** Neighbouring stems are not yet the phrase: the stored text decides. */
function verified(
  db: Database,
  rows: readonly Row[],
  phrases: readonly QuotedPhrase[],
): readonly Row[] {
  const texts = db
    .prepare<[string], { id: number; text: string }>(
      `SELECT chunk.id AS id,
         concat_ws(char(10), document.path, document.title, chunk.headings, chunk.text) AS text
       FROM chunk JOIN document ON document.id = chunk.document_id
       WHERE chunk.id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(rows.map(({ chunkId }) => chunkId)));
  const byId = new Map(texts.map(({ id, text }) => [id, text]));
  return rows.filter(({ chunkId }) =>
    phrases.every((phrase) => holdsPhrase(byId.get(chunkId) ?? '', phrase)),
  );
}
