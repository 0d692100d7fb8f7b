/** Stored passages as the terms of words are cut from them. */
import type { Database } from 'better-sqlite3';
import { LAST_ROW } from '../../words/blocks.ts';
import { frontMatterTexts } from '../../words/front-matter-texts.ts';
import { type PassageFields, type PassageTerms, passageTerms } from '../../words/passage-terms.ts';
import { RowDamaged } from '../sqlite-errors.ts';
import { statement } from '../statements.ts';
import { storedObject, storedTexts } from '../stored-json.ts';
import { bounded } from '../stored-lengths.ts';

/** A chunk, as it is read for its terms. */
export interface ChunkRow extends Omit<PassageFields, 'headings' | 'frontMatter'> {
  readonly id: number;
  /** JSON array. */
  readonly headings: string;
  /** JSON object, of the first passage of a document that has it. */
  readonly frontMatter: string | null;
}

/** Reads them, nothing of what is too long to have been indexed; conditions on `chunk` follow. */
export const CHUNK_ROWS: string = `SELECT chunk.id, ${bounded('chunk.text', "''")} AS text,
  ${bounded('chunk.headings', "''")} AS headings, ${bounded('document.title', "''")} AS title,
  ${bounded('document.path', "''")} AS path,
  iif(chunk.ordinal = 0, ${bounded('document.front_matter', 'NULL')}, NULL) AS frontMatter
  FROM chunk JOIN document ON document.id = chunk.document_id`;

/** The terms of a stored passage. What cannot be read counts as none: the doctor tells of it. */
export function termsOf({ headings, frontMatter, ...row }: ChunkRow): PassageTerms {
  const data = readable(() => storedObject(frontMatter), null);
  return passageTerms({
    ...row,
    headings: readable(() => storedTexts(headings), []),
    frontMatter: data === null ? '' : frontMatterTexts(data),
  });
}

function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RowDamaged) return otherwise;
    throw error;
  }
}

/** Puts the terms of passages into `words_fresh`. */
export function freshWriter(db: Database): (row: ChunkRow) => void {
  const insert = db.prepare(
    'INSERT OR REPLACE INTO words_fresh (chunk_id, length, terms, frequencies) VALUES (?, ?, ?, ?)',
  );
  return (row) => {
    const { terms, frequencies, length } = termsOf(row);
    insert.run(row.id, length, terms.join(' '), frequencies);
  };
}

/** A row of `words_fresh`. */
export interface FreshRow {
  readonly id: number;
  readonly length: number;
  /** With a space between them; empty if there are none. */
  readonly terms: string;
  /** A byte for each term. */
  readonly frequencies: Uint8Array;
}

/** The most that is fresh: a document of 10 MB cut into the smallest passages, and what came before it. */
const MAX_FRESH_ROWS = 2 ** 18;
const MAX_FRESH_BYTES = 128 * 1024 * 1024;

/** How many passages are fresh, and how long their terms are. */
export function measureFresh(db: Database): { readonly rows: number; readonly bytes: number } {
  const all = statement<[], { rows: number; bytes: number }>(
    db,
    'SELECT count(*) AS rows, total(octet_length(terms)) AS bytes FROM words_fresh',
  );
  return all.get() ?? { rows: 0, bytes: 0 };
}

/** @throws RowDamaged if more is fresh than a writer leaves */
export function requireFewFresh(db: Database): void {
  const { rows, bytes } = measureFresh(db);
  if (rows <= MAX_FRESH_ROWS && bytes <= MAX_FRESH_BYTES) return;
  throw new RowDamaged('terms of too many bytes that are in no segment');
}

/**
 * Rows of `words_fresh` by id.
 *
 * @param after ids above this one
 * @throws RowDamaged
 */
export function readFresh(db: Database, after: number, limit: number): readonly FreshRow[] {
  const page = statement<[number, number, number], FreshRow>(
    db,
    `SELECT chunk_id AS id, length, ${bounded('terms')} AS terms, ${bounded('frequencies')} AS frequencies
     FROM words_fresh
     WHERE chunk_id > ? AND chunk_id <= ? ORDER BY chunk_id LIMIT ?`,
  );
  const rows = page.all(after, LAST_ROW, limit);
  for (const { length, terms, frequencies } of rows) {
    const isRow =
      typeof terms === 'string' && frequencies instanceof Uint8Array && Number.isInteger(length);
    if (!isRow || length < 0) throw new RowDamaged('terms of a passage that are something else');
  }
  return rows;
}

/** The terms of a row, one by one. @throws RowDamaged if they do not fit their frequencies */
export function freshTerms({ length, terms, frequencies }: FreshRow): PassageTerms {
  const all = terms === '' ? [] : terms.split(' ');
  if (all.length !== frequencies.length) {
    throw new RowDamaged('terms of a passage that do not fit their frequencies');
  }
  return { terms: all, frequencies, length };
}
