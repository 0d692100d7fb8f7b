/** Passages that hold quoted phrases: the stored text decides. */
import type { Database } from 'better-sqlite3';
import { holdsPhrases, type QuotedPhrase } from '../../../text/phrase.ts';
import type { ScoredRow } from '../../words/best-rows.ts';
import { statement } from '../statements.ts';
import { bounded } from '../stored-lengths.ts';

/** Passages a time that are looked at. */
const PAGE = 64;

/** What is looked for. */
export interface PhraseWishes {
  readonly phrases: readonly QuotedPhrase[];
  readonly k: number;
}

/**
 * Of rows that have the terms of phrases, those that hold them: the k best, and those that score like the
 * last of them.
 *
 * @param ranked best first
 */
export function holdingPhrases(
  db: Database,
  ranked: readonly ScoredRow[],
  { phrases, k }: PhraseWishes,
): readonly ScoredRow[] {
  const rows: ScoredRow[] = [];
  for (let start = 0; start < ranked.length; start += PAGE) {
    const page = ranked.slice(start, start + PAGE);
    const isOver = rows.length >= k && page[0]?.score !== rows[k - 1]?.score;
    if (isOver) break;
    rows.push(...verified(db, page, phrases));
  }
  return rows;
}

function verified(
  db: Database,
  rows: readonly ScoredRow[],
  phrases: readonly QuotedPhrase[],
): readonly ScoredRow[] {
  const read = statement<[string], PhraseRow>(
    db,
    `SELECT chunk.id AS id, ${bounded('chunk.text', "''")} AS text,
       concat_ws(char(10), ${bounded('document.path')}, ${bounded('document.title')},
         ${bounded('chunk.headings')},
         iif(chunk.ordinal = 0, ${bounded('document.front_matter')}, NULL)) AS names
     FROM chunk JOIN document ON document.id = chunk.document_id
     WHERE chunk.id IN (SELECT value FROM json_each(?))`,
  );
  const holding = new Set<number>();
  // One by one: texts may be long.
  for (const { id, text, names } of read.iterate(JSON.stringify(rows.map(({ row }) => row)))) {
    if (holdsPhrases({ text, names: [names] }, phrases)) holding.add(id);
  }
  return rows.filter(({ row }) => holding.has(row));
}

interface PhraseRow {
  readonly id: number;
  readonly text: string;
  readonly names: string;
}
