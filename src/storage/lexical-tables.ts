/** What `chunk_terms` is declared as, with FTS5's own tables behind it. */
import type { Declarations } from './schema-objects.ts';

/** Letters, digits and everything beyond ASCII are parts of terms; `.+#` are in 1.2.3, C++ and C#. */
export const MAKE_TERMS = `CREATE VIRTUAL TABLE chunk_terms USING fts5 (
    text, headings, path, whole,
    content = '', contentless_delete = 1, detail = full, tokenize = "ascii tokenchars '.+#'"
  )`;

/** The terms of all rows, for counting. */
export const MAKE_VOCABULARY =
  "CREATE VIRTUAL TABLE chunk_terms_vocabulary USING fts5vocab (chunk_terms, 'row')";

/** Everything that making the two leaves in a file. */
export const TERM_TABLES: Declarations = {
  chunk_terms: MAKE_TERMS,
  chunk_terms_vocabulary: MAKE_VOCABULARY,
  chunk_terms_data: "CREATE TABLE 'chunk_terms_data'(id INTEGER PRIMARY KEY, block BLOB)",
  chunk_terms_idx:
    "CREATE TABLE 'chunk_terms_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID",
  chunk_terms_docsize:
    "CREATE TABLE 'chunk_terms_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER)",
  chunk_terms_config: "CREATE TABLE 'chunk_terms_config'(k PRIMARY KEY, v) WITHOUT ROWID",
};
