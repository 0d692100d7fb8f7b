-- The ordinary tables of a corpus. docs/schema.md explains them; never edit this file once released.
-- Derived tables (embedding_bits) are not made here: a writer builds them from these.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A folder or file given to `umekomi index`.
CREATE TABLE source (
  id         INTEGER PRIMARY KEY,
  -- Absolute, or relative to the folder of the corpus where `relative` is 1; always with '/'.
  path       TEXT    NOT NULL,
  relative   INTEGER NOT NULL CHECK (relative IN (0, 1)),
  kind       TEXT    NOT NULL CHECK (kind IN ('folder', 'file')),
  -- JSON arrays of globs.
  include    TEXT    NOT NULL,
  exclude    TEXT    NOT NULL,
  -- 1 if .gitignore and its like are obeyed.
  ignore_files INTEGER NOT NULL CHECK (ignore_files IN (0, 1)),
  -- Milliseconds since 1970 of the last complete run; null before it.
  synced_at  INTEGER,
  -- 1 while a run over it has not ended: vectors that no chunk uses may still be wanted.
  unfinished INTEGER NOT NULL DEFAULT 0 CHECK (unfinished IN (0, 1)),
  UNIQUE (path, relative)
) STRICT;

CREATE TABLE document (
  id           INTEGER PRIMARY KEY,
  source_id    INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
  -- Relative to the source, with '/', as found; the file's name where the source is a file.
  path         TEXT    NOT NULL,
  title        TEXT,
  -- JSON object, or null.
  front_matter TEXT,
  format       TEXT    NOT NULL CHECK (format IN ('markdown', 'text')),
  encoding     TEXT    NOT NULL,
  size         INTEGER NOT NULL,
  -- Nanoseconds since 1970.
  mtime_ns     INTEGER NOT NULL,
  observed_at  INTEGER NOT NULL,
  -- SHA-256 of the file's bytes.
  content_hash BLOB    NOT NULL,
  -- Version and parameters of the chunker: other ones mean that it is cut again.
  chunker      TEXT    NOT NULL,
  UNIQUE (source_id, path)
) STRICT;

CREATE INDEX document_content_hash ON document (content_hash);

CREATE TABLE chunk (
  id           INTEGER PRIMARY KEY,
  document_id  INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
  ordinal      INTEGER NOT NULL,
  -- JSON array, outermost first.
  headings     TEXT    NOT NULL,
  -- 1-based, inclusive.
  start_line   INTEGER NOT NULL,
  end_line     INTEGER NOT NULL,
  -- UTF-16 units of the decoded text without BOM, end exclusive.
  start_offset INTEGER NOT NULL,
  end_offset   INTEGER NOT NULL,
  text         TEXT    NOT NULL,
  -- What stands before the text in the embedding input (title, headings, table header).
  context      TEXT    NOT NULL,
  -- SHA-256 of the embedding input: context || text, in UTF-8.
  input_hash   BLOB    NOT NULL,
  UNIQUE (document_id, ordinal)
) STRICT;

CREATE INDEX chunk_input_hash ON chunk (input_hash);

CREATE TABLE space (
  id              INTEGER PRIMARY KEY,
  -- SHA-256 of the canonical JSON of kind, digest or model, dimensions and prompts, in hex.
  fingerprint     TEXT    NOT NULL UNIQUE,
  kind            TEXT    NOT NULL,
  model           TEXT    NOT NULL,
  digest          TEXT,
  dimensions      INTEGER NOT NULL,
  document_prompt TEXT    NOT NULL,
  query_prompt    TEXT    NOT NULL,
  context_tokens  INTEGER,
  -- Mean of the vectors when embedding_bits was built: little-endian float32; null before.
  mean            BLOB,
  active          INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX space_active ON space (active) WHERE active = 1;

CREATE TABLE embedding (
  id         INTEGER PRIMARY KEY,
  space_id   INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
  input_hash BLOB    NOT NULL,
  -- Unit length, little-endian float32.
  vector     BLOB    NOT NULL,
  UNIQUE (space_id, input_hash)
) STRICT;

-- Inputs that could not be embedded; tried again by the next run.
CREATE TABLE failure (
  space_id   INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
  input_hash BLOB    NOT NULL,
  code       TEXT    NOT NULL,
  message    TEXT    NOT NULL,
  attempts   INTEGER NOT NULL,
  failed_at  INTEGER NOT NULL,
  PRIMARY KEY (space_id, input_hash)
) STRICT, WITHOUT ROWID;

-- What a hit shows. Part of the public format.
CREATE VIEW passage AS
SELECT
  chunk.id           AS id,
  source.path        AS source,
  document.path      AS path,
  chunk.start_line   AS start_line,
  chunk.end_line     AS end_line,
  chunk.start_offset AS start_offset,
  chunk.end_offset   AS end_offset,
  chunk.headings     AS headings,
  document.title     AS title,
  chunk.text         AS text,
  chunk.input_hash   AS input_hash,
  chunk.document_id  AS document_id
FROM chunk
JOIN document ON document.id = chunk.document_id
JOIN source ON source.id = document.source_id;
