/**
 * What lies where a corpus is to be opened, looked at before SQLite is. A checkout, or another user of a
 * shared folder, may have put it there: SQLite follows links, waits for pipes, and deletes the file that a
 * journal names as its super-journal.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CorpusError } from '../../model/errors.ts';

/** What SQLite keeps beside a database. */
const BESIDE = ['-journal', '-wal', '-shm'] as const;

/** What every journal, and a name of a super-journal at its end, is known by (sqlite.org/fileformat2.html). */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

/** Behind the name of a super-journal: its length, its checksum, the magic. */
const SUPER_JOURNAL_TAIL = 16;

/**
 * Refuses what is no plain file in the place of a corpus or of SQLite's files beside it, a `.umekomi` that is
 * a link, a journal that names a file to delete, and a second name of what even readers write. Nothing is
 * opened but the journal.
 *
 * @throws CorpusError `CORPUS_UNSAFE`
 */
export function requireSafeFiles(path: string): void {
  const folder = dirname(path);
  if (basename(folder) === '.umekomi' && statOf(folder)?.isSymbolicLink() === true) {
    throw unsafe(`${folder} is a link; a corpus is not opened through one.`);
  }
  // One that was named; in a `.umekomi`, which may have come with a checkout, somebody has put it there.
  if (basename(folder) !== '.umekomi' && statOf(path)?.isDirectory() === true) throw isFolder(path);
  requirePlain(path);
  for (const suffix of BESIDE) requirePlain(path + suffix);
  // The one that readers write, too.
  requireOneName(`${path}-shm`);
  // Of a commit over several files, which umekomi never makes: to roll it back would delete the named file.
  if (namesSuperJournal(`${path}-journal`)) {
    throw unsafe(`${path}-journal names another file, which to read this corpus would delete.`);
  }
}

/**
 * Refuses to write where one of the files has a second name (a hard link): what goes by it would be changed as
 * well, a file of another program or a backup made with `cp -al` or `rsync --link-dest`. Such a corpus can be
 * read.
 *
 * @throws CorpusError `CORPUS_UNSAFE`
 */
export function requireOneNameEach(path: string): void {
  for (const suffix of ['', ...BESIDE]) requireOneName(path + suffix);
}

/**
 * Both for a lock, which is empty, always: SQLite rolls nothing back into an empty file.
 *
 * @throws CorpusError `CORPUS_UNSAFE`
 */
export function requireSafeLock(path: string): void {
  requireSafeFiles(path);
  requireOneNameEach(path);
  if ((statOf(path)?.size ?? 0) > 0) throw unsafe(`${path} is not the empty file that a lock is.`);
}

/**
 * Makes an empty file for its owner only, unless something is there: never through a link.
 *
 * @returns false if neither is anything there nor can it be made
 */
export function makeOwnFile(path: string): boolean {
  try {
    // No one has a lock on a file that is new: else to close it would drop this process's.
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST';
  }
}

/** The corpus that is in the folder, or could be, is what was meant. */
function isFolder(path: string): CorpusError {
  const own = join(path, '.umekomi', 'corpus.db');
  const file = statOf(own)?.isFile() === true ? own : join(path, 'corpus.db');
  const message = `${path} is a folder; a corpus is a file.`;
  return new CorpusError('CORPUS_UNSAFE', message, { remedy: { code: 'name-file', path: file } });
}

function requirePlain(path: string): void {
  const found = statOf(path);
  if (found === null || found.isFile()) return;
  const message = `${path} is ${kindOf(found)}; a corpus is opened only where there are plain files.`;
  // A link or a pipe may have been put there for someone; a device is the system's.
  const isDevice = found.isCharacterDevice() || found.isBlockDevice();
  throw unsafe(message, isDevice ? 'name-corpus' : 'distrust-files');
}

function requireOneName(path: string): void {
  const links = statOf(path)?.nlink ?? 1;
  if (links <= 1) return;
  throw unsafe(
    `${path} has ${links} names (hard links), and to write it would change the others as well. A copy of it can be written.`,
  );
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return 'a link';
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

/** Of the name itself, where it is a link; null if there is nothing that can be seen. */
function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

/** Told by the end of the file alone, as SQLite does; whether the name's checksum is right does not matter. */
function namesSuperJournal(path: string): boolean {
  const file = openPlain(path);
  if (file === null) return false;
  try {
    const { size } = fstatSync(file);
    const end = Buffer.alloc(JOURNAL_MAGIC.length);
    if (size < SUPER_JOURNAL_TAIL) return false;
    readSync(file, end, 0, end.length, size - end.length);
    return end.equals(JOURNAL_MAGIC);
  } finally {
    closeSync(file);
  }
}

/** Null where it cannot be read: then SQLite cannot either. Windows has neither flag. */
function openPlain(path: string): number | null {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return null;
  }
}

function unsafe(
  message: string,
  code: 'distrust-files' | 'name-corpus' = 'distrust-files',
): CorpusError {
  return new CorpusError('CORPUS_UNSAFE', message, { remedy: { code } });
}
