/** Where a run's results go: vectors, failures and documents, in one transaction a batch. */
import type { Database } from 'better-sqlite3';
import type { EmbeddedBatch } from '../../embedding/embed-all.ts';
import { maintainCodes, makeMissingCodes } from '../../store/sqlite/codes/maintain.ts';
import { codesWriter } from '../../store/sqlite/codes/writer.ts';
import type { DocumentStore, NewDocument } from '../../store/sqlite/documents.ts';
import { type EmbeddingStore, embeddingStore } from '../../store/sqlite/embeddings.ts';
import { type HeldDocuments, heldDocuments } from '../../store/sqlite/held-documents.ts';
import type { Space } from '../../store/sqlite/spaces.ts';
import { foldFresh } from '../../store/sqlite/words/fold.ts';
import { cutFurther } from './cut-further.ts';
import { createStaging, keyOf, type PendingInput, type Staged, type Staging } from './staging.ts';
import type { Tally } from './tally.ts';

/** What a run has learnt about inputs; a rebuild's second pass needs no request to know it too. */
export interface InputMemory {
  /** Inputs that need no request in this run: failed, or counted in a dry run. */
  readonly settled: Set<string>;
  /** Inputs that the model found too long: cut wherever they turn up again. */
  readonly tooLong: Map<string, Buffer>;
}

/** A run that has learnt nothing yet. */
export function createMemory(): InputMemory {
  return { settled: new Set(), tooLong: new Map() };
}

/** What a sink writes to. */
export interface SinkOptions {
  readonly db: Database;
  readonly space: Space;
  readonly documents: DocumentStore;
  readonly tally: Tally;
  readonly memory: InputMemory;
  /** Counts, and changes nothing. */
  readonly dryRun: boolean;
  /** Stores vectors only; documents stay as they are until {@link VectorSink.release}. A rebuild's first half. */
  readonly vectorsOnly: boolean;
  readonly now: () => number;
}

/** After so many vectors or passages it is seen whether there are enough for codes, or to fold their words. */
const VECTORS_A_LOOK = 1024;

/** The writing side of a run. */
export class VectorSink {
  readonly documents: DocumentStore;
  readonly #options: SinkOptions;
  readonly #store: EmbeddingStore;
  readonly #staging: Staging;
  /** Documents that have their vectors, in a space that is not searched yet. */
  readonly #held: HeldDocuments | null;
  readonly #settled: Set<string>;
  readonly #tooLong: Map<string, Buffer>;
  /** Places of documents that were staged. */
  readonly #replaced = new Set<string>();
  /** Vectors stored since that was last seen, and passages that had theirs. */
  #unseen = 0;
  /** Inputs to ask for that came up while others were in flight. */
  #queued: PendingInput[] = [];

