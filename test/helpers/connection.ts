/** Corpora as the store in SQLite opens them, for tests that look below its port. */
import type { Connection, OpenMode } from '../../src/store/sqlite/connection.ts';
import { openForReading } from '../../src/store/sqlite/open-reader.ts';
import { openForWriting, openInMemory } from '../../src/store/sqlite/open-writer.ts';

/** @param now milliseconds since 1970 */
export function openConnection(path: string, mode: OpenMode, now: number = 0): Connection {
  if (mode === 'memory') return openInMemory(now);
  return mode === 'read' ? openForReading(path) : openForWriting(path, now);
}
