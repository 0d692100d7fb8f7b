/** `umekomi eval`: how good search is, on questions whose answers are known, or whether it works at all. */
import { resolve } from 'node:path';
import type { EvaluatedMode } from '../../evaluation.ts';
import { UsageError } from '../../model/errors.ts';
import {
  CHUNK_OPTIONS,
  FILTER_OPTIONS,
  RERANK_OPTIONS,
  SEED_OPTIONS,
} from '../../model/options.ts';
import { type EvalReport, evaluate } from '../../service/operations/eval.ts';
import { evaluateFromCorpus } from '../../service/operations/eval-from-corpus.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type Flags, flagOf, readOptions } from '../flags.ts';
import { withJudgedCorpus } from '../judged-corpus.ts';
import { sayMeaningOnly } from '../notices.ts';
import { expandAll, expandHome } from '../paths.ts';
import { queryProgress } from '../query-progress.ts';
import type { Report } from '../render/evaluation-report.ts';
import { rerankerOf } from '../reranker-flag.ts';
import { resolveSettings } from '../settings.ts';
import { tell, toJson, type World, write } from '../terminal.ts';

/** Options that only sentences of the corpus have. */
const SENTENCE_OPTIONS = { ...SEED_OPTIONS, ...FILTER_OPTIONS };

/** Options that only a set has. */
const SET_OPTIONS: readonly string[] = ['split', ...Object.keys(CHUNK_OPTIONS)];

/** Options that only a run has, not the comparison of runs that were kept. */
const RUN_OPTIONS: readonly string[] = [...SET_OPTIONS, ...Object.keys(RERANK_OPTIONS), 'ranks'];

/** Runs it. */
export const runEval: RunCommand = async (world, { args, flags }) => {
  const [place] = args;
  const isFromCorpus = flags['fromCorpus'] === true;
  requireFitting(flags, place, isFromCorpus);
  if (flags['compare'] !== undefined) {
    const { compare } = await import('./eval-compare.ts');
    return compare(world, flags['compare'] as readonly string[], flags);
  }
  const modes = await chosenModes(flags['mode'] as readonly string[] | undefined);
  const report = isFromCorpus
    ? await askBack(world, flags, modes)
    : await measure(world, flags, { place, modes });
  const isMeaningOnly = report.modes.length === 1 && report.modes[0]?.mode === 'semantic';
  if (flags['mode'] === undefined && isMeaningOnly) sayMeaningOnly(world);
  const { forPeople, notes } = await import('../render/evaluation-report.ts');
  if (flags['json'] === true) await write(world.stdout, `${toJson({ version: 1, ...report })}\n`);
  else await write(world.stdout, forPeople(report, { ranks: flags['ranks'] === true }));
  await tell(world, notes(report).join(''));
  return report.missing > 0 ? EXIT.failures : EXIT.ok;
};

/** What is asked for is one of three things, and each has flags of its own. */
function requireFitting(flags: Flags, place: string | undefined, isFromCorpus: boolean): void {
  const named = (names: readonly string[]): string | undefined =>
    names.find((name) => flags[flagKey(name)] !== undefined);
  const isCompared = flags['compare'] !== undefined;
  if (isCompared && place !== undefined) refuse('--compare takes no judged set.');
  if (isCompared && isFromCorpus) refuse('--compare asks nothing: leave out --from-corpus.');
  const ofRun = isCompared ? named(RUN_OPTIONS) : undefined;
  if (ofRun !== undefined) {
    refuse(`--compare asks nothing: ${flagOf(ofRun)} goes with the runs that it compares.`);
  }
  if (isFromCorpus && place !== undefined) {
    refuse('--from-corpus asks sentences of the corpus: name no judged set.');
  }
  const ofSet = isFromCorpus ? named(SET_OPTIONS) : undefined;
  if (ofSet !== undefined) {
    refuse(`${flagOf(ofSet)} is for a judged set, and --from-corpus asks the corpus as it is.`);
  }
  const ofSentences = isFromCorpus ? undefined : named(Object.keys(SENTENCE_OPTIONS));
  if (ofSentences !== undefined) refuse(`${flagOf(ofSentences)} goes with --from-corpus only.`);
}

/** The name that a flag has among those that were read. */
function flagKey(option: string): string {
  const kebab = flagOf(option).replace(/^-+/, '');
  return kebab.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function refuse(message: string): never {
  throw new UsageError('USAGE', message);
}

interface Asked {
  readonly place: string | undefined;
  readonly modes: readonly EvaluatedMode[] | undefined;
}

async function measure(world: World, flags: Flags, { place, modes }: Asked): Promise<Report> {
  if (place === undefined) {
    const message =
      'Name a judged set, such as: umekomi eval ./questions.jsonl; without one, umekomi eval --from-corpus asks sentences of the corpus back.';
    throw new UsageError('USAGE', message);
  }
  const { readJudgedSet } = await import('../../evaluation.ts');
  const split = flags['split'] as string | undefined;
  const set = await readJudgedSet(resolve(world.cwd, expandHome(place, world.home)), { split });
  const reranker = await rerankerOf(world, flags);
  return withJudgedCorpus(world, flags, set, (context) =>
    withProgress(world, split ?? null, (listening) =>
      evaluate.run(context, { set, modes, reranker, ...listening }),
    ),
  );
}

async function askBack(world: World, flags: Flags, modes: Asked['modes']): Promise<Report> {
  const { sources, ...options } = readOptions(flags, SENTENCE_OPTIONS);
  const reranker = await rerankerOf(world, flags);
  const wanted = { ...options, sources: expandAll(sources, world.home), modes, reranker };
  return withContext(world, resolveSettings(world, flags), { readOnly: true }, (context) =>
    withProgress(world, null, (listening) =>
      evaluateFromCorpus.run(context, { ...wanted, ...listening }),
    ),
  );
}

/** Runs an evaluation with the number of queries on the terminal. */
async function withProgress(
  world: World,
  split: string | null,
  run: (listening: {
    readonly signal: AbortSignal | undefined;
    readonly onProgress: (done: number, total: number) => void;
  }) => Promise<EvalReport>,
): Promise<Report> {
  const progress = queryProgress(world);
  try {
    const { set, ...report } = await run({ signal: world.signal, onProgress: progress.show });
    return { set, split, ...report };
  } finally {
    progress.end();
  }
}

/** Names of modes checked against those that there are; undefined if none is named. */
async function chosenModes(
  named: readonly string[] | undefined,
): Promise<readonly EvaluatedMode[] | undefined> {
  if (named === undefined) return undefined;
  const { EVALUATED_MODES } = await import('../../evaluation.ts');
  const all: readonly string[] = EVALUATED_MODES;
  const unknown = named.find((mode) => !all.includes(mode));
  if (unknown !== undefined) {
    const message = `There is no mode ${JSON.stringify(unknown)}; the modes are ${all.join(', ')}.`;
    throw new UsageError('USAGE', message);
  }
  return EVALUATED_MODES.filter((mode) => named.includes(mode));
}
