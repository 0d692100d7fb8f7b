/**
 * Reading and committing go on at once: whatever the store's answers wait for, an input is asked for once
 * and every document arrives whole.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedBatch } from '../../../src/embedding/embed-all.ts';
import { createOutcomes, DocumentWriter } from '../../../src/engine/indexing/document-writer.ts';
import { toDocument } from '../../../src/engine/indexing/prepare.ts';
import { createTally } from '../../../src/engine/indexing/tally.ts';
import { EmbeddingError } from '../../../src/model/errors.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { EmbeddingInput, NewDocument } from '../../../src/store/writing-types.ts';

const IDENTITY = {
  ...{ kind: 'test', model: 'm', digest: null, dimensions: 2 },
  ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
};
const CHUNKING = { chunkSize: 32, chunkOverlap: 0 };
const LONG = 'One sentence of some length. Another sentence, which is longer than the one before.';

let store: Store;
let sourceId: number;
let spaceId: number;

beforeEach(async () => {
  store = await openSqliteStore(':memory:', { mode: 'memory', now: () => 0, owner: 'test' });
  const begun = await store.begin({
    ...{ identity: IDENTITY, fingerprint: 'test', adopt: null, chunking: CHUNKING, named: [] },
    sources: [
      { path: '/s', kind: 'folder', include: [], exclude: [], ignoreFiles: true, encoding: null },
    ],
  });
  spaceId = begun.space.id;
  sourceId = begun.sources[0]?.id ?? -1;
});
afterEach(() => store.close());

/** A document of one chunk for each paragraph-sized text. */
function document(path: string, text: string): NewDocument {
  const times = { size: text.length, mtimeNs: 1n, observedAtNs: 1n };
  return toDocument(
    { ...times, hash: Buffer.alloc(32, path), text, encoding: 'utf-8' },
    { sourceId, path, format: 'text' },
    { ...CHUNKING, chunker: 'test', asked: CHUNKING },
  );
}

/** A writer whose store keeps its answers to `known` back from `hold` to `release`. */
function heldUp(): { writer: DocumentWriter; hold: () => void; release: () => void } {
  let held = Promise.resolve();
  let release = (): void => {};
  const late: Store = {
    ...store,
    known: async (space, hashes) => {
      const answer = await store.known(space, hashes);
      await held;
      return answer;
    },
  };
  const writer = new DocumentWriter({
    ...{ store: late, spaceId, vectors: 0, dryRun: false, vectorsOnly: false },
    ...{ tally: createTally(), outcomes: createOutcomes() },
  });
  const hold = (): void => {
    held = new Promise((resolve) => {
      release = resolve;
    });
  };
  return { writer, hold, release: () => release() };
}

const embedded = (...inputs: readonly EmbeddingInput[]): EmbeddedBatch<EmbeddingInput> => ({
  embedded: inputs.map((input) => ({ input, vector: Float32Array.of(1, 0) })),
  failed: [],
});

const tooLong = (...inputs: readonly EmbeddingInput[]): EmbeddedBatch<EmbeddingInput> => ({
  embedded: [],
  failed: inputs.map((input) => ({ input, error: new EmbeddingError('INPUT_TOO_LONG', 'long') })),
});

/** Lets everything go on that does not wait for the store. */
const others = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const storedPaths = async (): Promise<string[]> =>
  (await store.manifest(sourceId)).map(({ path }) => path);

describe('a document that is staged while an answer is committed', () => {
  it('does not ask again for an input of that answer, and does not wait for it', async () => {
    const { writer, hold, release } = heldUp();
    const { ask } = await writer.stage(document('a', 'The same text.'));
    hold();
    // The store says that there is no vector, which is not true any more once the answer is committed.
    const staging = writer.stage(document('b', 'The same text.'));
    await others();
    const committing = writer.commit(embedded(...ask));
    await others();
    release();
    expect((await staging).ask).toEqual([]);
    await committing;
    expect(await storedPaths()).toEqual(['a', 'b']);
  });

  it('is cut where that answer says that one of its inputs is too long', async () => {
    const { writer, hold, release } = heldUp();
    const { ask } = await writer.stage(document('a', LONG));
    hold();
    const staging = writer.stage(document('b', LONG));
    await others();
    const committing = writer.commit(tooLong(...ask));
    await others();
    release();
    expect((await staging).ask).toEqual([]);
    await committing;
    const parts = writer.takeQueued();
    expect(parts.length).toBeGreaterThan(ask.length);
    await writer.commit(embedded(...parts));
    expect(await storedPaths()).toEqual(['a', 'b']);
    expect(await store.counts()).toMatchObject({ vectors: parts.length, missing: 0 });
  });
});

describe('a writer that is closed', () => {
  it('waits for what is being written and takes nothing more', async () => {
    const { writer, hold, release } = heldUp();
    const { ask } = await writer.stage(document('a', 'The same text.'));
    await writer.commit(embedded(...ask));
    hold();
    const staging = writer.stage(document('b', 'The same text.'));
    await others();
    let isClosed = false;
    const closing = writer.close().then(() => {
      isClosed = true;
    });
    await others();
    expect(isClosed).toBe(false);
    release();
    await closing;
    expect((await staging).ready).toBe(true);
    await expect(writer.stage(document('c', 'The same text.'))).rejects.toThrow('has ended');
    expect(await storedPaths()).toEqual(['a', 'b']);
  });
});
