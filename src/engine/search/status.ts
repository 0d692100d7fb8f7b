/** What a corpus holds, for `status`. */
import type { Database } from 'better-sqlite3';
import type { EmbedderIdentity } from '../../model/types.ts';
import { readCounts, readFailures, type StoredFailure } from '../../store/sqlite/passages.ts';
import type { Source } from '../../store/sqlite/sources.ts';
import { activeSpace } from '../../store/sqlite/spaces.ts';

/** Failures listed; their number is always complete. */
const LISTED_FAILURES = 100;

/** The vector space of a corpus. */
export interface SpaceInfo extends EmbedderIdentity {
  /** SHA-256 in hex over what makes vectors comparable; see docs/schema.md. */
  readonly fingerprint: string;
}

/** A source of a corpus with its rules. */
export interface SourceInfo {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'folder' | 'file';
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly ignoreFiles: boolean;
}

/** A remembered failure and the first place where its text stands. */
export interface FailureInfo {
  /** Absolute path of the source. */
  readonly source: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly code: string;
  readonly message: string;
  /** Runs that tried it. */
  readonly attempts: number;
}

/** What a corpus holds. */
export interface CorpusStatus {
  /** The corpus file. */
  readonly path: string;
  /** null before the first run. */
  readonly space: SpaceInfo | null;
  readonly sources: readonly SourceInfo[];
  readonly documents: number;
  readonly chunks: number;
  /** Vectors of the active space. */
  readonly vectors: number;
  /** Inputs of stored chunks that have no vector: failures, and what an interrupted run left. */
  readonly missing: number;
  /** Remembered failures; all of them are counted, the first 100 listed. */
  readonly failed: number;
  readonly failures: readonly FailureInfo[];
}

/** Reads the status of an open corpus. */
export function readStatus(db: Database, path: string, sources: readonly Source[]): CorpusStatus {
  const active = activeSpace(db);
  const { failures: failed, ...counts } = readCounts(db, active);
  const roots = new Map(sources.map((source) => [source.id, source.path]));
  const failures = active === null ? [] : readFailures(db, active, LISTED_FAILURES);
  return {
    path,
    space: active === null ? null : toInfo(active),
    sources: sources.map(({ path: root, kind, rules }) => ({ path: root, kind, ...rules })),
    ...counts,
    failed,
    failures: failures.map(({ sourceId, ...rest }: StoredFailure) => ({
      source: roots.get(sourceId) ?? '',
      ...rest,
    })),
  };
}

function toInfo({ id: _, ...space }: SpaceInfo & { id: number }): SpaceInfo {
  return space;
}
