/** Reading what is stored: passages by id, documents by path, counts. */
import type { Database } from 'better-sqlite3';
import type { Space } from './spaces.ts';
import { statement } from './statements.ts';
import { storedTexts } from './stored-json.ts';

/** A stored chunk with where it stands. */
export interface Passage {
  readonly chunkId: number;
  readonly documentId: number;
  readonly sourceId: number;
  /** Position in the document, from 0. */
  readonly ordinal: number;
  /** Relative to the source, with '/'. */
  readonly path: string;
  readonly title: string | null;
  readonly headings: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly text: string;
  readonly inputHash: Buffer;
}

/** A document by name. */
export interface DocumentName {
  readonly id: number;
  readonly sourceId: number;
  readonly path: string;
}

/** What a corpus holds. */
export interface Counts {
  readonly documents: number;
  readonly chunks: number;
  /** Vectors of the active space. */
  readonly vectors: number;
  /** Inputs of stored chunks without a vector in the active space, failures among them. */
  readonly missing: number;
  readonly failures: number;
}

/** A remembered failure and a place where its text stands. */
export interface StoredFailure {
  readonly sourceId: number;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
}

type PassageRow = Omit<Passage, 'headings'> & { headings: string };

const COLUMNS = `chunk.id AS chunkId, document.id AS documentId, document.source_id AS sourceId,
  chunk.ordinal AS ordinal, document.path AS path, document.title AS title, chunk.headings AS headings,
  chunk.start_line AS startLine, chunk.end_line AS endLine, chunk.start_offset AS startOffset,
  chunk.end_offset AS endOffset, chunk.text AS text, chunk.input_hash AS inputHash
  FROM chunk JOIN document ON document.id = chunk.document_id`;

function toPassage(row: PassageRow): Passage {
  return { ...row, headings: storedTexts(row.headings) };
}

/** Passages by chunk id; ids that are gone are left out. */
export function readPassages(db: Database, ids: readonly number[]): Map<number, Passage> {
  const read = statement<[string], PassageRow>(
    db,
    `SELECT ${COLUMNS} WHERE chunk.id IN (SELECT value FROM json_each(?))`,
  );
  const rows = read.all(JSON.stringify(ids));
  return new Map(rows.map((row) => [row.chunkId, toPassage(row)]));
}

/** All passages of a document, in order. */
export function documentPassages(db: Database, documentId: number): readonly Passage[] {
  return db
    .prepare<[number], PassageRow>(`SELECT ${COLUMNS} WHERE document.id = ? ORDER BY chunk.ordinal`)
    .all(documentId)
    .map(toPassage);
}

/** Every document's name. */
export function documentNames(db: Database): readonly DocumentName[] {
  return db.prepare<[], DocumentName>('SELECT id, source_id AS sourceId, path FROM document').all();
}

/**
 * The documents of a source that have one of a few names: from an index, however many there are.
 *
 * @param paths as documents have them; three or fewer
 */
export function documentsNamed(
  db: Database,
  sourceId: number,
  [first, second, third]: readonly string[],
): readonly DocumentName[] {
  return db
    .prepare<unknown[], DocumentName>(
      `SELECT id, source_id AS sourceId, path FROM document
       WHERE source_id = ? AND path IN (?, ?, ?)`,
    )
    .all(sourceId, first ?? null, second ?? null, third ?? null);
}

/** How many rows there are of a table with its conditions. */
export function countOf(db: Database, from: string, ...bound: unknown[]): number {
  const count = db.prepare<unknown[], number>(`SELECT count(*) FROM ${from}`).pluck();
  return count.get(...bound) ?? 0;
}

/** Counts for `status`. */
export function readCounts(db: Database, space: Space | null): Counts {
  const count = (from: string, ...bound: unknown[]): number => countOf(db, from, ...bound);
  const id = space?.id ?? -1;
  return {
    documents: count('document'),
    chunks: count('chunk'),
    vectors: count('embedding WHERE space_id = ?', id),
    missing: count(
      `(SELECT DISTINCT input_hash FROM chunk WHERE NOT EXISTS (
         SELECT 1 FROM embedding WHERE space_id = ? AND embedding.input_hash = chunk.input_hash))`,
      id,
    ),
    failures: count('failure WHERE space_id = ?', id),
  };
}

/** The remembered failures of a space, each at the first place where its text stands. */
export function readFailures(db: Database, space: Space, limit: number): readonly StoredFailure[] {
  return db
    .prepare<[number, number], StoredFailure>(
      `SELECT document.source_id AS sourceId, document.path AS path,
         chunk.start_line AS startLine, chunk.end_line AS endLine,
         failure.code AS code, failure.message AS message, failure.attempts AS attempts
       FROM failure
       JOIN chunk ON chunk.id = (
         SELECT min(c.id) FROM chunk AS c WHERE c.input_hash = failure.input_hash)
       JOIN document ON document.id = chunk.document_id
       WHERE failure.space_id = ?
       ORDER BY document.source_id, document.path, chunk.ordinal LIMIT ?`,
    )
    .all(space.id, limit);
}
