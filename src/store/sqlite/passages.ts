/** Stored passages, by id or by document. */
import type { Database } from 'better-sqlite3';
import type { Passage } from '../store.ts';
import { type StoredPath, toAbsolute } from './anchor.ts';
import { statement } from './statements.ts';
import { storedTexts } from './stored-json.ts';

interface PassageRow extends Omit<Passage, 'headings' | 'source'> {
  /** JSON array. */
  readonly headings: string;
  readonly sourcePath: string;
  readonly sourceRelative: number;
}

const ROWS = `SELECT chunk.id AS id, document.id AS documentId, chunk.ordinal AS ordinal,
  document.path AS path, document.title AS title, chunk.headings AS headings,
  chunk.start_line AS startLine, chunk.end_line AS endLine, chunk.start_offset AS startOffset,
  chunk.end_offset AS endOffset, chunk.text AS text, source.path AS sourcePath,
  source.relative AS sourceRelative
  FROM chunk JOIN document ON document.id = chunk.document_id
  JOIN source ON source.id = document.source_id`;

/** Passages by id; ids that are gone are left out. @param anchor see {@link toAbsolute} */
export function readPassages(
  db: Database,
  anchor: string,
  ids: readonly number[],
): ReadonlyMap<number, Passage> {
  const read = statement<[string], PassageRow>(
    db,
    `${ROWS} WHERE chunk.id IN (SELECT value FROM json_each(?))`,
  );
  const passages = read.all(JSON.stringify(ids)).map((row) => toPassage(row, anchor));
  return new Map(passages.map((passage) => [passage.id, passage]));
}

/** All passages of a document, in order. @param anchor see {@link toAbsolute} */
export function documentPassages(
  db: Database,
  anchor: string,
  documentId: number,
): readonly Passage[] {
  const read = statement<[number], PassageRow>(
    db,
    `${ROWS} WHERE document.id = ? ORDER BY chunk.ordinal`,
  );
  return read.all(documentId).map((row) => toPassage(row, anchor));
}

function toPassage(row: PassageRow, anchor: string): Passage {
  const { sourcePath, sourceRelative, headings, ...rest } = row;
  const source: StoredPath = { path: sourcePath, relative: sourceRelative };
  return { ...rest, source: toAbsolute(source, anchor), headings: storedTexts(headings) };
}
