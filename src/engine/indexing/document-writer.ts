/**
 * The writing side of a run: vectors, failures and the documents that they make whole go to the store
 * together. The run reads files while requests are in flight, so a document may be staged while an answer
 * is being committed. These steps ask the store in their middle and must not see each other half done (an
 * input would be asked for twice, or a document would wait for ever): one runs at a time.
 */
import pLimit from 'p-limit';
import type { EmbeddedBatch } from '../../embedding/embed-all.ts';
import type { Failed } from '../../embedding/embed-batch.ts';
import type { DocumentPlace } from '../../store/reading-types.ts';
import type { Store } from '../../store/store.ts';
import type {
  Changes,
  ContentKey,
  EmbeddingInput,
  InputFailure,
  MissingInputs,
  NewDocument,
} from '../../store/writing-types.ts';
import { cutAll, cutFurther } from './cut-further.ts';
import {
  type Added,
  type IsSettled,
  keyOf,
  PendingDocuments,
  uniqueInputs,
} from './pending-documents.ts';
import type { Tally } from './tally.ts';

/** What a run has learnt about inputs; the second pass of a rebuild needs no request to know it too. */
export interface InputOutcomes {
  /** Inputs that need no request in this run: failed, or counted in a dry run. */
  readonly settled: Set<string>;
  /** Inputs that the model found too long, by key: cut wherever they turn up again. */
  readonly tooLong: Map<string, Uint8Array>;
}

/** A run that has learnt nothing yet. */
export function createOutcomes(): InputOutcomes {
  return { settled: new Set(), tooLong: new Map() };
}

/** What a writer writes to. */
export interface DocumentWriterOptions {
  readonly store: Store;
  /** The space that vectors go to. */
  readonly spaceId: number;
  /** About how many vectors the store has. */
  readonly vectors: number;
  readonly tally: Tally;
  readonly outcomes: InputOutcomes;
  /** Counts, and changes nothing. */
  readonly dryRun: boolean;
  /** Stored documents stay as they are: a rebuild's first pass. */
  readonly vectorsOnly: boolean;
}

/** Writes the documents of one pass. */
export class DocumentWriter {
  readonly #options: DocumentWriterOptions;
  readonly #outcomes: InputOutcomes;
  readonly #pending = new PendingDocuments();
  readonly #oneAtATime = pLimit(1);
  /** Places of documents that were staged. */
  readonly #staged = new Set<string>();
  /** Inputs to ask for that came up while others were in flight. */
  #queued: EmbeddingInput[] = [];
  #vectors: number;
  #isClosed = false;

  constructor(options: DocumentWriterOptions) {
    this.#options = options;
    this.#outcomes = options.outcomes;
    this.#vectors = options.vectors;
  }

  /** About how many vectors the store has. */
  get vectors(): number {
    return this.#vectors;
  }

  /** Stored documents with exactly this content. */
  async sameContent(content: ContentKey): Promise<readonly DocumentPlace[]> {
    return this.#alone(() => this.#options.store.sameContent(content));
  }

  /** Changes what is stored of files whose text is the same. */
  async update(changes: Pick<Changes, 'touched' | 'moved'>): Promise<void> {
    if (this.#options.vectorsOnly) return;
    await this.#alone(() => this.#write(changes));
  }

  /** Lets a document wait for its vectors; stores it at once if it has them all. */
  async stage(document: NewDocument): Promise<Added> {
    return this.#alone(async () => {
      const cut = cutAll(document, this.#outcomes.tooLong);
      const added = await this.#add(cut);
      if (added.ready) await this.#write({ documents: [cut] });
      return added;
    });
  }

