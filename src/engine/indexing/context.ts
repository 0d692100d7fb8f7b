/** What a run is asked to do, and what its phases share. */
import type { IndexProgress } from '../../model/indexing.ts';
import type { Source } from '../../model/source.ts';
import type { Embedder } from '../../model/types.ts';
import type { VectorSpace } from '../../store/reading-types.ts';
import type { Store } from '../../store/store.ts';
import type { Chunking, GivenChunking } from './chunking-options.ts';
import type { InputOutcomes } from './document-writer.ts';
import type { MakeDocument } from './prepare.ts';
import type { GivenRules, SourcePart } from './scope.ts';
import { type Tally, toProgress } from './tally.ts';

/** What a run is asked to do. Its caller holds the store's lock, unless it is a dry run. */
export interface IndexRequest extends GivenChunking {
  readonly store: Store;
  readonly embedder: Embedder;
  /** None means every source that the corpus has. */
  readonly sources: readonly Source[];
  readonly rules: GivenRules;
  readonly limits: {
    readonly batchSize: number;
    readonly batchTokens: number;
    readonly concurrency: number;
  };
  /** Another model, other dimensions or prompts are wanted: a new space replaces the active one. */
  readonly rebuild: boolean;
  /** Says what would happen; changes nothing and embeds nothing. */
  readonly dryRun: boolean;
  /** Left-out files of each reason that are listed; undefined for the default. */
  readonly listedSkips?: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: IndexProgress) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What cuts a file; a test gives one that fails. @default `toDocument` */
  readonly makeDocument?: MakeDocument | undefined;
}

/** The parts of a run that its phases share. */
export interface Run {
  readonly request: IndexRequest;
  readonly parts: readonly SourcePart[];
  /** Sources that nobody has named on this machine: left as they are. Absolute paths. */
  readonly unconfirmed: readonly string[];
  /** Sources as they were stored before. */
  readonly former: readonly Source[];
  /** Ids of stored sources by their paths. */
  readonly sourceIds: SourceIds;
  /** Sources that an earlier run over all of them has left unfinished, by id. */
  readonly unfinished: ReadonlySet<number>;
  /** Where vectors go. */
  readonly space: VectorSpace;
  /** About how many vectors were stored when it began. */
  readonly vectors: number;
  readonly chunking: Chunking;
  readonly tally: Tally;
  readonly outcomes: InputOutcomes;
  /**
   * True if every stored chunk has a vector or a remembered failure in this space: only another
   * model, or an earlier run that did not end, can have left one without.
   */
  readonly isComplete: boolean;
}

/** Ids of stored sources by their paths. */
export type SourceIds = ReadonlyMap<string, number>;

/** The id of what is not stored: no row has it. */
export const UNSTORED = -1;

/** The id of a part's source; {@link UNSTORED} in a dry run that would add it. */
export function sourceIdOf(sourceIds: SourceIds, { source }: SourcePart): number {
  return sourceIds.get(source.path) ?? UNSTORED;
}

/** Tells how far a run is. */
export function report({ request, tally }: Pick<Run, 'request' | 'tally'>): void {
  request.onProgress(toProgress(tally));
}
