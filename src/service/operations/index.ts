/** `index`: brings a corpus up to date with its sources. */

import { DEFAULT_BATCH_TOKENS } from '../../model/defaults.ts';
import { UsageError } from '../../model/errors.ts';
import type { IndexSummary } from '../../model/indexing.ts';
import { INDEX_OPTIONS } from '../../model/options.ts';
import type { Source } from '../../model/source.ts';
import type { Store } from '../../store/store.ts';
import { checkParams, requireCount, requireWritable } from '../check.ts';
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
    checkParams(options, INDEX_OPTIONS, { own: ['listedSkips'], listeners: ['onProgress'] });
    if (options.listedSkips !== undefined) requireCount('listedSkips', options.listedSkips);
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
  const { runIndex } = await import('../../engine/indexing/run.ts');
  const sources = await resolveNamed(store, named, cwd);
  const encoding = await resolveEncoding(options.encoding);
  const { include, exclude, ignoreFiles, chunkSize, chunkOverlap, signal, listedSkips } = options;
  return runIndex({
    ...{ store, sources, chunkSize, chunkOverlap, signal, now, listedSkips },
    embedder: await embedder((await store.info()).space),
    rules: { include, exclude, ignoreFiles, encoding },
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

/** @returns null to find it out; undefined to leave it as it is. @throws UsageError `USAGE`, naming all there are */
async function resolveEncoding(given: string | undefined): Promise<string | null | undefined> {
  if (given === undefined) return undefined;
  if (given === 'auto') return null;
  const { encodingNamed, knownEncodings } = await import('../../files/encodings.ts');
  const encoding = encodingNamed(given);
  if (encoding !== null) return encoding;
  const message = `encoding must be auto or one of ${knownEncodings().join(', ')}.`;
  throw new UsageError('USAGE', message, { remedy: { code: 'options', options: ['encoding'] } });
}

/** @throws UsageError `SOURCE_NOT_FOUND`: a source that the corpus has may be on a disk that is away */
async function resolveNamed(
  store: Store,
  named: readonly string[],
  cwd: string,
): Promise<readonly Source[]> {
  const { resolveSource } = await import('../../files/source.ts');
  const { canonicalPath } = await import('../../files/paths.ts');
  const sources: Source[] = [];
  for (const argument of named) {
    try {
      sources.push(await resolveSource(argument, { cwd }));
    } catch (error) {
      if (!(error instanceof UsageError) || error.code !== 'SOURCE_NOT_FOUND') throw error;
      const path = canonicalPath(argument, cwd);
      const known = (await store.info()).sources.some((source) => source.path === path);
      if (!known) throw error;
      const remedy = { code: 'source-gone', path: argument } as const;
      throw new UsageError(error.code, error.message, { cause: error, remedy });
    }
  }
  return sources;
}
