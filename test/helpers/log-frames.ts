/** What stands in the log of a corpus: as many bytes as its transactions have written there. */
import { readFileSync } from 'node:fs';

/** Pages and transactions of a log. */
export interface LogFrames {
  readonly pages: number;
  readonly commits: number;
}

const HEADER = 32;
const FRAME_HEADER = 24;

/**
 * Reads `-wal` as sqlite.org/fileformat2.html has it. Only what was written since the log was begun anew
 * is in it: keep a reader open meanwhile, then it is not.
 */
export function logFrames(db: string): LogFrames {
  const log = readFileSync(`${db}-wal`);
  const pageSize = log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let pages = 0;
  let commits = 0;
  for (let at = HEADER; at + FRAME_HEADER <= log.length; at += FRAME_HEADER + pageSize) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    pages += 1;
    // The size of the file after a commit; 0 in every other frame.
    if (log.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return { pages, commits };
}
