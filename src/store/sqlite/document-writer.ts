/**
 * Documents and their chunks as runs write them, with the words that are derived from them. A document's
 * rows switch in one transaction.
 */
import type { Database } from 'better-sqlite3';
import type { DocumentPlace } from '../reading-types.ts';
import type { NewDocument, Observation, Touched } from '../writing-types.ts';
import { type WordsWriter, wordsWriter } from './words/writer.ts';

/** Changes documents, and knows what was taken out; call it inside transactions. */
export interface DocumentWriter {
  /** Adds the document, or replaces the one of the same source and path, chunks included. */
  replace(document: NewDocument): void;
  /** The file was read and is the same: only the manifest changes. */
  touch(touched: Touched): void;
  /** The same document under another name: its chunks stay as they are. */
  move(to: DocumentPlace, observation: Observation): void;
  remove(id: number): void;
  /** Inputs of the chunks that were replaced or removed here; null if they are too many to name. */
  dropped(): readonly Uint8Array[] | null;
  /** How many chunks were replaced or removed here. */
  droppedCount(): number;
}

/** More inputs are not worth to be looked at one by one. */
const MAX_DROPPED = 10_000;

/** Opens the documents of a corpus for writing. Words are kept in step if they are indexed by now. */
export function documentWriter(db: Database): DocumentWriter {
  const statements = prepare(db);
  const words = wordsWriter(db);
  let dropped: Uint8Array[] | null = [];
  let droppedCount = 0;
  /** Before the rows of a document's chunks go. */
  const drop = (id: number): void => {
    words.remove(id);
    const inputs = statements.inputs.all(id);
    droppedCount += inputs.length;
    if (dropped === null) return;
    for (const inputHash of inputs) dropped.push(inputHash);
    if (dropped.length > MAX_DROPPED) dropped = null;
  };
  return {
    replace: (document) => {
      const stored = statements.idAt.get(document.sourceId, document.path);
      if (stored !== undefined) drop(stored.id);
      insert(statements, words, document);
    },
    touch: ({ id, observation: { size, mtimeNs, observedAtNs }, chunker }) => {
      statements.touch.run(size, mtimeNs, observedAtNs, chunker ?? null, id);
    },
    move: ({ id, sourceId, path }, { size, mtimeNs, observedAtNs }) => {
      // The path is among the terms.
      words.remove(id);
      statements.move.run(sourceId, path, size, mtimeNs, observedAtNs, id);
      words.add(id);
    },
    remove: (id) => {
      drop(id);
      statements.remove.run(id);
    },
    dropped: () => dropped,
    droppedCount: () => droppedCount,
  };
}

type Statements = ReturnType<typeof prepare>;

function prepare(db: Database) {
  return {
    touch: db.prepare(
      `UPDATE document SET size = ?, mtime_ns = ?, observed_at = ?, chunker = coalesce(?, chunker)
       WHERE id = ?`,
    ),
    move: db.prepare(
      `UPDATE document SET source_id = ?, path = ?, size = ?, mtime_ns = ?, observed_at = ?
       WHERE id = ?`,
    ),
    inputs: db
      .prepare<[number], Buffer>('SELECT input_hash FROM chunk WHERE document_id = ?')
      .pluck(),
    remove: db.prepare('DELETE FROM document WHERE id = ?'),
    idAt: db.prepare<[number, string], { id: number }>(
      'SELECT id FROM document WHERE source_id = ? AND path = ?',
    ),
    removeAt: db.prepare('DELETE FROM document WHERE source_id = ? AND path = ?'),
    insert: db.prepare(
      `INSERT INTO document (source_id, path, title, front_matter, front_matter_error_line, format,
         encoding, size, mtime_ns, observed_at, content_hash, chunker)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertChunk: db.prepare(
      `INSERT INTO chunk (document_id, ordinal, headings, start_line, end_line, start_offset,
         end_offset, text, context, input_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  };
}

function insert(statements: Statements, words: WordsWriter, document: NewDocument): void {
  statements.removeAt.run(document.sourceId, document.path);
  const { lastInsertRowid: id } = statements.insert.run(
    document.sourceId,
    document.path,
    document.title,
    document.frontMatter === null ? null : JSON.stringify(document.frontMatter),
    document.frontMatterErrorLine,
    document.format,
    document.encoding,
    document.size,
    document.mtimeNs,
    document.observedAtNs,
    document.contentHash,
    document.chunker,
  );
  for (const chunk of document.chunks) {
    statements.insertChunk.run(
      id,
      chunk.ordinal,
      JSON.stringify(chunk.headings),
      chunk.startLine,
      chunk.endLine,
      chunk.startOffset,
      chunk.endOffset,
      chunk.text,
      chunk.context,
      chunk.inputHash,
    );
  }
  words.add(Number(id));
}
