/** From what names a corpus to its store: the only place that knows which kinds of store there are. */
import { resolve } from 'node:path';
import { openSqliteStore } from '../store/sqlite/open-store.ts';
import type { SalvageSummary } from '../store/sqlite/salvage.ts';
import type { Store } from '../store/store.ts';

export type { SalvageSummary } from '../store/sqlite/salvage.ts';

/** Names a corpus in memory, which is gone when it is closed. */
const IN_MEMORY = ':memory:';

/** How a store is opened. */
export interface OpenStoreOptions {
  readonly readOnly: boolean;
  /** Where a relative path starts; absolute. */
  readonly cwd: string;
  /** Who writes, told to others that find the corpus locked. */
  readonly owner: string;
  /** Milliseconds to wait for locks of others; undefined for the default. */
  readonly patience: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Opens the store of a corpus; one that is opened for writing is made by its first run, if it is not there.
 *
 * @param target the path of a file, or {@link IN_MEMORY}
 * @throws CorpusError of the store
 */
export async function openStore(
  target: string,
  { readOnly, cwd, owner, patience, now }: OpenStoreOptions,
): Promise<Store> {
  const isInMemory = target === IN_MEMORY;
  const mode = isInMemory ? 'memory' : readOnly ? 'read' : 'write';
  const path = isInMemory ? target : resolve(cwd, target);
  return openSqliteStore(path, { mode, owner, patience, now });
}

/**
 * Makes a new corpus of what can be read of a damaged file, in its place.
 *
 * @param path absolute
 * @throws CorpusError `CORPUS_DAMAGED` if nothing can be read, `CORPUS_BUSY`, `CORPUS_NOT_WRITABLE`
 */
export async function salvageStore(path: string, now: number): Promise<SalvageSummary> {
  const { salvage } = await import('../store/sqlite/salvage.ts');
  return salvage(path, now);
}
