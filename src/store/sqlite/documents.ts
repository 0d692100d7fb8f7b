/** Documents and their chunks. A document's rows switch in one transaction. */
import type { Database } from 'better-sqlite3';
import type { Chunk, DocumentFormat, JsonObject } from '../../model/types.ts';
import { storedObject, storedTexts } from './stored-json.ts';
import { type WordsWriter, wordsWriter } from './words/writer.ts';

/** What the corpus knows of a file: enough to tell whether it must be read again. */
export interface ManifestEntry {
  readonly id: number;
  readonly path: string;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly observedAtNs: bigint;
  readonly chunker: string;
}

/** How a file was found and read. */
export interface Observation {
  readonly size: number;
  readonly mtimeNs: bigint;
  /** When it was read, in nanoseconds since 1970. */
  readonly observedAtNs: bigint;
}

/** A chunk with the hash of its embedding input. */
export interface HashedChunk extends Chunk {
  /** SHA-256 of `context + text`. */
  readonly inputHash: Buffer;
}

/** A document as it is stored. */
export interface NewDocument extends Observation {
  readonly sourceId: number;
  readonly path: string;
  readonly title: string | null;
  readonly frontMatter: JsonObject | null;
  readonly format: DocumentFormat;
  readonly encoding: string;
  readonly contentHash: Buffer;
  readonly chunker: string;
  readonly chunks: readonly HashedChunk[];
}

/** A stored document that has the same bytes as a file. */
export interface SameContent {
  readonly id: number;
  readonly sourceId: number;
  readonly path: string;
}

/** Documents of one corpus. */
export interface DocumentStore {
  manifest(sourceId: number): readonly ManifestEntry[];
  contentHash(id: number): Buffer | null;
  /** Documents with these bytes, cut by this chunker in this format. */
  sameContent(contentHash: Buffer, chunker: string, format: DocumentFormat): readonly SameContent[];
  /** Adds the document, or replaces the one of the same source and path, chunks included. */
  replace(document: NewDocument): void;
  /** Stored documents that have a chunk with this input. */
  withInput(inputHash: Buffer): readonly NewDocument[];
  /** The file was read and is the same: only the manifest changes. */
  touch(id: number, observation: Observation): void;
  /** The same document under another name: its chunks stay as they are. */
  move(id: number, to: { sourceId: number; path: string }, observation: Observation): void;
  remove(id: number): void;
  /** Inputs of the chunks that were replaced or removed here; null if they are too many to name. */
  dropped(): readonly Buffer[] | null;
  /** How many chunks were replaced or removed here. */
  droppedCount(): number;
}

/** More inputs are not worth to be looked at one by one. */
const MAX_DROPPED = 10_000;

/** Opens the documents of a corpus. */
export function documentStore(db: Database): DocumentStore {
  const statements = prepare(db);
  const words = wordsWriter(db);
  let dropped: Buffer[] | null = [];
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
    manifest: (sourceId) => statements.manifest.all(sourceId).map(toEntry),
    contentHash: (id) => statements.hash.get(id)?.hash ?? null,
    sameContent: (hash, chunker, format) => statements.same.all(hash, chunker, format),
    replace: (document) => {
      const stored = statements.idAt.get(document.sourceId, document.path);
      if (stored !== undefined) drop(stored.id);
      insert(statements, words, document);
    },
    withInput: (inputHash) =>
      statements.withInput.all(inputHash).map((row) => toDocument(statements, row)),
    touch: (id, { size, mtimeNs, observedAtNs }) => {
      statements.touch.run(size, mtimeNs, observedAtNs, id);
    },
    move: (id, to, { size, mtimeNs, observedAtNs }) => {
      // The path is among the terms.
      words.remove(id);
      statements.move.run(to.sourceId, to.path, size, mtimeNs, observedAtNs, id);
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
    manifest: db
      .prepare<[number], ManifestRow>(
        `SELECT id, path, size, mtime_ns, observed_at, chunker
         FROM document WHERE source_id = ? ORDER BY path`,
      )
      .safeIntegers()
      .raw(),
    hash: db.prepare<[number], { hash: Buffer }>(
      'SELECT content_hash AS hash FROM document WHERE id = ?',
    ),
    withInput: db
      .prepare<[Buffer], DocumentRow>(
        `SELECT id, source_id AS sourceId, path, title, front_matter AS frontMatter, format,
           encoding, size, mtime_ns AS mtimeNs, observed_at AS observedAtNs,
           content_hash AS contentHash, chunker
         FROM document WHERE id IN (SELECT document_id FROM chunk WHERE input_hash = ?)`,
      )
      .safeIntegers(),
    chunks: db.prepare<[bigint], Omit<HashedChunk, 'headings'> & { headings: string }>(
      `SELECT ordinal, headings, start_line AS startLine, end_line AS endLine,
         start_offset AS startOffset, end_offset AS endOffset, text, context,
         input_hash AS inputHash
       FROM chunk WHERE document_id = ? ORDER BY ordinal`,
    ),
    same: db.prepare<[Buffer, string, string], SameContent>(
      `SELECT id, source_id AS sourceId, path FROM document
       WHERE content_hash = ? AND chunker = ? AND format = ? ORDER BY id`,
    ),
    touch: db.prepare('UPDATE document SET size = ?, mtime_ns = ?, observed_at = ? WHERE id = ?'),
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
      `INSERT INTO document (source_id, path, title, front_matter, format, encoding, size,
         mtime_ns, observed_at, content_hash, chunker)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertChunk: db.prepare(
      `INSERT INTO chunk (document_id, ordinal, headings, start_line, end_line, start_offset,
         end_offset, text, context, input_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  };
}

/** As an array: a third quicker to read than objects, for every file of a corpus on every run. */
type ManifestRow = [
  id: bigint,
  path: string,
  size: bigint,
  mtimeNs: bigint,
  observedAtNs: bigint,
  chunker: string,
];

function toEntry([id, path, size, mtimeNs, observedAtNs, chunker]: ManifestRow): ManifestEntry {
  return { id: Number(id), path, size: Number(size), mtimeNs, observedAtNs, chunker };
}

type DocumentRow = Omit<NewDocument, 'chunks' | 'frontMatter' | 'sourceId' | 'size'> & {
  id: bigint;
  sourceId: bigint;
  size: bigint;
  frontMatter: string | null;
};

function toDocument(statements: Statements, row: DocumentRow): NewDocument {
  const { id, ...rest } = row;
  return {
    ...rest,
    sourceId: Number(row.sourceId),
    size: Number(row.size),
    frontMatter: storedObject(row.frontMatter),
    chunks: statements.chunks
      .all(id)
      .map((chunk) => ({ ...chunk, headings: storedTexts(chunk.headings) })),
  };
}

function insert(statements: Statements, words: WordsWriter, document: NewDocument): void {
  statements.removeAt.run(document.sourceId, document.path);
  const { lastInsertRowid: id } = statements.insert.run(
    document.sourceId,
    document.path,
    document.title,
    document.frontMatter === null ? null : JSON.stringify(document.frontMatter),
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
