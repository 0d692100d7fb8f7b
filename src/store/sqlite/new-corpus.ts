/** Makes the file of a new corpus. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import { makeOwnFile } from './safe-files.ts';
import { APPLICATION_ID, MAKE_MIGRATION } from './schema-objects.ts';

/** Larger pages waste less around vectors of 2 to 16 KiB: 1.07–1.15 bytes a byte of vector. */
const PAGE_SIZE = 32768;

const NAME_CORPUS = { code: 'name-corpus' } as const;

/** A file that is to become a corpus. */
export interface NewCorpus {
  readonly db: Database.Database;
  /** Takes away what was made, where the corpus could not be: an error leaves nothing. Closes the file. */
  readonly undo: () => void;
}

/**
 * Opens a file that is to become a corpus. It and a folder made for it are for their owner only; a
 * `.umekomi` one stays out of git. What is there has been looked at: `requireSafeFiles`.
 *
 * @param patience milliseconds to wait for locks of others
 * @throws CorpusError `CORPUS_NOT_WRITABLE`
 */
export function connectNew(path: string, patience: number): NewCorpus {
  const folder = dirname(path);
  const isOurs = !existsSync(path);
  let made: string | undefined;
  try {
    made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (basename(folder) === '.umekomi') keepOutOfGit(folder);
    makeOwnFile(path);
    const db = new Database(path, { timeout: patience, fileMustExist: true });
    // One that was there, empty. Only SQLite opens it: to close it would drop this process's locks on it.
    chmodSync(path, 0o600);
    return {
      db,
      undo: () => {
        db.close();
        if (isOurs) removeEmpty(path, made);
      },
    };
  } catch (cause) {
    if (isOurs) removeEmpty(path, made);
    const message = `A corpus cannot be made at ${path}; check the permissions of the folder.`;
    throw new CorpusError('CORPUS_NOT_WRITABLE', message, { cause, remedy: NAME_CORPUS });
  }
}

/**
 * Removes a file that is still empty, and the folders that were made for it. Another process may be making the
 * same corpus: what has anything in it stays.
 *
 * @param made the first folder that was made; undefined for none
 */
function removeEmpty(path: string, made: string | undefined): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.size === 0) unlinkSync(path);
    if (made === undefined) return;
    let folder = dirname(path);
    const others = readdirSync(folder).filter((name) => name !== '.gitignore');
    if (others.length === 0) rmSync(join(folder, '.gitignore'), { force: true });
    for (; folder.length >= made.length; folder = dirname(folder)) rmdirSync(folder);
  } catch {
    // It is not empty, or cannot be removed: the error that is on its way says more.
  }
}

/** Only where nothing goes by that name: a link that came with a checkout could lead anywhere. */
function keepOutOfGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Marks an empty file as a corpus without tables. Page size and vacuum mode hold only before the first
 * table. The vacuum mode writes the first page at once, so it belongs into the transaction of the mark: no
 * one ever sees the file without it.
 */
export function markNew(db: Database.Database): void {
  db.pragma(`page_size = ${PAGE_SIZE}`);
  const mark = db.transaction(() => {
    db.pragma('auto_vacuum = INCREMENTAL');
    // Another process that makes the same corpus may have been first.
    if (db.pragma('application_id', { simple: true }) === APPLICATION_ID) return;
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.exec(MAKE_MIGRATION);
  });
  // An immediate one would make the first page before the vacuum mode is set.
  mark.deferred();
}
