/** `index`: brings a corpus up to date with its sources. */

import { DEFAULT_BATCH_TOKENS } from '../../model/defaults.ts';
import { UsageError } from '../../model/errors.ts';
import type { IndexSummary } from '../../model/indexing.ts';
import { INDEX_OPTIONS } from '../../model/options.ts';
import { checkParams, requireWritable } from '../check.ts';
import type { IndexOptions } from '../corpus.ts';
import type { CorpusContext, Operation } from '../operation.ts';
import { writeAlone } from '../write-alone.ts';

/** What is to be indexed, and how. */
export interface IndexParams extends IndexOptions {
  /** Folders, files or globs; none means every source that the corpus has. */
  readonly sources?: readonly string[] | undefined;
}

/** The operation. */
export const index: Operation<IndexParams, IndexSummary> = {
  name: 'index',
  help: 'bring a corpus up to date with folders and files',
  options: INDEX_OPTIONS,
  run: async (context, { sources = [], ...options }) => {
    checkParams(options, INDEX_OPTIONS, { listeners: ['onProgress'] });
    if (!Array.isArray(sources) || !sources.every((one) => typeof one === 'string')) {
      throw new UsageError('USAGE', 'sources must be a list of texts.');
    }
    if (options.dryRun === true) return runAccepted(context, sources, options);
    requireWritable(context.store);
    return writeAlone(context.store, () => runAccepted(context, sources, options), options.signal);
  },
};

/** Again, where another process has made the corpus in the meantime. */
async function runAccepted(...given: Parameters<typeof runOnce>): Promise<IndexSummary> {
  for (;;) {
    const summary = await runOnce(...given);
    if (summary !== null) return summary;
  }
}

async function runOnce(
  { store, cwd, now, embedder }: CorpusContext,
  named: readonly string[],
  options: IndexOptions,
): Promise<IndexSummary | null> {
  const { resolveSource } = await import('../../files/source.ts');
  const { runIndex } = await import('../../engine/indexing/run.ts');
  const sources = [];
  for (const argument of named) sources.push(await resolveSource(argument, { cwd }));
  const { include, exclude, ignoreFiles, chunkSize, chunkOverlap, signal } = options;
  return runIndex({
    ...{ store, sources, chunkSize, chunkOverlap, signal, now },
    embedder: await embedder((await store.info()).space),
    rules: { include, exclude, ignoreFiles },
    limits: {
      batchSize: options.batchSize ?? INDEX_OPTIONS.batchSize.default,
      batchTokens: DEFAULT_BATCH_TOKENS,
      concurrency: options.concurrency ?? INDEX_OPTIONS.concurrency.default,
    },
    rebuild: options.rebuild === true,
    dryRun: options.dryRun === true,
    onProgress: options.onProgress ?? (() => {}),
  });
}
