/** How Japanese documents are. Read for a few hundred of a search, and stored nowhere. */
import type { Database } from 'better-sqlite3';
import { japaneseShare } from '../../text/scripts.ts';
import { statement } from './statements.ts';

/**
 * A document is in the language that it begins in: three passages say it as well as all of them, since what
 * follows may be code and tables (docs/internals/ranking.md).
 */
const PASSAGES = 3;

/** Characters of each that are read: chunks may be as large as a model reads. */
const CHARACTERS = 600;

interface Beginning {
  readonly id: number;
  readonly text: string;
}

/** The share of Japanese in what documents begin with, by their ids: 0 … 1. */
export function japaneseShares(
  db: Database,
  documentIds: Iterable<number>,
): ReadonlyMap<number, number> {
  const beginnings = statement<[string, number], Beginning>(
    db,
    `SELECT chunk.document_id AS id,
       group_concat(substr(chunk.text, 1, ${CHARACTERS}), char(10)) AS text
     FROM json_each(?) AS wanted
     CROSS JOIN chunk ON chunk.document_id = wanted.value AND chunk.ordinal < ?
     GROUP BY chunk.document_id`,
  );
  const rows = beginnings.all(JSON.stringify([...new Set(documentIds)]), PASSAGES);
  return new Map(rows.map(({ id, text }) => [id, japaneseShare(text)]));
}

/** The first kana: terms of Latin words come before it. */
const FIRST_KANA = '\u3041';

/** False only for a corpus without Japanese: nothing of its documents has to be read. */
export function hasJapaneseTerms(db: Database): boolean {
  const found = statement<[string], { found: number }>(
    db,
    `SELECT EXISTS (SELECT 1 FROM words_fresh)
       OR EXISTS (SELECT 1 FROM words_segment CROSS JOIN words_block
         ON words_block.segment = words_segment.id AND words_block.term >= ?) AS found`,
  );
  return found.get(FIRST_KANA)?.found !== 0;
}
