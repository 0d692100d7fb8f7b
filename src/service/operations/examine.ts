/** `examine`: looks for what is wrong with a corpus and its embedder. */
import type { CheckResult, ExamineContext } from '../../engine/examination/findings.ts';
import { EXAMINE_OPTIONS } from '../../model/options.ts';
import { checkParams } from '../check.ts';
import type { Operation } from '../operation.ts';

/** How a corpus is examined. */
export interface ExamineOptions extends ExamineContext {
  /** Looks at the file only and asks no embedder. Default false. */
  readonly offline?: boolean | undefined;
}

/** What an examination came to. */
export interface Examination {
  /** The corpus file. */
  readonly path: string;
  /** In the order in which they were made. */
  readonly checks: readonly CheckResult[];
}

/** The operation. */
export const examine: Operation<ExamineOptions, Examination> = {
  name: 'examine',
  help: 'look for what is wrong with a corpus and its server',
  options: EXAMINE_OPTIONS,
  run: async ({ store, embedder }, options) => {
    checkParams(options, EXAMINE_OPTIONS, { listeners: ['onCheck'] });
    const { offline, ...context } = options;
    const { examineCorpus } = await import('../../engine/examination/examine.ts');
    const asked = offline === true ? null : embedder;
    return { path: store.path, checks: await examineCorpus(store, asked, context) };
  },
};
