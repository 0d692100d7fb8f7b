/** `eval`: how good search is, on questions whose answers are known. */
import type { EvaluatedMode } from '../../engine/evaluation/ask-in-modes.ts';
import type { Evaluation } from '../../engine/evaluation/evaluate-set.ts';
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
  /** Orders the best passages of every search anew. If it fails, so does the evaluation. Default: none does. */
  readonly reranker?: Reranker | undefined;
  /** Called before each query. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What was measured, by which version of umekomi. */
interface Measured {
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
}

/** How a corpus answers a judged set, and which corpus that was. */
export interface EvalReport extends Evaluation, Measured {
  /** Absolute path of the judged set; null for sentences of the corpus. */
  readonly set: string | null;
  /** How sentences of the corpus were chosen; null for a judged set. */
  readonly fromCorpus: {
    readonly seed: number;
    /** Sentences wanted; there were fewer if there are fewer queries. */
    readonly wanted: number;
    /** Documents that they were chosen from. */
    readonly documents: number;
  } | null;
  /** SHA-256 in hex over queries and answers: runs that differ in it were over different sets. */
  readonly setDigest: string;
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
    const { digestOfSet } = await import('../../engine/evaluation/set-digest.ts');
    const { searchText } = await import('../../engine/search/search.ts');
    const { usableModes, ...measured } = await describeMeasured(context, options.reranker);
    const asking = await rememberingContext(context);
    const corpus = {
      search: (query: string, asked: SearchOptions) => searchText(asking, query, asked),
      documents: async function* () {
        yield* await documents.run(context, {});
      },
    };
    const evaluation = await evaluateSet(corpus, set, {
      ...{ ...options, modes: modes ?? usableModes, cwd: context.cwd },
    });
    const { path, unjudgedQueries, unknownQueries } = set;
    return {
      ...{ set: path, fromCorpus: null, setDigest: digestOfSet(set) },
      ...{ ...measured, unjudgedQueries, unknownQueries },
      ...evaluation,
    };
  },
};

/** What was measured, and the modes that it can be measured in. */
export async function describeMeasured(
  context: CorpusContext,
  reranker: Reranker | undefined,
): Promise<Measured & { readonly usableModes: readonly EvaluatedMode[] | undefined }> {
  const { ownVersion } = await import('../../engine/evaluation/own-version.ts');
  const { hasWords } = await context.store.info();
  const { space, chunking, documents, chunks, missing } = await status.run(context, {});
  const { kind = '', model = '', digest = null, dimensions = 0 } = space ?? {};
  return {
    ...{ umekomi: await ownVersion(), model: { kind, model, digest, dimensions } },
    ...{ reranker: reranker?.name ?? null, chunking, documents, chunks, missing },
    // Without words in the corpus only meaning can be measured; modes that are named fail instead.
    usableModes: hasWords ? undefined : ['semantic'],
  };
}

/** The same corpus, that asks its embedder for each query once, and looks for no matches to show. */
export async function rememberingContext(context: CorpusContext): Promise<SearchContext> {
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
