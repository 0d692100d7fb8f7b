/** What runs do in a corpus in SQLite. Loaded when it is first called: a search needs none of it. */

import type { StoreWriter } from '../store.ts';
import type { EmbeddingInput, MissingInputs } from '../writing-types.ts';
import { beginRun } from './begin-run.ts';
import { applyChanges, keepSearchable } from './commit.ts';
import { unconfirmedSources } from './confirmed-sources.ts';
import type { Connection } from './connection.ts';
import { hasVector, vectorsAtMost } from './embeddings.ts';
import { finishRun, maintain, swapSpace, tidyUp } from './end-run.ts';
import { readMissing } from './missing-inputs.ts';
import { removeAll } from './remove.ts';
import { documentsOfContent, documentsOfInput, readManifest } from './stored-documents.ts';
import { WriteSession } from './write-session.ts';
import { type LockOptions, writerLock } from './writer-lock.ts';

/** Opens a corpus for runs. */
export function storeWriter(
  connection: Connection,
  options: LockOptions,
): Omit<StoreWriter, 'establish'> {
  const { db } = connection;
  const { now } = options;
  const lock = writerLock(connection, options);
  let session: WriteSession | null = null;
  const current = (): WriteSession => {
    session ??= new WriteSession(connection);
    return session;
  };
  return {
    lock: ({ signal } = {}) => connection.attemptAsync(() => lock(signal)),
    ...reading(connection),
    begin: async (run) => {
      const state = connection.transaction(() => beginRun(connection, run, now()));
      session = connection.attempt(() => new WriteSession(connection));
      return state;
    },
    commit: async (changes) => {
      const open = connection.attempt(current);
      connection.transaction(() => applyChanges(db, open, changes, now()));
      connection.attempt(() => keepSearchable(db, open, changes));
      return { vectors: vectorsAtMost(db) };
    },
    swap: async (given) => {
      const open = connection.attempt(current);
      connection.transaction(() => swapSpace(db, open, given));
    },
    finish: async (end) => {
      const open = connection.attempt(current);
      return { pruned: connection.transaction(() => finishRun(connection, open, end, now())) };
    },
    maintain: async (given = {}) => {
      connection.attempt(() => maintain(db, session?.deleted() ?? 0, given));
      session = null;
    },
    remove: async (removal) => {
      const removing = connection.attempt(() => new WriteSession(connection));
      const pruned = connection.transaction(() => removeAll(connection, removing, removal));
      connection.attempt(() => tidyUp(db, removing.deleted()));
      return { pruned };
    },
  };
}

type Reading = Pick<
  StoreWriter,
  'unconfirmed' | 'manifest' | 'known' | 'sameContent' | 'documentsWith' | 'missing'
>;

/** What a run reads. */
function reading(connection: Connection): Reading {
  const { db } = connection;
  const read = async <T>(work: () => T): Promise<T> => connection.snapshot(work);
  return {
    unconfirmed: (paths, named) => read(() => unconfirmedSources(connection, paths, named)),
    manifest: (sourceId) => read(() => readManifest(db, sourceId)),
    known: (spaceId, hashes) => read(() => hashes.map((hash) => hasVector(db, spaceId, hash))),
    sameContent: (content) => read(() => documentsOfContent(db, content)),
    documentsWith: (inputHash) => read(() => documentsOfInput(db, inputHash)),
    missing: (spaceId, which) => listMissing(connection, spaceId, which),
  };
}

async function* listMissing(
  connection: Connection,
  spaceId: number,
  which: MissingInputs,
): AsyncGenerator<EmbeddingInput> {
  for (let from: number | null = 0; from !== null; ) {
    const start: number = from;
    const page = connection.snapshot(() =>
      readMissing(connection.db, spaceId, { ...which, from: start }),
    );
    yield* page.inputs;
    from = page.next;
  }
}
