/** Keeps the index of words in step with documents. */
import type { Database } from 'better-sqlite3';
import { LAST_ROW } from '../../words/blocks.ts';
import { forgetRows } from './length-pages.ts';
import { wordsKept } from './state.ts';
import { CHUNK_ROWS, type ChunkRow, freshWriter } from './stored-passages.ts';

/** Follows documents; call inside the transaction that changes their rows. */
export interface WordsWriter {
  /** After the rows of a document and its chunks are written. */
  add(documentId: number): void;
  /** Before the rows of a document, its chunks or its path change or go. */
  remove(documentId: number): void;
}

/**
 * A writer for the index as it is now; does nothing where that has yet to be made. What it writes is
 * appended: passages come into segments later, many at once (fold.ts).
 */
export function wordsWriter(db: Database): WordsWriter {
  if (!wordsKept(db)) return { add: () => {}, remove: () => {} };
  const rows = db.prepare<[number, number], ChunkRow>(
    `${CHUNK_ROWS} WHERE chunk.document_id = ? AND chunk.id BETWEEN 0 AND ? ORDER BY chunk.id`,
  );
  const ids = db
    .prepare<[number, number], number>(
      'SELECT id FROM chunk WHERE document_id = ? AND id BETWEEN 0 AND ?',
    )
    .pluck();
  const removeFresh = db.prepare('DELETE FROM words_fresh WHERE chunk_id = ?');
  const insert = freshWriter(db);
  return {
    add: (documentId) => {
      for (const row of rows.all(documentId, LAST_ROW)) insert(row);
    },
    remove: (documentId) => {
      const folded = ids
        .all(documentId, LAST_ROW)
        .filter((id) => removeFresh.run(id).changes === 0);
      forgetRows(db, folded);
    },
  };
}
