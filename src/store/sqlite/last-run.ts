/** When the last run of `index` began and ended, as a corpus remembers it. */
import type { Database } from 'better-sqlite3';
import type { LastRun } from '../reading-types.ts';
import { readMeta, writeMeta } from './meta.ts';

/** In `meta`. */
const KEY = 'last_run';

/** Reads it; null before the first run, and for what no writer leaves. */
export function readLastRun(db: Database): LastRun | null {
  const { startedAt, endedAt } = readMeta<Partial<LastRun> | null>(db, KEY) ?? {};
  if (!isTime(startedAt)) return null;
  return { startedAt, endedAt: isTime(endedAt) ? endedAt : null };
}

/** Remembers that a run begins. @param now milliseconds since 1970 */
export function beginLastRun(db: Database, now: number): void {
  writeMeta(db, KEY, { startedAt: now, endedAt: null } satisfies LastRun);
}

/** Remembers that it has come to its end. @param now milliseconds since 1970 */
export function endLastRun(db: Database, now: number): void {
  const startedAt = readLastRun(db)?.startedAt ?? now;
  writeMeta(db, KEY, { startedAt, endedAt: now } satisfies LastRun);
}

/** The most that a Date holds is 8.64e15. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}
