/** A corpus in SQLite as the engine knows it. */
import type { Store, StoreUpkeep, StoreWriter } from '../store.ts';
import { BUSY_TIMEOUT_MS, type Connection, type OpenMode } from './connection.ts';
import { isMissing, openForReading } from './open-reader.ts';
import { storeReader } from './reader.ts';
import { requireSafeFiles } from './safe-files.ts';
import type { LockOptions } from './writer-lock.ts';

/** How a corpus is opened. */
export interface OpenStoreOptions {
  readonly mode: OpenMode;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Who writes, told to others that find the corpus locked: `process 123 on host`. */
  readonly owner: string;
  /** Milliseconds to wait for locks of others. Default 5,000. */
  readonly patience?: number | undefined;
}

/**
 * Opens a corpus. One that is opened for writing and is not there is made by its first run, when that has been
 * accepted. What only writers need is loaded when it is first called: a search is one short process.
 *
 * @param path of its file; only a name where it is in memory
 * @throws CorpusError `CORPUS_NOT_FOUND`, `CORPUS_UNSAFE`, `CORPUS_FOREIGN`, `CORPUS_NEWER`, `CORPUS_DAMAGED`,
 *   `CORPUS_OUTDATED`, `CORPUS_NOT_WRITABLE`, `CORPUS_BUSY`, `VECTOR_EXTENSION_MISSING`
 */
export async function openSqliteStore(path: string, options: OpenStoreOptions): Promise<Store> {
  const { mode, now, owner, patience = BUSY_TIMEOUT_MS } = options;
  const open = async (as: OpenMode): Promise<Store> =>
    storeOver(await connect(path, { mode: as, now, patience }), { now, owner, patience });
  if (mode !== 'write') return open(mode);
  requireSafeFiles(path);
  if (!isMissing(path)) return open(mode);
  const { unmadeStore } = await import('./unmade-store.ts');
  return unmadeStore({ path, empty: await open('memory'), open: () => open('write') });
}

/** The store over a connection, which it closes. */
export function storeOver(connection: Connection, options: LockOptions): Store {
  return {
    path: connection.path,
    isReadOnly: connection.mode === 'read',
    ...storeReader(connection),
    ...lateWriter(connection, options),
    ...lateUpkeep(connection, options.now),
    close: async () => connection.close(),
  };
}

async function connect(
  path: string,
  { mode, now, patience }: { mode: OpenMode; now: () => number; patience: number },
): Promise<Connection> {
  if (mode === 'read') return openForReading(path, patience);
  const { openForWriting, openInMemory } = await import('./open-writer.ts');
  return mode === 'memory' ? openInMemory(now()) : openForWriting(path, now(), patience);
}

function lateWriter(connection: Connection, options: LockOptions): StoreWriter {
  type Writer = Omit<StoreWriter, 'establish'>;
  let opening: Promise<Writer> | null = null;
  const open = async (): Promise<Writer> => {
    const { storeWriter } = await import('./writer.ts');
    return storeWriter(connection, options);
  };
  const writer = (): Promise<Writer> => {
    opening ??= open();
    return opening;
  };
  return {
    lock: async (given) => (await writer()).lock(given),
    establish: async () => false,
    unconfirmed: async (paths, named) => (await writer()).unconfirmed(paths, named),
    manifest: async (sourceId) => (await writer()).manifest(sourceId),
    begin: async (run) => (await writer()).begin(run),
    known: async (spaceId, hashes) => (await writer()).known(spaceId, hashes),
    sameContent: async (content) => (await writer()).sameContent(content),
    documentsWith: async (inputHash) => (await writer()).documentsWith(inputHash),
    async *missing(spaceId, which) {
      yield* (await writer()).missing(spaceId, which);
    },
    commit: async (changes) => (await writer()).commit(changes),
    swap: async (given) => (await writer()).swap(given),
    finish: async (end) => (await writer()).finish(end),
    maintain: async (given) => (await writer()).maintain(given),
    remove: async (removal) => (await writer()).remove(removal),
  };
}

function lateUpkeep(connection: Connection, now: () => number): StoreUpkeep {
  const upkeep = async (): Promise<StoreUpkeep> => {
    const { storeUpkeep } = await import('./upkeep.ts');
    return storeUpkeep(connection, now);
  };
  return {
    optimize: async () => (await upkeep()).optimize(),
    examine: async (options) => (await upkeep()).examine(options),
    repair: async () => (await upkeep()).repair(),
  };
}
