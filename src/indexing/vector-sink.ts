/** Where a run's results go: vectors, failures and documents, in one transaction a batch. */
import type { Database } from 'better-sqlite3';
import type { EmbeddedBatch } from '../embedding/embed-all.ts';
import { bitsWriter, maintainBits } from '../storage/bits.ts';
import type { DocumentStore, NewDocument } from '../storage/documents.ts';
import { type EmbeddingStore, embeddingStore } from '../storage/embeddings.ts';
import type { Space } from '../storage/spaces.ts';
import type { PendingInput } from './staging.ts';
import type { Tally } from './tally.ts';

/** Tells which documents are ready once an input has its vector or its failure. */
type Settle = (inputHash: Buffer) => readonly NewDocument[];

/** The writing side of a run. */
export interface VectorSink {
  readonly documents: DocumentStore;
  /** Documents whose file is gone; a moved file takes its own out again. */
  readonly gone: Set<number>;
  /** True if an input needs no request: it has a vector, or failed in this run. */
  readonly isSettled: (inputHash: Buffer) => boolean;
  /** Runs a change in a transaction; does nothing in a dry run. */
  readonly apply: (change: () => void) => void;
  commit(batch: EmbeddedBatch<PendingInput>, settle: Settle): void;
  /** A dry run's commit: counts the input as embedded. */
  pretend(input: PendingInput, settle: Settle): void;
  /** Inputs of stored chunks without a vector, those that failed in this run left out. */
  missing(): Iterable<PendingInput>;
  removeGone(): void;
  /** Deletes vectors that no chunk uses. @returns how many */
  prune(): number;
  /** Brings the derived tables into shape. */
  maintain(): void;
}

/** What a sink writes to. */
export interface SinkOptions {
  readonly db: Database;
  /** null in a dry run over a new corpus. */
  readonly space: Space | null;
  readonly documents: DocumentStore;
  readonly tally: Tally;
  readonly dryRun: boolean;
  readonly now: () => number;
}

/** Opens the writing side of a run. */
export function createVectorSink(options: SinkOptions): VectorSink {
  const { db, space, documents, tally, dryRun } = options;
  const store = space === null ? null : embeddingStore(db, space, bitsWriter(db, space));
  const settledNow = new Set<string>();
  const isNow = (hash: Buffer): boolean => settledNow.has(hash.toString('base64'));
  const gone = new Set<number>();
  const apply = (change: () => void): void => {
    if (!dryRun) db.transaction(change).immediate();
  };
  return {
    documents,
    gone,
    apply,
    isSettled: (hash) => isNow(hash) || store?.has(hash) === true,
    commit: (batch, settle) => {
      if (store === null) return;
      apply(() => commitBatch(batch, settle, { ...options, store }));
      for (const { input } of batch.failed) settledNow.add(input.inputHash.toString('base64'));
      tally.embedded += batch.embedded.length;
      tally.failed += batch.failed.length;
    },
    pretend: ({ inputHash }, settle) => {
      settledNow.add(inputHash.toString('base64'));
      settle(inputHash);
      tally.embedded += 1;
    },
    missing: function* () {
      for (const input of store?.missing() ?? []) if (!isNow(input.inputHash)) yield input;
    },
    removeGone: () =>
      apply(() => {
        for (const id of gone) documents.remove(id);
      }),
    prune: () => store?.prune() ?? 0,
    maintain: () => {
      if (space !== null) maintainBits(db, space);
    },
  };
}

function commitBatch(
  batch: EmbeddedBatch<PendingInput>,
  settle: Settle,
  { store, documents, now }: SinkOptions & { store: EmbeddingStore },
): void {
  const ready: NewDocument[] = [];
  for (const { input, vector } of batch.embedded) {
    store.put(input.inputHash, vector);
    ready.push(...settle(input.inputHash));
  }
  for (const { input, error } of batch.failed) {
    const { code, message } = error;
    store.fail({ inputHash: input.inputHash, code, message }, now());
    ready.push(...settle(input.inputHash));
  }
  for (const document of ready) documents.replace(document);
}
