/** `eval`: how good search is, on questions whose answers are known. */
import type { EvaluatedMode, Evaluation } from '../../engine/evaluation/evaluate-set.ts';
import type { JudgedSet } from '../../engine/evaluation/judged-set.ts';
import { EVAL_OPTIONS } from '../../model/options.ts';
import type { SearchOptions } from '../../model/search.ts';
import { type Abortable, checkParams } from '../check.ts';
import type { Operation } from '../operation.ts';
import { documents } from './documents.ts';
import { search } from './search.ts';
import { status } from './status.ts';

/** What is asked, and how. */
export interface EvalParams extends Abortable {
  readonly set: JudgedSet;
  /** Default: every mode that the corpus has. */
  readonly modes?: readonly EvaluatedMode[] | undefined;
  /** Called before each query. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How a corpus answers a judged set, and which corpus that was. */
export interface EvalReport extends Evaluation {
  /** Absolute path of the judged set. */
  readonly set: string;
  readonly model: { readonly kind: string; readonly model: string; readonly dimensions: number };
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
    checkParams({ ...options, modes }, EVAL_OPTIONS, { listeners: ['onProgress'] });
    const { evaluateSet } = await import('../../engine/evaluation/evaluate-set.ts');
    // Without words in the corpus only meaning can be measured; modes that are named fail instead.
    const { hasWords } = await context.store.info();
    const usable = hasWords ? undefined : (['semantic'] as const);
    const corpus = {
      search: (query: string, asked: SearchOptions) => search.run(context, { ...asked, query }),
      documents: async function* () {
        yield* await documents.run(context, {});
      },
    };
    const evaluation = await evaluateSet(corpus, set, {
      ...{ ...options, modes: modes ?? usable, cwd: context.cwd },
    });
    const { space, documents: count, chunks, missing } = await status.run(context, {});
    const { kind = '', model = '', dimensions = 0 } = space ?? {};
    const { path, unjudgedQueries, unknownQueries } = set;
    return {
      ...{ set: path, model: { kind, model, dimensions } },
      ...{ documents: count, chunks, missing, unjudgedQueries, unknownQueries },
      ...evaluation,
    };
  },
};
