/** SQLite's errors in the words of a corpus: what happened, to which file; what to do next as a remedy. */
import type { Database } from 'better-sqlite3';
import { CorpusError, UmekomiError, type UmekomiErrorOptions } from '../../model/errors.ts';
import { BlockDamaged } from '../words/blocks.ts';

/** A row holds what no writer stores: the file is damaged, or was made by someone else. */
export class RowDamaged extends Error {
  override readonly name = 'RowDamaged';
}

/** SQLite's extended code by name, which errors thrown by better-sqlite3 carry; null for others. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : null;
}

/** True if a write was cut off in this file and no writer has rolled it back since. */
export function isCutOff(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_READONLY_ROLLBACK';
}

/** True if pages of the file cannot be read. A row that says it has terabytes is out of memory, too. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|NOMEM|IOERR_SHORT_READ)/.test(sqliteCode(error) ?? '');
}

/**
 * True for SQLite's error without a reason. sqlite-vec turns all of them into it: damage, and a folder for
 * temporary files that is full, where statements that change much keep what it takes to undo them.
 */
function isUnexplained(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_ERROR' && (error as Error).message === 'SQL logic error';
}

/** True if a table does not hold what its statements expect, as virtual tables say it of their own ones. */
function isOddContent(error: unknown): boolean {
  return /^SQLITE_(ERROR$|EMPTY|INTERNAL|CONSTRAINT|MISMATCH|TOOBIG)/.test(sqliteCode(error) ?? '');
}

/** True if what was tried needs room, a file or a lock that is not to be had now: nothing was changed. */
export function isOutOfReach(error: unknown): boolean {
  if (isUnexplained(error)) return true;
  return /^SQLITE_(FULL|BUSY|LOCKED|IOERR|CANTOPEN|NOMEM)/.test(sqliteCode(error) ?? '');
}

function noRoom(path: string): string {
  return `The disk that holds ${path} is full, or the folder for temporary files (SQLITE_TMPDIR names another one); what was committed before is kept. Free some space and run again.`;
}

/**
 * The words for work that changed an open corpus and failed. What SQLite does not explain is damage only
 * if the file is found damaged; nobody should delete a corpus because a disk is full.
 */
export function asWorkError(error: unknown, db: Database, path: string): unknown {
  if (!isUnexplained(error) || !isSound(db)) return asCorpusError(error, path, db);
  return new CorpusError('CORPUS_DISK_FULL', noRoom(path), { cause: error });
}

/**
 * The words for a writer whose file or folder cannot be written; other errors as ever.
 *
 * @param error what was caught
 * @param path the corpus file, for the message
 */
export function asWriterError(error: unknown, path: string): unknown {
  const code = sqliteCode(error) ?? '';
  if (!/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code)) return asCorpusError(error, path);
  const message =
    `${path} cannot be written (${code}): umekomi must be able to write the file and to make files beside it. ` +
    'Check the permissions of both, or work on a copy in a folder of your own. Searching needs neither.';
  return new CorpusError('CORPUS_NOT_WRITABLE', message, {
    ...{ cause: error, remedy: { code: 'name-corpus' } },
  });
}

/**
 * Turns an error of SQLite, or one that comes of a damaged row, into a {@link CorpusError}; anything else
 * is returned as it is.
 *
 * @param error what was caught
 * @param path the corpus file, for the message
 * @param db asked whether rows are damaged, if the error may come of that
 */
export function asCorpusError(error: unknown, path: string, db: Database | null = null): unknown {
  if (error instanceof UmekomiError) return error;
  const code = sqliteCode(error);
  if (code !== null) return ofCode(code, error, path);
  const isOfRow = error instanceof RowDamaged || error instanceof BlockDamaged;
  return isOfRow || hasDamagedRows(error, db) ? oddContent(path, '', error) : error;
}

function oddContent(path: string, code: string, cause: unknown): CorpusError {
  const message = `${path} holds something else than umekomi stores${code}.`;
  return new CorpusError('CORPUS_DAMAGED', message, { cause, remedy: { code: 'doctor' } });
}

/** An error of SQLite by its code; returned as it is if a corpus has nothing to do with it. */
function ofCode(code: string, error: unknown, path: string): unknown {
  const cause = { cause: error };
  if (code === 'SQLITE_NOTADB') {
    const message = `${path} is not an SQLite database.`;
    const remedy = { code: 'name-corpus' } as const;
    return new CorpusError('CORPUS_FOREIGN', message, { ...cause, remedy });
  }
  if (isDamage(error)) {
    const message = `${path} is damaged (${code}).`;
    const remedy = { code: 'doctor' } as const;
    return new CorpusError('CORPUS_DAMAGED', message, { ...cause, remedy });
  }
  // Statements are right for what umekomi stores: this is something else.
  if (isOddContent(error)) return oddContent(path, ` (${code})`, error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    const message = `Another program is writing to ${path}; try again when it has finished, or close the file there.`;
    return new CorpusError('CORPUS_BUSY', message, cause);
  }
  if (code === 'SQLITE_FULL') return new CorpusError('CORPUS_DISK_FULL', noRoom(path), cause);
  return ofAccess(code, error, path);
}

/** What the disk or the permissions of files do not allow. */
function ofAccess(code: string, error: unknown, path: string): unknown {
  const notWritable = (message: string, options: UmekomiErrorOptions = {}): CorpusError =>
    new CorpusError('CORPUS_NOT_WRITABLE', message, { cause: error, ...options });
  if (isCutOff(error)) {
    const message = `A write to ${path} was cut off; the next one repairs it, with its -journal file beside it.`;
    return notWritable(message, { remedy: { code: 'index' } });
  }
  if (/^SQLITE_(READONLY_DIRECTORY|READONLY_CANTINIT|READONLY_RECOVERY|CANTOPEN)/.test(code)) {
    const message =
      `${path} is in use or was not closed by its last writer, and reading it needs files beside it (${code}). ` +
      'Allow writing in its folder, or copy it with its -wal file to a folder where that is allowed.';
    return notWritable(message);
  }
  if (code.startsWith('SQLITE_IOERR')) {
    const message =
      `The disk that holds ${path} answered with an error (${code}): a quota or a limit on file sizes is reached, or the disk fails. ` +
      'What was committed before is kept. Make room or check the disk, and run again.';
    return notWritable(message);
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code)) {
    const message =
      `${path} cannot be used (${code}); check the permissions of the file and its folder, and the disk. ` +
      '(A writer that was killed leaves a corpus that can only be opened where its folder can be written; the next writer there mends that.)';
    return notWritable(message);
  }
  return error;
}

/**
 * True if code of ours went wrong over a value that SQLite itself says cannot stand where it does, such
 * as a NULL in a column that has none. Reads the file, which is worth it then.
 */
function hasDamagedRows(error: unknown, db: Database | null): boolean {
  const isOfCode = error instanceof TypeError || error instanceof RangeError;
  return isOfCode && db !== null && !isSound(db);
}

function isSound(db: Database): boolean {
  try {
    return db.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch (failure) {
    return !isDamage(failure);
  }
}

/** Runs `work` and lets SQLite's errors out as {@link CorpusError}s. */
export function withCorpusErrors<T>(path: string, work: () => T, db: Database | null = null): T {
  try {
    return work();
  } catch (error) {
    throw asCorpusError(error, path, db);
  }
}
