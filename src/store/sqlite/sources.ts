/** Sources: the folders and files that feed a corpus, with their rules. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import { storedTexts } from './stored-json.ts';

/** A folder or file that feeds the corpus. */
export interface Source {
  readonly id: number;
  /** Absolute. */
  readonly path: string;
  /** True if it is not inside the folder of the corpus, and does not move along with it. */
  readonly isOutside: boolean;
  readonly kind: 'folder' | 'file';
  readonly rules: SourceRules;
}

/** Which files of a source belong to the corpus. */
export interface SourceRules {
  /** Globs; empty means every text and Markdown file. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** True if .gitignore and its like are obeyed. */
  readonly ignoreFiles: boolean;
}

interface SourceRow {
  id: number;
  path: string;
  relative: number;
  kind: 'folder' | 'file';
  include: string;
  exclude: string;
  ignore_files: number;
}

/**
 * The folder whose contents move together with the corpus file: the one that holds it, or that
 * holds its `.umekomi`. Symbolic links are resolved, as they are in the paths of sources: one
 * folder has one name, by whichever way the corpus was opened.
 */
export function anchorFolder(corpusPath: string): string {
  const named = dirname(resolve(corpusPath));
  const folder = existsSync(named) ? realpathSync(named) : named;
  return basename(folder) === '.umekomi' ? dirname(folder) : folder;
}

/** The stored form of a source's path: relative to the corpus inside its folder, else absolute. */
function toStored(path: string, anchor: string): { path: string; relative: 0 | 1 } {
  const inside = relative(anchor, path);
  const escapes = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  if (escapes) return { path: path.split(sep).join('/'), relative: 0 };
  return { path: inside === '' ? '.' : inside.split(sep).join('/'), relative: 1 };
}

/** Sources of one corpus. */
export interface SourceStore {
  list(): readonly Source[];
  /**
   * Looks where stored relative paths lead now. A corpus file may have come with a folder from elsewhere:
   * neither `..` in a path nor a link on its way may lead to other files of this machine, whose text
   * would be sent to the server and stored in the file.
   *
   * @param paths sources that are to be read, as `list` gives them
   * @throws CorpusError `CORPUS_DAMAGED` if one leads out of the folder
   */
  requireInside(paths: readonly string[]): void;
  /** Adds a source, or replaces the rules of the one with this path. */
  save(path: string, kind: Source['kind'], rules: SourceRules): Source;
  /** Removes a source with its documents. */
  remove(id: number): void;
  /** Marks the start of a run. @returns true if an earlier one did not end */
  begin(id: number): boolean;
  /** Marks the end of a run; it stays unfinished if only a part was seen and an earlier one did not end. */
  end(id: number, now: number, unfinished: boolean): void;
  /** True if a run over any source has not ended. */
  anyUnfinished(): boolean;
}

/** Opens the sources of a corpus; relative ones are resolved against `anchor`. */
export function sourceStore(db: Database, anchor: string): SourceStore {
  const all = db.prepare<[], SourceRow>(
    'SELECT id, path, relative, kind, include, exclude, ignore_files FROM source ORDER BY id',
  );
  const save = db.prepare<unknown[], { id: number }>(
    `INSERT INTO source (path, relative, kind, include, exclude, ignore_files)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, include = excluded.include,
       exclude = excluded.exclude, ignore_files = excluded.ignore_files
     RETURNING id`,
  );
  return {
    list: () => all.all().map((row) => toSource(row, anchor)),
    requireInside: (paths) => {
      for (const row of all.all()) {
        const path = resolve(anchor, row.path);
        if (row.relative === 1 && paths.includes(path)) requireInside(path, anchor);
      }
    },
    save: (path, kind, rules) => {
      const stored = toStored(path, anchor);
      const row = save.get(
        stored.path,
        stored.relative,
        kind,
        JSON.stringify(rules.include),
        JSON.stringify(rules.exclude),
        rules.ignoreFiles ? 1 : 0,
      );
      return { id: row?.id ?? 0, path, isOutside: stored.relative === 0, kind, rules };
    },
    remove: (id) => {
      db.prepare('DELETE FROM source WHERE id = ?').run(id);
    },
    begin: (id) => {
      const before = db
        .prepare<[number], { unfinished: number }>('SELECT unfinished FROM source WHERE id = ?')
        .get(id);
      db.prepare('UPDATE source SET unfinished = 1 WHERE id = ?').run(id);
      return before?.unfinished === 1;
    },
    end: (id, now, unfinished) => {
      db.prepare('UPDATE source SET synced_at = ?, unfinished = ? WHERE id = ?').run(
        now,
        unfinished ? 1 : 0,
        id,
      );
    },
    anyUnfinished: () =>
      db.prepare('SELECT 1 FROM source WHERE unfinished = 1').get() !== undefined,
  };
}

function toSource(row: SourceRow, anchor: string): Source {
  return {
    id: row.id,
    path: row.relative === 1 ? resolve(anchor, row.path) : resolve(row.path),
    isOutside: row.relative === 0,
    kind: row.kind,
    rules: {
      include: storedTexts(row.include),
      exclude: storedTexts(row.exclude),
      ignoreFiles: row.ignore_files === 1,
    },
  };
}

function requireInside(path: string, anchor: string): void {
  const real = existsSync(path) ? realpathSync(path) : path;
  if (toStored(path, anchor).relative === 1 && toStored(real, anchor).relative === 1) return;
  const message = `The corpus has a source that leads out of its folder ${anchor} (${path}); it was not read. Make a corpus of your own, which names that folder: umekomi index <folder> --db <file>.`;
  throw new CorpusError('CORPUS_DAMAGED', message);
}
