/**
 * Documents that wait for vectors. An input is asked for once however many documents share it; a
 * document is ready when each of its inputs has a vector or a remembered failure.
 */
import type { HashedChunk, NewDocument } from '../storage/documents.ts';

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

interface Waiting {
  readonly document: NewDocument;
  outstanding: number;
}

/** The documents of one run that wait. */
export interface Staging {
  stage(document: NewDocument): Staged;
  /** An input has its vector or its failure. @returns the documents that this makes ready */
  settle(inputHash: Buffer): readonly NewDocument[];
}

/** The text that is embedded for a chunk, without the model's prompt. */
export function embeddingInput(chunk: { context: string; text: string }): string {
  return chunk.context + chunk.text;
}

/**
 * Starts an empty staging area.
 *
 * @param isSettled true if an input needs no request: it has a vector, or failed in this run
 */
export function createStaging(isSettled: (inputHash: Buffer) => boolean): Staging {
  const waiting = new Map<string, Waiting[]>();
  return {
    stage: (document) => {
      const entry: Waiting = { document, outstanding: 0 };
      const ask: PendingInput[] = [];
      const inputs = uniqueInputs(document.chunks);
      for (const [key, chunk] of inputs) {
        if (isSettled(chunk.inputHash)) continue;
        const others = waiting.get(key);
        if (others === undefined) {
          waiting.set(key, [entry]);
          ask.push({ inputHash: chunk.inputHash, text: embeddingInput(chunk) });
        } else others.push(entry);
        entry.outstanding += 1;
      }
      return { ask, reused: inputs.size - ask.length, ready: entry.outstanding === 0 };
    },
    settle: (inputHash) => {
      const key = inputHash.toString('base64');
      const entries = waiting.get(key) ?? [];
      waiting.delete(key);
      for (const entry of entries) entry.outstanding -= 1;
      return entries.filter((entry) => entry.outstanding === 0).map((entry) => entry.document);
    },
  };
}

function uniqueInputs(chunks: readonly HashedChunk[]): Map<string, HashedChunk> {
  return new Map(chunks.map((chunk) => [chunk.inputHash.toString('base64'), chunk]));
}
