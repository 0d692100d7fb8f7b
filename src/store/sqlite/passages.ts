/** Stored passages, by id or by document. */
import type { Database } from 'better-sqlite3';
import type { Passage } from '../reading-types.ts';
import { toAbsolute } from './anchor.ts';
import { RowDamaged } from './sqlite-errors.ts';
import { statement } from './statements.ts';
import { storedTexts } from './stored-json.ts';
import { bounded, fitTogether } from './stored-lengths.ts';

/** As an array, which is quicker to read than an object: a search reads hundreds. */
type PassageRow = [
  id: number,
  documentId: number,
  ordinal: number,
  path: string | null,
  title: string | null,
  headings: string,
  startLine: number,
  endLine: number,
  startOffset: number,
  endOffset: number,
  text: string | null,
  context: string,
  sourcePath: string | null,
  sourceRelative: number,
];

const TABLES = `FROM chunk JOIN document ON document.id = chunk.document_id
  JOIN source ON source.id = document.source_id`;

const ROWS = `SELECT chunk.id, document.id, chunk.ordinal, ${bounded('document.path')},
  ${bounded('document.title')}, ${bounded('chunk.headings')},
  chunk.start_line, chunk.end_line, chunk.start_offset, chunk.end_offset, ${bounded('chunk.text')},
  ${bounded('chunk.context', "''")}, ${bounded('source.path')}, source.relative ${TABLES}`;

/** How much the rows hold. Titles and paths too: each passage of a document has its own copy. */
const LENGTHS = `SELECT count(*) AS count, sum(octet_length(chunk.text) + octet_length(chunk.context)
  + octet_length(chunk.headings) + octet_length(document.path) + octet_length(source.path)
  + ifnull(octet_length(document.title), 0)) AS bytes ${TABLES}`;

const OF_IDS = 'WHERE chunk.id IN (SELECT value FROM json_each(?))';
const OF_DOCUMENT = 'WHERE document.id = ?';

/** Passages by id; ids that are gone are left out. @param anchor see {@link toAbsolute} */
export function readPassages(
  db: Database,
  anchor: string,
  ids: readonly number[],
): ReadonlyMap<number, Passage> {
  const wanted = JSON.stringify(ids);
  requireReadable(db, OF_IDS, wanted);
  const passages = statement<[string], PassageRow>(db, `${ROWS} ${OF_IDS}`)
    .raw()
    .all(wanted)
    .map((row) => toPassage(row, anchor));
  return new Map(passages.map((passage) => [passage.id, passage]));
}

/** All passages of a document, in order. @param anchor see {@link toAbsolute} */
export function documentPassages(
  db: Database,
  anchor: string,
  documentId: number,
): readonly Passage[] {
  requireReadable(db, OF_DOCUMENT, documentId);
  return statement<[number], PassageRow>(db, `${ROWS} ${OF_DOCUMENT} ORDER BY chunk.ordinal`)
    .raw()
    .all(documentId)
    .map((row) => toPassage(row, anchor));
}

/** @throws RowDamaged if what is to be read is longer than anything that was indexed */
function requireReadable(db: Database, which: string, value: string | number): void {
  const lengths = statement<[string | number], { count: number; bytes: number | null }>(
    db,
    `${LENGTHS} ${which}`,
  );
  const { count, bytes } = lengths.get(value) ?? { count: 0, bytes: 0 };
  if (!fitTogether(count, bytes ?? 0)) throw new RowDamaged('passages of too many bytes');
}

function toPassage(row: PassageRow, anchor: string): Passage {
  const [id, documentId, ordinal, path, title, headings, startLine, endLine, ...rest] = row;
  const [startOffset, endOffset, text, context, sourcePath, sourceRelative] = rest;
  if (path === null || text === null || sourcePath === null)
    throw new RowDamaged('a passage of too many bytes');
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
    context,
  };
}
