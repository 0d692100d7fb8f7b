/**
 * Whose a corpus is that nobody named. One that is found upwards may have been put there by another user, as
 * in /tmp or a shared folder, and brings a model, prefixes and sources: git asks the same of a repository
 * (safe.directory, CVE-2022-24765).
 */
import { lstatSync, type Stats, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CorpusError } from '../model/errors.ts';
import type { World } from './terminal.ts';

/** Write permission of everybody. */
const BY_ALL = 0o002;

/**
 * Disks on which every file seems to be for everybody, by the numbers that Linux gives them (statfs(2)):
 * Windows disks in WSL (9p), FAT, exFAT, NTFS, CIFS and SMB.
 */
const WITHOUT_MODES: ReadonlySet<number> = new Set([
  0x01021997, 0x4d44, 0x2011bab0, 0x65735546, 0x5346544e, 0x7366746e, 0xff534d42, 0xfe534d42,
]);

/**
 * Refuses a corpus that belongs to another user, or that all users may write, or whose folder is so.
 *
 * @param path of the file in its `.umekomi`; neither needs to be there
 * @throws CorpusError `CORPUS_UNSAFE`
 */
export function requireOwn({ uid, env }: Pick<World, 'uid' | 'env'>, path: string): void {
  if (uid === null) return;
  // As git has it: whoever uses sudo is still who they are.
  const sudoer = uid === 0 && env['SUDO_UID'] ? Number(env['SUDO_UID']) : uid;
  for (const place of [dirname(path), path]) {
    const found = statOf(place);
    if (found === null) continue;
    if (found.uid !== uid && found.uid !== sudoer)
      throw notOurs(place, path, 'belongs to another user');
    if (isForAll(found, place)) throw notOurs(place, path, 'can be written by every user');
  }
}

/** A link's own mode says nothing. */
function isForAll(found: Stats, place: string): boolean {
  if (found.isSymbolicLink() || (found.mode & BY_ALL) === 0) return false;
  return !WITHOUT_MODES.has(statfsSync(place).type);
}

function statOf(place: string): Stats | null {
  try {
    return lstatSync(place);
  } catch {
    return null;
  }
}

function notOurs(place: string, path: string, how: string): CorpusError {
  const message = `${place} ${how}; a corpus there is not used unless it is named.`;
  return new CorpusError('CORPUS_UNSAFE', message, { remedy: { code: 'trust-corpus', path } });
}
