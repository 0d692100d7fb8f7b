/** What an examination of a corpus can find, and what to do about each. */
import type { ErrorCode, Remedy } from '../../model/errors.ts';
import type { DamageCode, StoreCheckName, StoreFinding } from '../../store/upkeep-types.ts';

/** What is looked at, in this order: the store, then the embedder and its vectors. */
export type CheckName = StoreCheckName | 'server' | 'vector space';

/** Stable codes of what is wrong; what an embedder or its server refuses has an {@link ErrorCode}. */
export type FindingCode =
  | DamageCode
  /** The embedder gives other vectors for stored texts than it did. */
  | 'VECTORS_CHANGED'
  | ErrorCode;

/** Something that is wrong. */
export interface Finding {
  readonly code: FindingCode;
  /** What, and how much of it, for people. */
  readonly message: string;
  /** What to do; null where the message says all there is. */
  readonly remedy: Remedy | null;
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

/** How an examination is followed and stopped. */
export interface ExamineContext {
  readonly signal?: AbortSignal | undefined;
  /** Told before each check. */
  readonly onCheck?: ((check: CheckName) => void) | undefined;
}

/** Derived tables are built from what is sound. */
const REPAIR: Remedy = { code: 'repair', thenIndex: false };
/** The next run reads and embeds again what the repair took out. */
const REPAIR_THEN_INDEX: Remedy = { code: 'repair', thenIndex: true };

const REMEDIES: Readonly<Record<DamageCode, Remedy>> = {
  FILE_DAMAGED: { code: 'restore' },
  INDEXES_DAMAGED: REPAIR,
  ROWS_ORPHANED: REPAIR_THEN_INDEX,
  DOCUMENTS_DAMAGED: REPAIR_THEN_INDEX,
  VECTORS_DAMAGED: REPAIR_THEN_INDEX,
  VECTORS_MISSING: REPAIR_THEN_INDEX,
  SPACE_DAMAGED: { code: 'rebuild' },
  WORDS_DAMAGED: REPAIR,
  NEIGHBOURS_DAMAGED: REPAIR,
};

/** A finding of the store with what to do about it. */
export function toFinding({ code, message }: StoreFinding): Finding {
  // No one can tell any more which model made the vectors.
  const repairable = code !== 'SPACE_DAMAGED';
  return { code, message, remedy: REMEDIES[code], repairable };
}
