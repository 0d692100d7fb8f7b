/**
 * The store of a corpus whose file is not there yet. It reads like an empty corpus and makes nothing on disk
 * until a run has been accepted (`establish`): a slip in a path, a flag or an address leaves no file behind.
 */
import type { Lease, Store } from '../store.ts';
import { isMissing } from './open-reader.ts';

/** What an unmade store is made of. */
export interface UnmadeParts {
  /** Absolute. */
  readonly path: string;
  /** An empty corpus in memory, which stands for the file until there is one. */
  readonly empty: Store;
  /** Opens the file, and makes it if it is not there. */
  readonly open: () => Promise<Store>;
}

/** Opens a store whose file is made by the first accepted run, or by another process meanwhile. */
export function unmadeStore(parts: UnmadeParts): Store {
  const state = new UnmadeState(parts);
  const now = (): Promise<Store> => state.current();
  // What a run stores never goes into the empty one.
  const file = (): Promise<Store> => state.file();
  return {
    path: parts.path,
    isReadOnly: false,
    info: async () => (await now()).info(),
    counts: async () => (await now()).counts(),
    vectorCount: async (spaceId) => (await now()).vectorCount(spaceId),
    failures: async (spaceId, limit) => (await now()).failures(spaceId, limit),
    malformedFrontMatter: async (limit) => (await now()).malformedFrontMatter(limit),
    notCut: async (limit) => (await now()).notCut(limit),
    async *documents(filter) {
      yield* (await now()).documents(filter);
    },
    documentsNamed: async (sourceId, paths) => (await now()).documentsNamed(sourceId, paths),
    passages: async (documentId) => (await now()).passages(documentId),
    vectors: async (passageIds) => (await now()).vectors(passageIds),
    find: async (query) => (await now()).find(query),
    sample: async (spaceId, count) => (await now()).sample(spaceId, count),
    lock: (given) => state.lock(given?.signal),
    establish: (given) => state.establish(given?.signal),
    unconfirmed: async (paths, named) => (await now()).unconfirmed(paths, named),
    manifest: async (sourceId) => (await now()).manifest(sourceId),
    begin: async (run) => (await file()).begin(run),
    known: async (spaceId, hashes) => (await now()).known(spaceId, hashes),
    sameContent: async (content) => (await now()).sameContent(content),
    documentsWith: async (inputHash) => (await now()).documentsWith(inputHash),
    async *missing(spaceId, which) {
      yield* (await now()).missing(spaceId, which);
    },
    commit: async (changes) => (await file()).commit(changes),
    swap: async (given) => (await file()).swap(given),
    finish: async (end) => (await file()).finish(end),
    maintain: async (given) => (await file()).maintain(given),
    remove: async (removal) => (await now()).remove(removal),
    optimize: async () => (await now()).optimize(),
    examine: async (options) => (await now()).examine(options),
    repair: async () => (await now()).repair(),
    close: () => state.close(),
  };
}

/** Which store stands behind it: the empty one, or the file's once there is one. */
class UnmadeState {
  readonly #parts: UnmadeParts;
  #file: Promise<Store> | null = null;
  /** While a run holds the empty store: it goes on with what it has read, until it establishes the file. */
  #held: { lease: Lease | null } | null = null;

  constructor(parts: UnmadeParts) {
    this.#parts = parts;
  }

  /** Another process may have made the file since. */
  async current(): Promise<Store> {
    const { path, empty } = this.#parts;
    if (this.#file === null && (this.#held !== null || isMissing(path))) return empty;
    return this.file();
  }

  async lock(signal: AbortSignal | undefined): Promise<Lease> {
    for (;;) {
      const store = await this.current();
      const lease = await store.lock({ signal });
      if (store !== this.#parts.empty) return lease;
      if (this.#file === null) return this.#hold(lease);
      // The run before made the file while this one waited.
      await lease.release();
    }
  }

  /** Makes the file and takes its lock, which goes with the lease of the run. */
  async establish(signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#held === null || this.#held.lease !== null) return false;
    signal?.throwIfAborted();
    const file = await this.file();
    this.#held.lease = await file.lock({ signal });
    const { space, sources } = await file.info();
    return space !== null || sources.length > 0;
  }

  async close(): Promise<void> {
    await this.#parts.empty.close();
    const file = await this.#file?.catch(() => null);
    await file?.close();
  }

  /** Opens the file, once, and makes it if it is not there. A failure is not remembered. */
  file(): Promise<Store> {
    if (this.#file !== null) return this.#file;
    const opening = this.#parts.open();
    this.#file = opening;
    opening.catch(() => {
      this.#file = null;
    });
    return opening;
  }

  #hold(lease: Lease): Lease {
    const held: { lease: Lease | null } = { lease: null };
    this.#held = held;
    return {
      release: async () => {
        this.#held = null;
        await held.lease?.release();
        await lease.release();
      },
    };
  }
}
