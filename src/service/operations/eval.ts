/** `eval`: how good search is, on questions whose answers are known. */
import type { EvaluatedMode, Evaluation } from '../../engine/evaluation/evaluate-set.ts';
import type { JudgedSet } from '../../engine/evaluation/judged-set.ts';
import type { SearchContext } from '../../engine/search/search.ts';
import { EVAL_OPTIONS } from '../../model/options.ts';
import type { SearchOptions } from '../../model/search.ts';
import type { ChunkOptions, Embedder, Reranker } from '../../model/types.ts';
import { type Abortable, checkParams, requireReranker } from '../check.ts';
import type { CorpusContext, Operation } from '../operation.ts';
import { documents } from './documents.ts';
import { status } from './status.ts';

/** What is asked, and how. */
export interface EvalParams extends Abortable {
  readonly set: JudgedSet;
  /** Default: every mode that the corpus has. */
  readonly modes?: readonly EvaluatedMode[] | undefined;
  /** Orders the best passages of every search anew. If it fails, so does the evaluation. */
  readonly reranker?: Reranker | undefined;
  /** Called before each query. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How a corpus answers a judged set, and which corpus that was. */
export interface EvalReport extends Evaluation {
  /** Absolute path of the judged set. */
  readonly set: string;
  /** The version of umekomi that measured. */
  readonly umekomi: string;
  readonly model: {
    readonly kind: string;
    readonly model: string;
    /** null where the server gives none, and for the built-in embedder. */
    readonly digest: string | null;
    readonly dimensions: number;
  };
  /** The reranker's name; null without one. */
  readonly reranker: string | null;
  /** How the documents were cut; null before the first run. */
  readonly chunking: ChunkOptions | null;
  readonly documents: number;
  readonly chunks: number;
  /** Texts without a vector: what is in them was not searched. */
  readonly missing: number;
  readonly unjudgedQueries: number;
  readonly unknownQueries: number;
}

/** The operation. */
export const evaluate: Operation<EvalParams, EvalReport> = {
  name: 'eval',
  help: 'measure how good search is, on questions whose answers are known',
  options: EVAL_OPTIONS,
  run: async (context, { set, modes, ...options }) => {
    const others = { own: ['reranker'], listeners: ['onProgress'] };
    checkParams({ ...options, modes }, EVAL_OPTIONS, others);
    requireReranker(options.reranker);
    const { evaluateSet } = await import('../../engine/evaluation/evaluate-set.ts');
    const { searchText } = await import('../../engine/search/search.ts');
    const { ownVersion } = await import('../../engine/evaluation/own-version.ts');
    // Without words in the corpus only meaning can be measured; modes that are named fail instead.
    const { hasWords, chunking } = await context.store.info();
    const usable = hasWords ? undefined : (['semantic'] as const);
    const asking = await rememberingContext(context);
    const corpus = {
      search: (query: string, asked: SearchOptions) => searchText(asking, query, asked),
      documents: async function* () {
        yield* await documents.run(context, {});
      },
    };
    const evaluation = await evaluateSet(corpus, set, {
      ...{ ...options, modes: modes ?? usable, cwd: context.cwd },
    });
    const { space, documents: count, chunks, missing } = await status.run(context, {});
    const { kind = '', model = '', digest = null, dimensions = 0 } = space ?? {};
    const { path, unjudgedQueries, unknownQueries } = set;
    return {
      ...{ set: path, umekomi: await ownVersion() },
      ...{ model: { kind, model, digest, dimensions } },
      ...{ reranker: options.reranker?.name ?? null, chunking },
      ...{ documents: count, chunks, missing, unjudgedQueries, unknownQueries },
      ...evaluation,
    };
  },
};

/** The same corpus, that asks its embedder for each query once, and looks for no matches to show. */
async function rememberingContext(context: CorpusContext): Promise<SearchContext> {
  const { rememberQueries } = await import('../../engine/evaluation/remembered-queries.ts');
  const remembering = new Map<Embedder, Embedder>();
  return {
    ...context,
    findsMatches: false,
    embedder: async (space) => {
      const made = await context.embedder(space);
      const known = remembering.get(made) ?? rememberQueries(made);
      remembering.set(made, known);
      return known;
    },
  };
}
