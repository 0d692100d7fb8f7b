/** Makes the file of a new corpus. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import { makeOwnFile } from './safe-files.ts';
import { APPLICATION_ID, MAKE_MIGRATION } from './schema-objects.ts';

/** Larger pages waste less around vectors of 2 to 16 KiB: 1.07–1.15 bytes a byte of vector. */
const PAGE_SIZE = 32768;

const NAME_CORPUS = { code: 'name-corpus' } as const;

/**
 * Opens a file that is to become a corpus. It and a folder made for it are for their owner only; a
 * `.umekomi` one stays out of git. What is there has been looked at: `requireSafeFiles`.
 *
 * @param patience milliseconds to wait for locks of others
 * @throws CorpusError `CORPUS_NOT_WRITABLE`
 */
export function connectNew(path: string, patience: number): Database.Database {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (basename(folder) === '.umekomi') keepOutOfGit(folder);
    makeOwnFile(path);
    const db = new Database(path, { timeout: patience, fileMustExist: true });
    // One that was there, empty. Only SQLite opens it: to close it would drop this process's locks on it.
    chmodSync(path, 0o600);
    return db;
  } catch (cause) {
    const message = `A corpus cannot be made at ${path}; check the permissions of the folder.`;
    throw new CorpusError('CORPUS_NOT_WRITABLE', message, { cause, remedy: NAME_CORPUS });
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
