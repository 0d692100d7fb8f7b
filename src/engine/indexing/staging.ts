/**
 * Documents that wait for vectors. An input is asked for once however many documents share it; a
 * document is ready when each of its inputs has a vector or a remembered failure.
 */
import type { HashedChunk, NewDocument } from '../../store/sqlite/documents.ts';

/** An input to embed. */
export interface PendingInput {
  readonly inputHash: Buffer;
  /** The embedding input, without the model's prompt. */
  readonly text: string;
}

/** What became of a document when it was staged. */
export interface Staged {
  /** Inputs that no one asked for yet. */
  readonly ask: readonly PendingInput[];
  /** Inputs that are there already, or asked for by another document. */
  readonly reused: number;
  /** True if it waits for nothing. */
  readonly ready: boolean;
}

/** What cutting an input further leads to. */
export interface Recut {
  readonly ask: readonly PendingInput[];
  /** Documents that wait for nothing any more. */
  readonly ready: readonly NewDocument[];
  /** How many documents waited for it. */
  readonly waited: number;
}

interface Waiting {
  document: NewDocument;
  outstanding: number;
}

/** The documents of one run that wait. */
export interface Staging {
  stage(document: NewDocument): Staged;
  /** True if a document waits for an input: it was asked for. */
  awaits(inputHash: Buffer): boolean;
  /** An input has its vector or its failure. @returns the documents that this makes ready */
  settle(inputHash: Buffer): readonly NewDocument[];
  /** An input is too long: the documents that wait for it are cut further and wait for the parts. */
  recut(inputHash: Buffer, cut: (document: NewDocument) => NewDocument): Recut;
}

/** The text that is embedded for a chunk, without the model's prompt. */
function embeddingInput(chunk: { context: string; text: string }): string {
  return chunk.context + chunk.text;
}

/**
 * Starts an empty staging area.
 *
 * @param isSettled true if an input needs no request: it has a vector, or failed in this run
 */
export function createStaging(isSettled: (inputHash: Buffer) => boolean): Staging {
  const waiting = new Map<string, Waiting[]>();
  /** Lets a document wait for its inputs; those that it waits for already are left out. */
  const waitFor = (entry: Waiting, inputs: ReadonlyMap<string, HashedChunk>): PendingInput[] => {
    const ask: PendingInput[] = [];
    for (const [key, chunk] of inputs) {
      const others = waiting.get(key);
      if (others?.includes(entry) === true || isSettled(chunk.inputHash)) continue;
      if (others === undefined) {
        waiting.set(key, [entry]);
        ask.push({ inputHash: chunk.inputHash, text: embeddingInput(chunk) });
      } else others.push(entry);
      entry.outstanding += 1;
    }
    return ask;
  };
  const take = (inputHash: Buffer): readonly Waiting[] => {
    const key = keyOf(inputHash);
    const entries = waiting.get(key) ?? [];
    waiting.delete(key);
    for (const entry of entries) entry.outstanding -= 1;
    return entries;
  };
  return {
    stage: (document) => {
      const entry: Waiting = { document, outstanding: 0 };
      const inputs = uniqueInputs(document.chunks);
      const ask = waitFor(entry, inputs);
      return { ask, reused: inputs.size - ask.length, ready: entry.outstanding === 0 };
    },
    awaits: (inputHash) => waiting.has(keyOf(inputHash)),
    settle: (inputHash) => readyOf(take(inputHash)),
    recut: (inputHash, cut) => {
      const entries = take(inputHash);
      const ask = entries.flatMap((entry) => {
        entry.document = cut(entry.document);
        return waitFor(entry, uniqueInputs(entry.document.chunks));
      });
      return { ask, ready: readyOf(entries), waited: entries.length };
    },
  };
}

function readyOf(entries: readonly Waiting[]): readonly NewDocument[] {
  return entries.filter(({ outstanding }) => outstanding === 0).map(({ document }) => document);
}

/** A hash as the key of a map. */
export function keyOf(inputHash: Buffer): string {
  return inputHash.toString('base64');
}

function uniqueInputs(chunks: readonly HashedChunk[]): Map<string, HashedChunk> {
  return new Map(chunks.map((chunk) => [keyOf(chunk.inputHash), chunk]));
}
