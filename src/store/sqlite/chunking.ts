/** The chunk sizes that were asked for last, as a corpus remembers them. */
import type { Database } from 'better-sqlite3';
import type { ChunkOptions } from '../../model/types.ts';
import { readMeta, writeMeta } from './meta.ts';

/** In `meta`. */
const KEY = 'chunking';

/** Reads them; null before the first run, and for what no writer leaves. */
export function readChunking(db: Database): ChunkOptions | null {
  const { chunkSize, chunkOverlap } = readMeta<Partial<ChunkOptions> | null>(db, KEY) ?? {};
  const isKnown = typeof chunkSize === 'number' && typeof chunkOverlap === 'number';
  return isKnown ? { chunkSize, chunkOverlap } : null;
}

/** Remembers them. */
export function writeChunking(db: Database, { chunkSize, chunkOverlap }: ChunkOptions): void {
  writeMeta(db, KEY, { chunkSize, chunkOverlap } satisfies ChunkOptions);
}
