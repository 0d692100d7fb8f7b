/** What a user can ask for: every door calls the same operations and adds nothing of its own. */
import type { OptionSpecs } from '../model/option-spec.ts';
import type { Embedder } from '../model/types.ts';
import type { VectorSpace } from '../store/reading-types.ts';
import type { Store } from '../store/store.ts';

/**
 * One thing a user can ask for.
 *
 * @typeParam Params what it is given; every door brings it into this form
 * @typeParam Context what it works on
 */
export interface Operation<Params, Result, Context = CorpusContext> {
  /** The same in every door. */
  readonly name: string;
  /** One line for people: what it does. */
  readonly help: string;
  /** Options among its parameters. */
  readonly options: OptionSpecs;
  /**
   * Does it. Parameters are checked first; what only it needs is loaded here.
   *
   * @throws UmekomiError; the signal's reason if it is aborted meanwhile
   */
  run(context: Context, params: Params): Promise<Result>;
}

/** An open corpus as operations use it. */
export interface CorpusContext {
  readonly store: Store;
  /** Where relative paths start; absolute. */
  readonly cwd: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Makes vectors of a space, or of any in a new corpus. */
  readonly embedder: (space: VectorSpace | null) => Promise<Embedder>;
}

/** A corpus that whoever opened it closes. */
export interface OpenContext extends CorpusContext {
  close(): Promise<void>;
}
