/** What a run is asked to do, and what its phases share. */
import type { SourceSpec } from '../../files/source.ts';
import type { Embedder } from '../../model/types.ts';
import type { CorpusFile } from '../../store/sqlite/open.ts';
import type { SourceStore } from '../../store/sqlite/sources.ts';
import type { Space } from '../../store/sqlite/spaces.ts';
import type { Chunking } from './chunking-options.ts';
import type { GivenRules, ScopedSource } from './scope.ts';
import type { Tally } from './tally.ts';
import type { IndexProgress } from './types.ts';
import type { InputMemory } from './vector-sink.ts';

/** What a run is asked to do. */
export interface IndexRequest {
  readonly file: CorpusFile;
  readonly embedder: Embedder;
  /** None means every source that the corpus has. */
  readonly sources: readonly SourceSpec[];
  readonly rules: GivenRules;
  /** Estimated tokens; undefined keeps what the corpus remembers. */
  readonly chunkSize: number | undefined;
  readonly chunkOverlap: number | undefined;
  readonly limits: { batchSize: number; batchTokens: number; concurrency: number };
  /** Another model, other dimensions or prompts are wanted: a new space replaces the active one. */
  readonly rebuild: boolean;
  /** Says what would happen; changes nothing and embeds nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: IndexProgress) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The parts of a run that its phases share. */
export interface Run {
  readonly request: IndexRequest;
  readonly sources: SourceStore;
  readonly scope: readonly ScopedSource[];
  /** Sources that nobody has named on this machine: left as they are. Absolute paths. */
  readonly unconfirmed: readonly string[];
  /** Where vectors go. */
  readonly space: Space;
  readonly chunking: Chunking;
  readonly tally: Tally;
  readonly memory: InputMemory;
  /**
   * True if every stored chunk has a vector or a remembered failure in this space: only another
   * model, or an earlier run that did not end, can have left one without.
   */
  readonly complete: boolean;
}
