/** What a run keeps in memory between its first change and the maintenance at its end. */
import type { Database } from 'better-sqlite3';
import { codesWriter } from './codes/writer.ts';
import type { Connection } from './connection.ts';
import { type DocumentWriter, documentWriter } from './document-writer.ts';
import { type EmbeddingWriter, embeddingWriter } from './embeddings.ts';
import { isAnyUnfinished } from './sources.ts';
import { spaceById } from './spaces.ts';
import { type WaitingDocuments, waitingDocuments } from './waiting-documents.ts';

/** Writers that share what they have learnt of the file. Make it when the index of words is prepared. */
export class WriteSession {
  readonly documents: DocumentWriter;
  readonly waiting: WaitingDocuments;
  /** Vectors and passages that came since derived tables were looked at. */
  fresh = 0;
  readonly #db: Database;
  readonly #embeddings = new Map<number, EmbeddingWriter>();
  #pruned = 0;

  constructor({ db }: Connection) {
    this.#db = db;
    this.documents = documentWriter(db);
    this.waiting = waitingDocuments(db);
  }

  /** Vectors of a space. */
  embeddings(spaceId: number): EmbeddingWriter {
    const known = this.#embeddings.get(spaceId);
    if (known !== undefined) return known;
    const space = spaceById(this.#db, spaceId);
    if (space === null) throw new RangeError(`There is no vector space ${spaceId}.`);
    const made = embeddingWriter(this.#db, space, codesWriter(this.#db, space));
    this.#embeddings.set(spaceId, made);
    return made;
  }

  /**
   * Deletes vectors that no passage uses: those of chunks that went in this session, or any. None are while a
   * run over any source has not ended: it is to find them when it goes on.
   *
   * @returns how many
   */
  prune(spaceId: number, among: 'dropped' | 'all'): number {
    if (isAnyUnfinished(this.#db)) return 0;
    const dropped = among === 'all' ? null : this.documents.dropped();
    const pruned = this.embeddings(spaceId).prune(dropped);
    this.#pruned += pruned;
    return pruned;
  }

  /** Chunks and vectors that were deleted. */
  deleted(): number {
    return this.documents.droppedCount() + this.#pruned;
  }
}
