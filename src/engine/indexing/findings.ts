/** What an examination of a corpus can find, and what to do about each. */
import type { ErrorCode } from '../../model/errors.ts';

/** What is looked at, in this order. */
export type CheckName =
  | 'file'
  | 'documents'
  | 'vectors'
  | 'words'
  | 'neighbours'
  | 'server'
  | 'vector space';

/** Stable codes of what is wrong inside the file; what is wrong with a server has an {@link ErrorCode}. */
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
  | 'NEIGHBOURS_DAMAGED'
  /** The server gives other vectors for stored texts than it did. */
  | 'VECTORS_CHANGED';

/** Something that is wrong. */
export interface Finding {
  readonly code: DamageCode | ErrorCode;
  /** What, and how much of it, for people. */
  readonly message: string;
  /** What to do, for people. */
  readonly remedy: string;
  /** True if `Corpus.repair` mends it. */
  readonly repairable: boolean;
}

/** What one check came to. */
export interface CheckResult {
  readonly check: CheckName;
  /** False if it was left out; `summary` says why. */
  readonly done: boolean;
  /** What there is, for people. */
  readonly summary: string;
  /** Empty if all is well. */
  readonly findings: readonly Finding[];
}

const REPAIR = 'umekomi doctor --repair';
const REPAIR_THEN_INDEX = `${REPAIR}, then umekomi index`;

/** What to do, and whether `repair` does it. */
const REMEDIES: Readonly<Record<DamageCode, { remedy: string; repairable: boolean }>> = {
  FILE_DAMAGED: {
    remedy: `restore the file from a backup, or save what can be read with: ${REPAIR_THEN_INDEX}`,
    repairable: true,
  },
  INDEXES_DAMAGED: { remedy: REPAIR, repairable: true },
  ROWS_ORPHANED: { remedy: REPAIR_THEN_INDEX, repairable: true },
  DOCUMENTS_DAMAGED: {
    remedy: `${REPAIR_THEN_INDEX}, which reads their files again`,
    repairable: true,
  },
  VECTORS_DAMAGED: {
    remedy: `${REPAIR_THEN_INDEX}, which embeds their texts again`,
    repairable: true,
  },
  VECTORS_MISSING: { remedy: `${REPAIR_THEN_INDEX}, which embeds their texts`, repairable: true },
  SPACE_DAMAGED: {
    remedy: 'umekomi index --rebuild --model <name>, or index into a new file',
    repairable: false,
  },
  WORDS_DAMAGED: { remedy: REPAIR, repairable: true },
  NEIGHBOURS_DAMAGED: { remedy: REPAIR, repairable: true },
  VECTORS_CHANGED: {
    remedy:
      'bring back the model as it was, or embed everything anew with: umekomi index --rebuild',
    repairable: false,
  },
};

/** A finding with the remedy of its code. */
export function finding(code: DamageCode, message: string): Finding {
  return { code, message, ...REMEDIES[code] };
}
