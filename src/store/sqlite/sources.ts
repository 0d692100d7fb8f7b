/** Sources: the folders and files that feed a corpus, with their rules. */
import { existsSync, realpathSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { CorpusError, UsageError } from '../../model/errors.ts';
import type { Source } from '../../model/source.ts';
import type { StoredSource } from '../reading-types.ts';
import { isAtOrBelow, toAbsolute, toStored } from './anchor.ts';
import { RowDamaged } from './sqlite-errors.ts';
import { statement } from './statements.ts';
import { storedTexts } from './stored-json.ts';
import { bounded, maxBytes, requireValue } from './stored-lengths.ts';

interface SourceRow {
  readonly id: number;
  readonly path: string;
  readonly relative: number;
  readonly kind: Source['kind'];
  readonly include: string;
  readonly exclude: string;
  readonly ignore_files: number;
  readonly encoding: string | null;
  readonly unfinished: number;
}

const ROWS = `SELECT id, ${bounded('path')} AS path, relative, kind, ${bounded('include')} AS include,
  ${bounded('exclude')} AS exclude, ignore_files, ${bounded('encoding')} AS encoding, unfinished FROM source`;

/** A shell that names files one by one gets no further: every source is compared with every other. */
export const MAX_SOURCES = 10_000;

/** All paths and globs together. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The sources of a corpus in the order in which they came.
 *
 * @param anchor see {@link toAbsolute}
 * @throws RowDamaged for more than a run stores
 */
export function readSources(db: Database, anchor: string): readonly StoredSource[] {
  return sourceRows(db, 'ORDER BY id').map((row) => toSource(row, anchor));
}

function sourceRows(db: Database, where: string): readonly SourceRow[] {
  const all = statement<[], { count: number; bytes: number }>(
    db,
    `SELECT count(*) AS count, total(octet_length(path) + octet_length(include) + octet_length(exclude)) AS bytes
     FROM source`,
  ).get();
  if (all === undefined || all.count > MAX_SOURCES || all.bytes > MAX_BYTES) {
    throw new RowDamaged('sources of too many bytes');
  }
  const rows = statement<[], SourceRow>(db, `${ROWS} ${where}`).all();
  for (const { path } of rows) requireValue(path, 'the path of a source');
  return rows;
}

function toSource(row: SourceRow, anchor: string): StoredSource {
  return {
    id: row.id,
    path: toAbsolute(row, anchor),
    kind: row.kind,
    include: storedTexts(row.include),
    exclude: storedTexts(row.exclude),
    ignoreFiles: row.ignore_files === 1,
    encoding: row.encoding,
    unfinished: row.unfinished === 1,
  };
}

/** Absolute paths of sources outside of the anchor, which do not move along with the corpus. */
export function outsideSources(db: Database, anchor: string): readonly string[] {
  return sourceRows(db, 'WHERE relative = 0').map((row) => toAbsolute(row, anchor));
}

/**
 * Looks where stored relative paths lead now. A corpus file may have come with a folder from elsewhere:
 * neither `..` in a path nor a link on its way may lead to other files of this machine, whose text
 * would be sent to the server and stored in the file.
 *
 * @param paths of sources that are to be read; absolute
 * @throws CorpusError `CORPUS_DAMAGED` if one leads out of the folder
 */
export function requireInside(db: Database, anchor: string, paths: readonly string[]): void {
  const wanted = new Set(paths);
  for (const row of sourceRows(db, 'WHERE relative = 1')) {
    const path = toAbsolute(row, anchor);
    if (!wanted.has(path)) continue;
    const real = existsSync(path) ? realpathSync(path) : path;
    if (!isAtOrBelow(path, anchor) || !isAtOrBelow(real, anchor)) throw leadsOut(path, anchor);
  }
}

function leadsOut(path: string, anchor: string): CorpusError {
  const message = `The corpus has a source that leads out of its folder ${anchor} (${path}); it was not read. A corpus of your own may name that folder.`;
  return new CorpusError('CORPUS_DAMAGED', message, { remedy: { code: 'index-source' } });
}

/** Changes sources; call it inside a transaction. */
export interface SourceWriter {
  /**
   * Adds a source, or replaces the rules of the one with this path.
   *
   * @throws UsageError `USAGE` for more rules, or more sources, than are read again
   */
  save(source: Source): StoredSource;
  /** Removes a source with its documents. */
  remove(id: number): void;
  /** Marks the start of a run. */
  begin(id: number): void;
  /** Marks the end of a run, or that one over all of it still has to come. */
  end(id: number, now: number, unfinished: boolean): void;
}

/** Opens the sources of a corpus for writing. */
export function sourceWriter(db: Database, anchor: string): SourceWriter {
  const save = db.prepare<unknown[], SourceRow>(
    `INSERT INTO source (path, relative, kind, include, exclude, ignore_files, encoding)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, include = excluded.include,
       exclude = excluded.exclude, ignore_files = excluded.ignore_files, encoding = excluded.encoding
     RETURNING id, unfinished`,
  );
  return {
    save: (source) => {
      const { path, relative } = toStored(source.path, anchor);
      const { kind, include, exclude, ignoreFiles, encoding } = source;
      const globs = [JSON.stringify(include), JSON.stringify(exclude)];
      for (const json of globs) requireStorable(json);
      const row = save.get(path, relative, kind, ...globs, ignoreFiles ? 1 : 0, encoding);
      const { id = 0, unfinished = 0 } = row ?? {};
      requireFewer(db);
      return { ...source, id, unfinished: unfinished === 1 };
    },
    remove: (id) => {
      db.prepare('DELETE FROM source WHERE id = ?').run(id);
    },
    begin: (id) => {
      db.prepare('UPDATE source SET unfinished = 1 WHERE id = ?').run(id);
    },
    end: (id, now, unfinished) => {
      db.prepare('UPDATE source SET synced_at = ?, unfinished = ? WHERE id = ?').run(
        ...[now, unfinished ? 1 : 0, id],
      );
    },
  };
}

/** What readers would refuse is not written. */
function requireStorable(json: string): void {
  if (Buffer.byteLength(json) <= Math.min(maxBytes('include'), maxBytes('exclude'))) return;
  const message = 'The globs of a source are too many (over 1 MB): say the same with fewer.';
  const options = ['include', 'exclude'];
  throw new UsageError('USAGE', message, { remedy: { code: 'options', options } });
}

function requireFewer(db: Database): void {
  const rows = statement<[], { count: number }>(db, 'SELECT count(*) AS count FROM source');
  if ((rows.get()?.count ?? 0) <= MAX_SOURCES) return;
  const message = `A corpus has at most ${MAX_SOURCES} sources: name folders instead of the files in them.`;
  throw new UsageError('USAGE', message, { remedy: { code: 'index-source' } });
}

/** True if a run over any source has not ended. */
export function isAnyUnfinished(db: Database): boolean {
  return db.prepare('SELECT 1 FROM source WHERE unfinished = 1').get() !== undefined;
}
