/**
 * `chunk_terms`: a derived FTS5 table of the terms of every chunk, rowid = chunk id. It keeps no text
 * (contentless): everything in it can be rebuilt from `chunk` and `document`. The terms are cut by
 * text/terms.ts and stored with a space between them, so that FTS5's own tokenizer has nothing to decide.
 */
import type { Database } from 'better-sqlite3';
import { documentTerms } from '../text/terms.ts';
import type { DerivedState } from './derived-state.ts';
import { MAKE_TERMS, MAKE_VOCABULARY, TERM_TABLES } from './lexical-tables.ts';
import { readMeta, writeMeta } from './meta.ts';
import { areDeclared, dropDeclared } from './schema-objects.ts';
import { storedTexts } from './stored-json.ts';

/** Another recipe (columns, terms) is another table: it is rebuilt by the next writer. */
const RECIPE = 1;

/** Chunks to a transaction while the table is built: a killed run loses no more. */
const PAGE = 1000;

const KEY = 'chunk_terms';

/** What the table was built as; kept in `meta`. */
interface LexicalState {
  readonly recipe: number;
  /** False until every chunk that was there before the table is in it. */
  readonly complete: boolean;
}

function readState(db: Database): LexicalState | null {
  const state = readMeta<LexicalState | null>(db, KEY);
  return state?.recipe === RECIPE && areDeclared(db, TERM_TABLES) ? state : null;
}

/** True if the table is there and holds every chunk: words can be searched. */
export function lexicalUsable(db: Database): boolean {
  return readState(db)?.complete === true;
}

/** Compares the table's rows with the chunks; which words each has is not compared. */
export function lexicalState(db: Database): DerivedState {
  const state = readMeta<LexicalState | null>(db, KEY);
  if (state?.recipe !== RECIPE || state.complete !== true) return 'none';
  if (!lexicalUsable(db)) return 'wrong';
  const differ = db
    .prepare<[], number>(
      `SELECT EXISTS (SELECT id FROM chunk EXCEPT SELECT id FROM chunk_terms_docsize)
         OR EXISTS (SELECT id FROM chunk_terms_docsize EXCEPT SELECT id FROM chunk)`,
    )
    .pluck();
  return differ.get() === 0 ? 'right' : 'wrong';
}

/** Keeps the table in step with documents; call inside the transaction that changes their rows. */
export interface LexicalWriter {
  /** After the rows of a document and its chunks are written. */
  add(documentId: number): void;
  /** Before the rows of a document, its chunks or its path change or go. */
  remove(documentId: number): void;
}

/** A writer for the table as it is now; does nothing where the table has yet to be made. */
export function lexicalWriter(db: Database): LexicalWriter {
  if (readState(db) === null) return { add: () => {}, remove: () => {} };
  const ofDocument = `${ROWS} WHERE chunk.document_id = ? ORDER BY chunk.id`;
  const rows = db.prepare<[number], ChunkRow>(ofDocument);
  const ids = db.prepare<[number], number>('SELECT id FROM chunk WHERE document_id = ?').pluck();
  const remove = db.prepare('DELETE FROM chunk_terms WHERE rowid = ?');
  const insert = inserter(db);
  return {
    add: (documentId) => {
      for (const row of rows.all(documentId)) insert(row);
    },
    remove: (documentId) => {
      for (const id of ids.all(documentId)) remove.run(id);
    },
  };
}

/** Makes the table, empty, if it is missing or of another recipe. Call at the start of a writing run. */
export function prepareLexical(db: Database): void {
  if (readState(db) !== null) return;
  db.transaction(() => {
    dropTerms(db);
    db.exec(MAKE_TERMS);
    db.exec(MAKE_VOCABULARY);
    const empty = db.prepare('SELECT 1 FROM chunk LIMIT 1').get() === undefined;
    writeMeta(db, KEY, { recipe: RECIPE, complete: empty } satisfies LexicalState);
  }).immediate();
}

/** Drops the table, and whatever else goes by its names. Call it inside a transaction. */
export function dropTerms(db: Database): void {
  dropDeclared(db, ['chunk_terms_vocabulary']);
  dropDeclared(db, ['chunk_terms']);
  // What is left of them was not made by FTS5, which takes its own tables along.
  dropDeclared(db, Object.keys(TERM_TABLES));
  db.prepare('DELETE FROM meta WHERE key = ?').run(KEY);
}

/** How {@link maintainLexical} tells where it is, and is told to stop. */
export interface MaintainOptions {
  /** Called after each page with chunks done and chunks to do. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Stops it between two pages; the next call goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings every stored chunk into the table, from the stored text, page by page in transactions of their
 * own. Cheap where nothing is to be done.
 *
 * @returns chunks that were added
 * @throws the signal's reason
 */
export function maintainLexical(db: Database, options: MaintainOptions = {}): number {
  prepareLexical(db);
  if (lexicalUsable(db)) return 0;
  const missing = db
    .prepare<[], number>(
      `SELECT count(*) FROM chunk WHERE id NOT IN (SELECT rowid FROM chunk_terms)`,
    )
    .pluck();
  const total = missing.get() ?? 0;
  let done = 0;
  for (let last: number | null = 0; last !== null; ) {
    options.signal?.throwIfAborted();
    const page = addPage(db, last);
    last = page.last;
    done += page.added;
    options.onProgress?.(done, Math.max(done, total));
  }
  db.transaction(() => {
    mergeLexical(db);
    writeMeta(db, KEY, { recipe: RECIPE, complete: true } satisfies LexicalState);
  }).immediate();
  return done;
}

/** One segment instead of dozens: queries read less, and what was deleted is gone. */
export function mergeLexical(db: Database): void {
  db.exec(`INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')`);
}

/** Adds the missing ones of the next chunks by id. */
function addPage(db: Database, after: number): { last: number | null; added: number } {
  const page = db.prepare<[number, number], ChunkRow>(
    `${ROWS} WHERE chunk.id > ? AND chunk.id NOT IN (SELECT rowid FROM chunk_terms)
     ORDER BY chunk.id LIMIT ?`,
  );
  const insert = inserter(db);
  return db
    .transaction(() => {
      const rows = page.all(after, PAGE);
      for (const row of rows) insert(row);
      return { last: rows.at(-1)?.id ?? null, added: rows.length };
    })
    .immediate();
}

/** What the terms of a chunk are cut from. */
interface ChunkRow {
  readonly id: number;
  readonly text: string;
  /** JSON array. */
  readonly headings: string;
  readonly title: string | null;
  readonly path: string;
}

const ROWS = `SELECT chunk.id, chunk.text, chunk.headings, document.title, document.path
  FROM chunk JOIN document ON document.id = chunk.document_id`;

function inserter(db: Database): (row: ChunkRow) => void {
  const insert = db.prepare(
    'INSERT INTO chunk_terms (rowid, text, headings, path, whole) VALUES (?, ?, ?, ?, ?)',
  );
  return (row) => {
    const fields = [row.text, headingsOf(row), pathText(row.path)].map(documentTerms);
    const streams = fields.map(({ stream }) => stream.join(' '));
    insert.run(row.id, ...streams, fields.flatMap(({ whole }) => whole).join(' '));
  };
}

/** Title and headings, outermost first; a title that is the first heading counts once. */
function headingsOf({ headings, title }: ChunkRow): string {
  const path = storedTexts(headings);
  return (title === null || title === path[0] ? path : [title, ...path]).join('\n');
}

/** The extension apart: `my-page.md` is my-page, in one piece as well. */
function pathText(path: string): string {
  return path.replace(/\.[^./]+$/, ' $&');
}
