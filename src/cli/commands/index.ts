/** `umekomi index`: brings a corpus up to date. */
import { existsSync } from 'node:fs';
import type { IndexSummary } from '../../index.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import { createProgress } from '../progress.ts';
import { summaryLines } from '../render/summary.ts';
import { type EmbedderFlags, type GlobalFlags, settle } from '../settings.ts';
import { toJson, type World, write } from '../terminal.ts';

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
  const settings = settle(world, flags);
  const dryRun = flags.dryRun === true;
  const isNew = !existsSync(settings.db);
  const progress = createProgress(world, settings.db);
  try {
    const summary = await withCorpus(
      world,
      settings,
      { readOnly: dryRun && !isNew, inMemory: dryRun && isNew },
      (corpus) =>
        corpus.index(sources, {
          include: flags.include,
          exclude: flags.exclude,
          ignoreFiles: flags.ignore === false ? false : undefined,
          chunkSize: settings.chunkSize,
          chunkOverlap: settings.chunkOverlap,
          concurrency: settings.concurrency,
          batchSize: settings.batchSize,
          dryRun,
          signal: world.signal,
          onProgress: progress.show,
        }),
    );
    progress.end();
    await report(world, summary, flags);
    return summary.failures.length > 0 || summary.unobserved.length > 0 ? EXIT.failures : EXIT.ok;
  } catch (error) {
    progress.end();
    if (world.signal.aborted) progress.sayInterrupted();
    throw error;
  }
}

async function report(world: World, summary: IndexSummary, flags: IndexFlags): Promise<void> {
  if (flags.json === true) await write(world.stdout, `${toJson({ version: 1, ...summary })}\n`);
  const verbose = flags.verbose === true;
  await write(world.stderr, summaryLines(summary, { cwd: world.cwd, verbose }));
}
