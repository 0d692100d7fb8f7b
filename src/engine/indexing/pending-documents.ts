/**
 * Documents that wait for vectors, in memory. An input is asked for once however many documents share it;
 * a document is ready when each of its inputs is settled: has a vector, or a failure of this run.
 */
import type { EmbeddingInput, HashedChunk, NewDocument } from '../../store/writing-types.ts';

/** What became of a document when it was added. */
export interface Added {
  /** Inputs that no one asked for yet. */
  readonly ask: readonly EmbeddingInput[];
  /** Inputs that are there already, or asked for by another document. */
  readonly reused: number;
  /** True if it waits for nothing. */
  readonly ready: boolean;
}

/** What putting shorter documents in the place of pending ones leads to. */
export interface Replaced {
  readonly ask: readonly EmbeddingInput[];
  /** Documents that wait for nothing any more. */
  readonly ready: readonly NewDocument[];
}

/** Tells whether an input needs no request: it has a vector, or failed in this run. */
export type IsSettled = (inputHash: Uint8Array) => boolean;

interface Pending {
  document: NewDocument;
  outstanding: number;
}

/** The documents of one run that wait. */
export class PendingDocuments {
  readonly #waiting = new Map<string, Pending[]>();

  /** Lets a document wait for its inputs. */
  add(document: NewDocument, isSettled: IsSettled): Added {
    const entry: Pending = { document, outstanding: 0 };
    const inputs = uniqueInputs(document.chunks);
    const ask = this.#waitFor(entry, inputs, isSettled);
    return { ask, reused: inputs.size - ask.length, ready: entry.outstanding === 0 };
  }

  /** Marks an input as asked for that no document waits for. @returns false if it was asked for before */
  claim(inputHash: Uint8Array): boolean {
    const key = keyOf(inputHash);
    if (this.#waiting.has(key)) return false;
    this.#waiting.set(key, []);
    return true;
  }

  /** An input has its vector or its failure. @returns the documents that this makes ready */
  settle(inputHash: Uint8Array): readonly NewDocument[] {
    return readyOf(this.#take(inputHash));
  }

  /** The documents that wait for an input. */
  waitingFor(inputHash: Uint8Array): readonly NewDocument[] {
    return (this.#waiting.get(keyOf(inputHash)) ?? []).map(({ document }) => document);
  }

  /**
   * Puts documents without this input in the place of those that wait for it.
   *
   * @param documents one for each of {@link waitingFor}, in that order
   */
  replace(
    inputHash: Uint8Array,
    documents: readonly NewDocument[],
    isSettled: IsSettled,
  ): Replaced {
    const entries = this.#take(inputHash);
    const ask = entries.flatMap((entry, index) => {
      entry.document = documents[index] ?? entry.document;
      return this.#waitFor(entry, uniqueInputs(entry.document.chunks), isSettled);
    });
    return { ask, ready: readyOf(entries) };
  }

  /** Lets a document wait for inputs; those that it waits for already are left out. */
  #waitFor(
    entry: Pending,
    inputs: ReadonlyMap<string, HashedChunk>,
    isSettled: IsSettled,
  ): EmbeddingInput[] {
    const ask: EmbeddingInput[] = [];
    for (const [key, chunk] of inputs) {
      const others = this.#waiting.get(key);
      if (others?.includes(entry) === true || isSettled(chunk.inputHash)) continue;
      if (others === undefined) {
        this.#waiting.set(key, [entry]);
        ask.push({ inputHash: chunk.inputHash, text: chunk.context + chunk.text });
      } else others.push(entry);
      entry.outstanding += 1;
    }
    return ask;
  }

  #take(inputHash: Uint8Array): readonly Pending[] {
    const key = keyOf(inputHash);
    const entries = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const entry of entries) entry.outstanding -= 1;
    return entries;
  }
}

function readyOf(entries: readonly Pending[]): readonly NewDocument[] {
  return entries.filter(({ outstanding }) => outstanding === 0).map(({ document }) => document);
}

/** A hash as the key of a map. */
export function keyOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** The chunks of a document by the keys of their inputs: what occurs twice is there once. */
export function uniqueInputs(chunks: readonly HashedChunk[]): ReadonlyMap<string, HashedChunk> {
  return new Map(chunks.map((chunk) => [keyOf(chunk.inputHash), chunk]));
}