  /** Stores what requests came to, and every document that waited for just that. */
  async commit({ embedded, failed }: EmbeddedBatch<EmbeddingInput>): Promise<void> {
    await this.#alone(async () => {
      const vectors = embedded.map(({ input: { inputHash }, vector }) => ({ inputHash, vector }));
      const failures = failed.filter((each) => !isTooLong(each)).map(toFailure);
      const settled = [...vectors, ...failures];
      const documents = settled.flatMap(({ inputHash }) => this.#pending.settle(inputHash));
      await this.#write({ vectors, failures, documents });
      this.#options.tally.embedded += vectors.length;
      // Behind it: what was embedded is stored, and the parts of a text may be among it.
      for (const each of failed.filter(isTooLong)) await this.#cutEverywhere(each);
    });
  }

  /** A dry run's commit: counts the input as embedded. */
  pretend({ inputHash }: EmbeddingInput): void {
    this.#outcomes.settled.add(keyOf(inputHash));
    this.#pending.settle(inputHash);
    this.#options.tally.embedded += 1;
  }

  /** Inputs that came up since the last call. */
  takeQueued(): readonly EmbeddingInput[] {
    const queued = this.#queued;
    this.#queued = [];
    return queued;
  }

  /** Inputs of stored chunks without a vector, but for those that failed in this run or are asked for. */
  async *missing(which: MissingInputs): AsyncGenerator<EmbeddingInput> {
    const { store, spaceId } = this.#options;
    for await (const input of store.missing(spaceId, which)) {
      const { inputHash } = input;
      const isSettled = this.#outcomes.settled.has(keyOf(inputHash));
      if (!isSettled && this.#pending.claim(inputHash)) yield input;
    }
  }

  /**
   * Waits for what is being written and refuses all that comes later: a run that fails leaves its reader in
   * the middle of a file, and the right to write ends with the run.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#oneAtATime(() => {});
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#oneAtATime(() => {
      if (this.#isClosed) throw new Error('The run has ended.');
      return work();
    });
  }

  async #write(changes: Omit<Changes, 'spaceId'>): Promise<void> {
    const { store, spaceId, dryRun, tally } = this.#options;
    const failures = changes.failures ?? [];
    for (const { inputHash } of failures) this.#outcomes.settled.add(keyOf(inputHash));
    tally.failed += failures.length;
    const isEmpty = Object.values(changes).every((rows) => rows.length === 0);
    if (dryRun || isEmpty) return;
    ({ vectors: this.#vectors } = await store.commit({ spaceId, ...changes }));
  }

  async #add(document: NewDocument): Promise<Added> {
    this.#staged.add(placeOf(document));
    return this.#pending.add(document, await this.#settledAmong([document]));
  }

  /** Asks the store which inputs of documents have a vector. */
  async #settledAmong(documents: readonly NewDocument[]): Promise<IsSettled> {
    const { store, spaceId } = this.#options;
    const { settled } = this.#outcomes;
    const inputs = uniqueInputs(documents.flatMap(({ chunks }) => chunks));
    const unknown = [...inputs].filter(([key]) => !settled.has(key));
    if (unknown.length === 0) return () => true;
    const hashes = unknown.map(([, { inputHash }]) => inputHash);
    const known = await store.known(spaceId, hashes);
    const without = new Set(
      unknown.filter((_, index) => known[index] !== true).map(([key]) => key),
    );
    return (inputHash) => !without.has(keyOf(inputHash));
  }

  /** Cuts an input wherever it stands; where it cannot be cut any more it has failed. */
  async #cutEverywhere(failed: Failed<EmbeddingInput>): Promise<void> {
    const { inputHash } = failed.input;
    this.#outcomes.tooLong.set(keyOf(inputHash), inputHash);
    // Where it cannot be cut it is not asked for again either.
    this.#outcomes.settled.add(keyOf(inputHash));
    const pending = this.#pending.waitingFor(inputHash);
    const shorter = pending.map((document) => cutFurther(document, inputHash) ?? document);
    const isSettled = await this.#settledAmong(shorter);
    const { ask, ready } = this.#pending.replace(inputHash, shorter, isSettled);
    this.#queued.push(...ask);
    const stored = await this.#cutStored(inputHash);
    const wasCut = stored.wasCut || shorter.some((document, index) => document !== pending[index]);
    // It may have been cut with its document before its own answer came.
    const isFailure = !wasCut && pending.length + stored.places > 0;
    await this.#write({
      failures: isFailure ? [toFailure(failed)] : [],
      documents: [...ready, ...stored.ready],
    });
  }

  /** Cuts an input in stored documents: a chunk that is tried again, or goes to another model. */
  async #cutStored(
    inputHash: Uint8Array,
  ): Promise<{ places: number; wasCut: boolean; ready: readonly NewDocument[] }> {
    // Another version of a document that was staged is on its way, and is cut as a pending one.
    const stored = (await this.#options.store.documentsWith(inputHash)).filter(
      (document) => !this.#staged.has(placeOf(document)),
    );
    const ready: NewDocument[] = [];
    let wasCut = false;
    for (const document of stored) {
      const shorter = cutFurther(document, inputHash);
      if (shorter === null) continue;
      wasCut = true;
      const cut = cutAll(shorter, this.#outcomes.tooLong);
      const added = await this.#add(cut);
      this.#queued.push(...added.ask);
      if (added.ready) ready.push(cut);
    }
    return { places: stored.length, wasCut, ready };
  }
}

function placeOf({ sourceId, path }: NewDocument): string {
  return `${sourceId} ${path}`;
}

function isTooLong({ error }: Failed<EmbeddingInput>): boolean {
  return error.code === 'INPUT_TOO_LONG';
}

function toFailure({ input: { inputHash }, error }: Failed<EmbeddingInput>): InputFailure {
  return { inputHash, code: error.code, message: error.message };
}
