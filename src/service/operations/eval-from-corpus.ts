/** `eval` without a judged set: sentences of the corpus, asked back. */
import type { EvaluatedMode } from '../../engine/evaluation/ask-in-modes.ts';
import { UsageError } from '../../model/errors.ts';
import { EVAL_OPTIONS, FILTER_OPTIONS, SEED_OPTIONS } from '../../model/options.ts';
import type { DocumentFilters, SearchOptions } from '../../model/search.ts';
import type { Reranker } from '../../model/types.ts';
import { type Abortable, checkParams, requireReranker } from '../check.ts';
import type { Operation } from '../operation.ts';
import { documents } from './documents.ts';
import { describeMeasured, type EvalReport, rememberingContext } from './eval.ts';

/** Which sentences are asked, and how. */
export interface EvalFromCorpusParams extends DocumentFilters, Abortable {
  /** Default: every mode that the corpus has. */
  readonly modes?: readonly EvaluatedMode[] | undefined;
  /** Any whole number; another one chooses other sentences. Default 1. */
  readonly seed?: number | undefined;
  /** Orders the best passages of every search anew. If it fails, so does the evaluation. Default: none does. */
  readonly reranker?: Reranker | undefined;
  /** Called before each query. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const OPTIONS = { ...EVAL_OPTIONS, ...SEED_OPTIONS, ...FILTER_OPTIONS };

/** The operation. */
export const evaluateFromCorpus: Operation<EvalFromCorpusParams, EvalReport> = {
  name: 'evalFromCorpus',
  help: 'ask sentences of the corpus back',
  options: OPTIONS,
  run: async (context, { modes, seed = SEED_OPTIONS.seed.default, ...params }) => {
    const others = { own: ['reranker'], listeners: ['onProgress'] };
    checkParams({ ...params, modes, seed }, OPTIONS, others);
    const { reranker, signal, onProgress, ...filters } = params;
    requireReranker(reranker);
    const { evaluateSentences, SENTENCES } = await import(
      '../../engine/evaluation/evaluate-sentences.ts'
    );
    const { digestOfSentences } = await import('../../engine/evaluation/set-digest.ts');
    const { readDocument } = await import('../../engine/search/read.ts');
    const { searchText } = await import('../../engine/search/search.ts');
    const { store, cwd } = context;
    const asking = await rememberingContext(context);
    const { usableModes, ...measured } = await describeMeasured(context, reranker);
    const asked = {
      search: (query: string, options: SearchOptions) => searchText(asking, query, options),
      documents: async function* (wanted: DocumentFilters) {
        yield* await documents.run(context, wanted);
      },
      read: ({ file }: { readonly file: string }) =>
        readDocument(store, file, { lines: null, cwd }).catch(nullIfGone),
    };
    const how = { modes: modes ?? usableModes, reranker, signal, onProgress };
    const evaluation = await evaluateSentences(asked, { ...how, seed, filters });
    const { sentences } = evaluation;
    return {
      ...{ set: null, fromCorpus: { seed, wanted: SENTENCES, documents: evaluation.documents } },
      ...{ setDigest: digestOfSentences(sentences), ...measured },
      ...{ unjudgedQueries: 0, unknownQueries: 0 },
      ...{ modes: evaluation.modes, unknownDocuments: [] },
    };
  },
};

/** An index run beside this one may have taken a document out since it was listed. */
function nullIfGone(error: unknown): null {
  if (error instanceof UsageError && error.code === 'DOCUMENT_NOT_FOUND') return null;
  throw error;
}
