/** What comes of keeping a corpus in order. */

/** What optimizing came to. */
export interface OptimizeSummary {
  /** Size of the corpus before and after, in bytes. */
  readonly size: { readonly before: number; readonly after: number };
  /** Vectors deleted because no passage uses them any more, or a rebuild has left them that did not end. */
  readonly pruned: number;
}

/** What is looked at, in this order. */
export type StoreCheckName = 'file' | 'documents' | 'vectors' | 'words' | 'neighbours';

/** Stable codes of what can be wrong inside a corpus. */
export type DamageCode =
  /** SQLite cannot read some of the file, or finds its pages wrong. */
  | 'FILE_DAMAGED'
  /** Indexes of SQLite do not fit their tables. */
  | 'INDEXES_DAMAGED'
  /** Rows that belong to nothing. */
  | 'ROWS_ORPHANED'
  /** Documents whose chunks are incomplete or are not the text that was embedded. */
  | 'DOCUMENTS_DAMAGED'
  /** Vectors of the wrong length, with NaN, or not of unit length. */
  | 'VECTORS_DAMAGED'
  /** Passages with neither a vector nor a remembered failure: no search by meaning finds them. */
  | 'VECTORS_MISSING'
  /** What the corpus says of its model contradicts itself. */
  | 'SPACE_DAMAGED'
  /** The index of words does not hold just the passages. */
  | 'WORDS_DAMAGED'
  /** The tables that find near vectors do not hold just the vectors. */
  | 'NEIGHBOURS_DAMAGED';

/** Something that is wrong inside a corpus. */
export interface StoreFinding {
  readonly code: DamageCode;
  /** What, and how much of it, for people. */
  readonly message: string;
}

/** What one check came to. */
export interface StoreCheck {
  readonly check: StoreCheckName;
  /** What there is, for people. */
  readonly summary: string;
  /** Empty if all is well. */
  readonly findings: readonly StoreFinding[];
}

/** How an examination is followed and stopped. */
export interface ExamineOptions {
  /** Told before each check. */
  readonly onCheck?: ((check: StoreCheckName) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
