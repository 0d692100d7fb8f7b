/** Stored passages, by id or by document. */
import type { Database } from 'better-sqlite3';
import type { Passage } from '../reading-types.ts';
import { toAbsolute } from './anchor.ts';
import { statement } from './statements.ts';
import { storedTexts } from './stored-json.ts';

/** As an array, which is quicker to read than an object: a search reads hundreds. */
type PassageRow = [
  id: number,
  documentId: number,
  ordinal: number,
  path: string,
  title: string | null,
  headings: string,
  startLine: number,
  endLine: number,
  startOffset: number,
  endOffset: number,
  text: string,
  sourcePath: string,
  sourceRelative: number,
];

const ROWS = `SELECT chunk.id, document.id, chunk.ordinal, document.path, document.title, chunk.headings,
  chunk.start_line, chunk.end_line, chunk.start_offset, chunk.end_offset, chunk.text,
  source.path, source.relative
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
  const passages = read
    .raw()
    .all(JSON.stringify(ids))
    .map((row) => toPassage(row, anchor));
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
  return read
    .raw()
    .all(documentId)
    .map((row) => toPassage(row, anchor));
}

function toPassage(row: PassageRow, anchor: string): Passage {
  const [id, documentId, ordinal, path, title, headings, startLine, endLine, ...rest] = row;
  const [startOffset, endOffset, text, sourcePath, sourceRelative] = rest;
  return {
    id,
    documentId,
    source: toAbsolute({ path: sourcePath, relative: sourceRelative }, anchor),
    path,
    title,
    ordinal,
    headings: storedTexts(headings),
    startLine,
    endLine,
    startOffset,
    endOffset,
    text,
  };
}
