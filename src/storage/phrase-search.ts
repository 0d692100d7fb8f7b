/** Passages that hold quoted phrases: FTS5 finds neighbouring terms, the stored text decides. */
import type { Database } from 'better-sqlite3';
import { holdsPhrase, type QuotedPhrase } from '../text/query.ts';
import { anyOf, type CountedTerm, type RankedRow, rankAll } from './table-ranking.ts';

/** Passages a time that are looked at. */
const VERIFY_PAGE = 64;

/** What is looked for. */
export interface PhraseSearch {
  readonly phrases: readonly QuotedPhrase[];
  /** Count for the score where they stand beside the phrases. */
  readonly terms: readonly CountedTerm[];
  readonly k: number;
  readonly documentIds: readonly number[] | null;
}

/**
 * Rows that hold every phrase, ranked by the phrases and whatever other terms they have: the k best,
 * and those that rank as well as the last one.
 *
 * @returns `matched`: rows that have the terms of the phrases as neighbours
 */
export function searchPhrases(
  db: Database,
  { phrases, terms, k, documentIds }: PhraseSearch,
): { readonly rows: readonly RankedRow[]; readonly matched: number } {
  const required = phrases.map(phraseExpression);
  const optional = terms.length === 0 ? [] : [[...required, anyOf(terms)].join(' OR ')];
  const match = [...required, ...optional].map((part) => `(${part})`).join(' AND ');
  const ranked = rankAll(db, match, documentIds);
  const rows: RankedRow[] = [];
  for (let start = 0; start < ranked.length; start += VERIFY_PAGE) {
    const page = ranked.slice(start, start + VERIFY_PAGE);
    const isOver = rows.length >= k && page[0]?.rank !== rows[k - 1]?.rank;
    if (isOver) break;
    rows.push(...verified(db, page, phrases));
  }
  return { rows, matched: ranked.length };
}

/** Neighbours in this order, or the whole where the phrase is one word of several parts. */
function phraseExpression({ terms, openEnd }: QuotedPhrase): string {
  const adjacent = `"${terms.stream.join(' ')}"${openEnd ? '*' : ''}`;
  return [adjacent, ...terms.whole.map((one) => `"${one}"`)].join(' OR ');
}

/** Neighbouring stems are not yet the phrase: the stored text decides. */
function verified(
  db: Database,
  rows: readonly RankedRow[],
  phrases: readonly QuotedPhrase[],
): readonly RankedRow[] {
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
