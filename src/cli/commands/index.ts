/** `umekomi index`: brings a corpus up to date. */
import { CorpusError } from '../../model/errors.ts';
import type { IndexSummary } from '../../model/indexing.ts';
import { INDEX_OPTIONS } from '../../model/options.ts';
import { index } from '../../service/operations/index.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { hasCorpus } from '../corpus-path.ts';
import { EXIT } from '../exit-codes.ts';
import { type Flags, readOptions } from '../flags.ts';
import { expandAll } from '../paths.ts';
import { createProgress, type Progress } from '../progress.ts';
import { isComplete, summaryLines } from '../render/summary.ts';
import { resolveSettings, type Settings } from '../settings.ts';
import { printableName, tell, toJson, type World, write } from '../terminal.ts';

/** Runs it. */
export const runIndex: RunCommand = async (world, { args, flags }) => {
  const begin = performance.now();
  const settings = resolveSettings(world, flags);
  if (args.length === 0 && !hasCorpus(settings.db)) throw nothingNamed(settings);
  const summary = await runWithProgress(world, settings, { args, flags });
  if (flags['json'] === true) await write(world.stdout, `${toJson({ version: 1, ...summary })}\n`);
  const seconds = (performance.now() - begin) / 1000;
  const verbose = flags['verbose'] === true;
  const context = { cwd: world.cwd, verbose, seconds, corpus: settings.db };
  await tell(world, summaryLines(summary, context));
  return isComplete(summary) ? EXIT.ok : EXIT.failures;
};

async function runWithProgress(
  world: World,
  settings: Settings,
  { args, flags }: { readonly args: readonly string[]; readonly flags: Flags },
): Promise<IndexSummary> {
  const options = readOptions(flags, INDEX_OPTIONS);
  const { chunkSize, chunkOverlap, concurrency, batchSize } = settings;
  const dryRun = options.dryRun === true;
  const progress = await createProgress(world);
  // A corpus that is not there yet reads as an empty one, and only a run makes it.
  const open = { readOnly: dryRun && hasCorpus(settings.db), say: progress.say };
  try {
    return await withContext(world, settings, open, (context) =>
      index.run(context, {
        ...options,
        ...{ chunkSize, chunkOverlap, concurrency, batchSize },
        listedSkips: flags['verbose'] === true ? Number.MAX_SAFE_INTEGER : undefined,
        sources: expandAll(args, world.home),
        signal: world.signal,
        onProgress: progress.show,
      }),
    );
  } catch (error) {
    endInterrupted(progress, world, { corpus: settings.db, dryRun });
    throw error;
  } finally {
    progress.end();
  }
}

/** The line of progress is gone before anything else is printed. */
function endInterrupted(
  progress: Progress,
  { signal }: World,
  { corpus, dryRun }: { readonly corpus: string; readonly dryRun: boolean },
): void {
  progress.end();
  if (signal.aborted) progress.sayInterrupted(corpus, dryRun || !hasCorpus(corpus));
}

function nothingNamed({ db }: Settings): CorpusError {
  const message = `There is no corpus at ${printableName(db)} to bring up to date.`;
  return new CorpusError('CORPUS_NOT_FOUND', message, { remedy: { code: 'index-source' } });
}