  constructor(options: SinkOptions) {
    const { db, space, documents, memory } = options;
    this.#options = options;
    this.#settled = memory.settled;
    this.#tooLong = memory.tooLong;
    this.documents = documents;
    this.#store = embeddingStore(db, space, codesWriter(db, space));
    this.#held = options.vectorsOnly && !options.dryRun ? heldDocuments(db) : null;
    this.#staging = createStaging(
      (hash) => this.#settled.has(keyOf(hash)) || this.#store.has(hash),
    );
  }

  /** Runs a change of documents in a transaction; does nothing where they stay as they are. */
  apply(change: () => void): void {
    if (!this.#options.vectorsOnly) this.#write(change);
  }

  #write(change: () => void): void {
    if (!this.#options.dryRun) this.#options.db.transaction(change).immediate();
  }

  /** Lets a document wait for its vectors; stores it at once if it has them all. */
  stage(document: NewDocument): Staged {
    this.#replaced.add(placeOf(document));
    const cut = this.#cutAll(document);
    const staged = this.#staging.stage(cut);
    if (staged.ready) {
      this.#write(() => this.#place(cut));
      this.#keepSearchable(cut.chunks.length);
    }
    return staged;
  }

  /** Stores what a request came to, and every document that waited for just that. */
  commit(batch: EmbeddedBatch<PendingInput>): void {
    const { tally } = this.#options;
    this.#write(() => {
      const vectors = batch.embedded.map(({ input: { inputHash }, vector }) => ({
        inputHash,
        vector,
      }));
      this.#store.put(vectors);
      for (const { inputHash } of vectors) this.#settle(inputHash);
      for (const { input, error } of batch.failed) {
        const isCut = error.code === 'INPUT_TOO_LONG' && this.#recut(input.inputHash);
        if (!isCut) this.#fail(input, error);
      }
    });
    tally.embedded += batch.embedded.length;
    this.#keepSearchable(batch.embedded.length);
  }

  /** About how many vectors the corpus has, of all spaces. */
  stored(): number {
    return this.#store.atMost();
  }

  /** A run may take hours: searches meanwhile are as fast as ever. */
  #keepSearchable(stored: number): void {
    const { db, space, dryRun, vectorsOnly } = this.#options;
    this.#unseen += stored;
    if (dryRun || vectorsOnly || this.#unseen < VECTORS_A_LOOK) return;
    this.#unseen = 0;
    makeMissingCodes(db, space);
    foldFresh(db);
  }

  #fail({ inputHash }: PendingInput, error: NamedError): void {
    const { code, message } = error;
    this.#store.fail({ inputHash, code, message }, this.#options.now());
    this.#options.tally.failed += 1;
    this.#settled.add(keyOf(inputHash));
    this.#settle(inputHash);
  }

  #settle(inputHash: Buffer): void {
    this.#replaceAll(this.#staging.settle(inputHash));
  }

  #replaceAll(ready: readonly NewDocument[]): void {
    for (const document of ready) this.#place(document);
  }

  #place(document: NewDocument): void {
    if (this.#held === null) this.documents.replace(document);
    else this.#held.hold(document);
  }

  /** Puts the documents in place that waited for their space; call in the transaction of the swap. */
  release(): void {
    this.#held?.release((document) => this.documents.replace(document));
  }

  /** Cuts an input wherever it stands. @returns false if it stands somewhere and cannot be cut any more */
  #recut(inputHash: Buffer): boolean {
    this.#tooLong.set(keyOf(inputHash), inputHash);
    // Where it cannot be cut it is not asked for again either.
    this.#settled.add(keyOf(inputHash));
    let wasCut = false;
    const cut = (document: NewDocument): NewDocument => {
      const result = this.#cut(document, inputHash);
      wasCut ||= result !== document;
      return result;
    };
    const { ask, ready, waited } = this.#staging.recut(inputHash, cut);
    let places = waited;
    this.#queued.push(...ask);
    this.#replaceAll(ready);
    // A stored chunk that is tried again, or goes to another model.
    for (const document of this.documents.withInput(inputHash)) {
      // Another version of it is on its way, and was cut above.
      if (this.#replaced.has(placeOf(document))) continue;
      places += 1;
      const shorter = cut(document);
      if (shorter !== document) this.#queued.push(...this.stage(shorter).ask);
    }
    // It may have been cut with its document before its own answer came.
    return wasCut || places === 0;
  }

  /** Cuts what is known to be too long, and what that leaves if it is known to be too long as well. */
  #cutAll(document: NewDocument): NewDocument {
    let cut = document;
    const seen = new Set<string>();
    const next = (): Buffer | undefined =>
      cut.chunks
        .map(({ inputHash }) => inputHash)
        .find((hash) => this.#tooLong.has(keyOf(hash)) && !seen.has(keyOf(hash)));
    for (let hash = next(); hash !== undefined; hash = next()) {
      seen.add(keyOf(hash));
      cut = this.#cut(cut, hash);
    }
    return cut;
  }

  #cut(document: NewDocument, inputHash: Buffer): NewDocument {
    return cutFurther(document, inputHash) ?? document;
  }

  /** A dry run's commit: counts the input as embedded. */
  pretend({ inputHash }: PendingInput): void {
    this.#settled.add(keyOf(inputHash));
    this.#staging.settle(inputHash);
    this.#options.tally.embedded += 1;
  }

  /** Inputs that came up since the last call. */
  takeQueued(): readonly PendingInput[] {
    const queued = this.#queued;
    this.#queued = [];
    return queued;
  }

  /**
   * Inputs of stored chunks without a vector, those left out that failed in this run or are asked for.
   *
   * @param except documents whose chunks do not count: they are about to change
   * @param among every chunk, or only those whose input failed before
   */
  *missing(except: readonly number[], among: 'all' | 'failed'): Iterable<PendingInput> {
    for (const input of this.#store.missing(except, among)) {
      const { inputHash } = input;
      const isAsked = this.#settled.has(keyOf(inputHash)) || this.#staging.awaits(inputHash);
      if (!isAsked) yield input;
    }
  }

  /**
   * Deletes vectors that no chunk uses: those of the chunks that this run took out, or with
   * `'all'` those that an earlier run left as well. @returns how many
   */
  prune(among: 'all' | 'dropped'): number {
    return this.#store.prune(among === 'all' ? null : this.documents.dropped());
  }

  /** Makes codes that are missing or have aged. */
  maintain(): void {
    const { db, space } = this.#options;
    maintainCodes(db, space);
  }
}

function placeOf({ sourceId, path }: NewDocument): string {
  return `${sourceId} ${path}`;
}

/** What is remembered of a failure. */
interface NamedError {
  readonly code: string;
  readonly message: string;
}
