/** `umekomi index`: brings a corpus up to date. */
import { existsSync } from 'node:fs';
import type { Corpus, IndexSummary } from '../../index.ts';
import { CorpusError } from '../../model/errors.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import { expandHome } from '../paths.ts';
import { createProgress, type Progress } from '../progress.ts';
import { isComplete, summaryLines } from '../render/summary.ts';
import { type EmbedderFlags, type GlobalFlags, type Settings, settle } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Flags of `index`. */
export interface IndexFlags extends GlobalFlags, EmbedderFlags {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** False with `--no-ignore`. */
  readonly ignore?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Runs it. @returns the exit code */
export async function index(
  world: World,
  sources: readonly string[],
  flags: IndexFlags,
): Promise<number> {
  const begin = performance.now();
  const settings = settle(world, flags);
  const dryRun = flags.dryRun === true;
  const isNew = !existsSync(settings.db);
  if (isNew && sources.length === 0) throw nothingNamed(settings);
  const progress = await createProgress(world);
  const open = { readOnly: dryRun && !isNew, inMemory: dryRun && isNew, say: progress.say };
  const work = (corpus: Corpus): Promise<IndexSummary> =>
    corpus.index(
      sources.map((source) => expandHome(source, world.home)),
      { ...toIndexOptions(flags, settings), signal: world.signal, onProgress: progress.show },
    );
  const summary = await watched(progress, () => withCorpus(world, settings, open, work)).catch(
    (error: unknown) => {
      if (world.signal.aborted) progress.sayInterrupted(settings.db, dryRun);
      throw error;
    },
  );
  if (flags.json === true) await write(world.stdout, `${toJson({ version: 1, ...summary })}\n`);
  const seconds = (performance.now() - begin) / 1000;
  const verbose = flags.verbose === true;
  const context = { cwd: world.cwd, verbose, seconds, corpus: settings.db };
  await write(world.stderr, summaryLines(summary, context));
  return isComplete(summary) ? EXIT.ok : EXIT.failures;
}

/** The line of progress is gone before anything else is printed. */
async function watched<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    progress.end();
  }
}

function toIndexOptions(flags: IndexFlags, settings: Settings): Parameters<Corpus['index']>[1] {
  const { chunkSize, chunkOverlap, concurrency, batchSize, rebuild } = settings;
  return {
    include: flags.include,
    exclude: flags.exclude,
    ignoreFiles: flags.ignore === false ? false : undefined,
    ...{ chunkSize, chunkOverlap, concurrency, batchSize, rebuild },
    dryRun: flags.dryRun === true,
  };
}

function nothingNamed({ db }: Settings): CorpusError {
  const message = `There is no corpus at ${printableName(db)} to bring up to date. Name what to index: umekomi index ./docs`;
  return new CorpusError('CORPUS_NOT_FOUND', message);
}
