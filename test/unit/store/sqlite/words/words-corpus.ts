/** A corpus with documents of given chunks, for tests of lexical search. */
import type { Database } from 'better-sqlite3';
import type { WordMatch } from '../../../../../src/store/reading-types.ts';
import { documentWriter } from '../../../../../src/store/sqlite/document-writer.ts';
import {
  type LexicalResult,
  lexicalMatches,
} from '../../../../../src/store/sqlite/words/search.ts';
import { parseQuery } from '../../../../../src/text/query.ts';
import { newDocument } from '../../../../helpers/stored-document.ts';

/** What a test says about a document. */
export interface TestDocument {
  readonly path: string;
  readonly chunks: readonly string[];
  readonly title?: string;
  readonly headings?: readonly string[];
}

export function addSource(db: Database): void {
  db.prepare(
    `INSERT INTO source (id, path, relative, kind, include, exclude, ignore_files)
     VALUES (1, '/notes', 0, 'folder', '[]', '[]', 0)`,
  ).run();
}

/** Stores documents in one transaction, as an indexing run does. */
export function store(db: Database, ...documents: readonly TestDocument[]): void {
  const stored = documentWriter(db);
  db.transaction(() => {
    for (const { path, chunks, title = null, headings = [] } of documents) {
      const given = chunks.map((text) => ({ text, headings }));
      stored.replace(newDocument(path, given, { title }));
    }
  }).immediate();
}

export function idOf(db: Database, path: string): number {
  return (
    db.prepare<[string], number>('SELECT id FROM document WHERE path = ?').pluck().get(path) ?? -1
  );
}

/** What a query comes to, all of it. */
export function ask(
  db: Database,
  query: string,
  { k = 10, documentIds = null }: { k?: number; documentIds?: readonly number[] | null } = {},
): Pick<LexicalResult, 'matches' | 'attainable'> {
  const { matches, attainable } = lexicalMatches(db, { query: parseQuery(query), k, documentIds });
  return { matches, attainable };
}

export function find(
  db: Database,
  query: string,
  options: Parameters<typeof ask>[2] = {},
): readonly WordMatch[] {
  return ask(db, query, options).matches;
}

/** `path#ordinal` of what is found, best first. */
export function found(db: Database, query: string, options?: Parameters<typeof find>[2]): string[] {
  const place = db
    .prepare<[number], string>(
      `SELECT document.path || '#' || chunk.ordinal FROM chunk
       JOIN document ON document.id = chunk.document_id WHERE chunk.id = ?`,
    )
    .pluck();
  return find(db, query, options).map(({ id }) => place.get(id) ?? 'gone');
}
