/** How a run ends: another space becomes the active one, what is gone is deleted, and room is given back. */
import type { Database } from 'better-sqlite3';
import type { StoreWriter } from '../store.ts';
import type { MaintainOptions, RunEnd } from '../writing-types.ts';
import { maintainCodes, rebuildCodes } from './codes/maintain.ts';
import { reclaim } from './compact.ts';
import type { Connection } from './connection.ts';
import { endLastRun } from './last-run.ts';
import { sourceWriter } from './sources.ts';
import { activateSpace, activeSpace, spaceById } from './spaces.ts';
import { compactWords, maintainWords } from './words/maintain.ts';
import type { WriteSession } from './write-session.ts';

/**
 * Makes a space the active one; call it inside a transaction. Searches see the old vectors and documents, or
 * the new ones, with what is derived from them.
 */
export function swapSpace(
  db: Database,
  { documents, waiting }: WriteSession,
  { spaceId, remove }: Parameters<StoreWriter['swap']>[0],
): void {
  activateSpace(db, spaceId);
  waiting.release(documents.replace);
  for (const id of remove) documents.remove(id);
  const space = spaceById(db, spaceId);
  if (space !== null) rebuildCodes(db, space);
}

/**
 * Deletes what is gone and marks the run as ended; call it inside a transaction. Vectors go with the end of
 * the run: the next one looks only for those that it has left without a passage itself.
 *
 * @param now milliseconds since 1970
 * @returns how many vectors were deleted
 */
export function finishRun(
  { db, anchor }: Connection,
  session: WriteSession,
  { spaceId, remove, sources, prune }: RunEnd,
  now: number,
): number {
  for (const id of remove) session.documents.remove(id);
  const writer = sourceWriter(db, anchor);
  for (const { id, unfinished } of sources) writer.end(id, now, unfinished);
  endLastRun(db, now);
  return session.prune(spaceId, prune);
}

/**
 * Brings derived tables up to date and gives room back, in transactions of its own.
 *
 * @param deleted rows that were deleted since the last time
 * @throws the signal's reason
 */
export function maintain(db: Database, deleted: number, options: MaintainOptions): void {
  keepCodes(db);
  maintainWords(db, options);
  reclaim(db, deleted);
}

/** As {@link maintain}, but where words are not indexed yet that is left to the next run. */
export function tidyUp(db: Database, deleted: number): void {
  keepCodes(db);
  compactWords(db);
  reclaim(db, deleted);
}

function keepCodes(db: Database): void {
  const space = activeSpace(db);
  if (space !== null) maintainCodes(db, space);
}
