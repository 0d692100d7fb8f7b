/** Whether documents are whole: every chunk in its place, and its text what was embedded. */
import type { Database } from 'better-sqlite3';
import { inputHashOf } from '../../../text/input-hash.ts';
import { RowDamaged } from '../sqlite-errors.ts';
import { storedObject, storedTexts } from '../stored-json.ts';
import { bounded, within } from '../stored-lengths.ts';

type ChunkRow = readonly [
  documentId: number,
  ordinal: number,
  headings: unknown,
  startLine: number,
  endLine: number,
  startOffset: number,
  endOffset: number,
  text: unknown,
  context: unknown,
  inputHash: unknown,
];

/** Documents that are not what an indexer stores, by id; reads every text. */
export function damagedDocuments(db: Database): readonly number[] {
  const damaged = new Set<number>(damagedRows(db));
  const chunks = db
    .prepare<[], ChunkRow>(
      `SELECT document_id, ordinal, ${bounded('headings')}, start_line, end_line, start_offset,
         end_offset, ${bounded('text')}, ${bounded('context')}, ${bounded('input_hash', "x''")}
       FROM chunk ORDER BY document_id, ordinal`,
    )
    .raw();
  let document = -1;
  let expected = 0;
  for (const row of chunks.iterate()) {
    const [documentId, ordinal] = row;
    expected = documentId === document ? expected + 1 : 0;
    document = documentId;
    if (ordinal !== expected || !isWhole(row)) damaged.add(documentId);
  }
  return [...damaged];
}

function isWhole(row: ChunkRow): boolean {
  const [, , headings, startLine, endLine, startOffset, endOffset, text, context, hash] = row;
  if (typeof text !== 'string' || typeof context !== 'string') return false;
  return (
    isRight(() => storedTexts(headings)) &&
    startLine >= 1 &&
    endLine >= startLine &&
    startOffset >= 0 &&
    endOffset - startOffset === text.length &&
    hash instanceof Uint8Array &&
    inputHashOf({ context, text }).equals(hash)
  );
}

function isRight(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof RowDamaged) return false;
    throw error;
  }
}

interface DocumentRow {
  readonly id: number;
  readonly frontMatter: unknown;
  readonly hash: unknown;
  /** 0 if its path is longer than any. */
  readonly isNamed: number;
}

function damagedRows(db: Database): readonly number[] {
  const rows = db.prepare<[], DocumentRow>(
    `SELECT id, ${bounded('front_matter', "''")} AS frontMatter,
       ${bounded('content_hash', "x''")} AS hash, ${within(['path'])} AS isNamed FROM document`,
  );
  const damaged: number[] = [];
  for (const { id, frontMatter, hash, isNamed } of rows.iterate()) {
    const isObject = isRight(() => storedObject(frontMatter));
    if (!isObject || isNamed === 0 || !(hash instanceof Uint8Array) || hash.length !== 32)
      damaged.push(id);
  }
  return damaged;
}

/** Has documents cut again by the next run, whatever their files say. Call it inside a transaction. */
export function markForReading(db: Database, ids: readonly number[]): void {
  // No chunker is called so.
  const mark = db.prepare("UPDATE document SET chunker = '' WHERE id = ?");
  for (const id of ids) mark.run(id);
}
