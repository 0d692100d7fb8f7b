/**
 * The corpus that a judged set is asked: an existing one, or one made from the set's documents by
 * the same indexing that everything else goes through.
 */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { JudgedSet } from '../evaluation.ts';
import { UsageError } from '../model/errors.ts';
import type { CorpusContext } from '../service/operation.ts';
import { index } from '../service/operations/index.ts';
import { withContext } from './context.ts';
import type { Flags } from './flags.ts';
import { createProgress, type Progress } from './progress.ts';
import { resolveSettings, type Settings } from './settings.ts';
import { printableName, type World } from './terminal.ts';

/** Where the documents of a set are while they are indexed: beside the corpus, under this ending. */
const FOLDER_SUFFIX = '.eval-documents';

/** What is done with the corpus of a set. */
type Work<T> = (context: CorpusContext) => Promise<T>;

/**
 * Runs `work` on the corpus of a set. Documents of the set go into the corpus that `--db` names, so
 * that the next run finds their vectors, else into one that is gone afterwards.
 *
 * @throws UsageError `USAGE` if they would get into a corpus that holds anything else
 */
export async function withJudgedCorpus<T>(
  world: World,
  flags: Flags,
  { documents }: JudgedSet,
  work: Work<T>,
): Promise<T> {
  if (documents === null) {
    requireNoChunking(flags);
    return withContext(world, resolveSettings(world, flags), { readOnly: true }, work);
  }
  if (flags['db'] !== undefined) {
    return withSetIndexed(world, resolveSettings(world, flags), documents, work);
  }
  const folder = await mkdtemp(join(tmpdir(), 'umekomi-eval-'));
  try {
    const settings = resolveSettings(world, { ...flags, db: join(folder, 'corpus.db') });
    return await withSetIndexed(world, settings, documents, work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withSetIndexed<T>(
  world: World,
  settings: Settings,
  documents: string,
  work: Work<T>,
): Promise<T> {
  const progress = await createProgress(world);
  const open = { readOnly: false, say: progress.say };
  return withContext(world, settings, open, async (context) => {
    const { path } = context.store;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const folder = join(await realpath(dirname(path)), basename(path) + FOLDER_SUFFIX);
    await requireOwn(context, folder);
    try {
      await indexDocuments(context, { world, settings, documents, folder, progress });
    } finally {
      progress.end();
      await rm(folder, { recursive: true, force: true });
    }
    return work(context);
  });
}

interface Indexing {
  readonly world: World;
  readonly settings: Settings;
  readonly documents: string;
  readonly folder: string;
  readonly progress: Progress;
}

async function indexDocuments(context: CorpusContext, given: Indexing): Promise<void> {
  const { world, settings, documents, folder, progress } = given;
  const { writeJudgedDocuments } = await import('../evaluation.ts');
  await rm(folder, { recursive: true, force: true });
  await writeJudgedDocuments(documents, folder);
  const { chunkSize, chunkOverlap, concurrency, batchSize } = settings;
  await index.run(context, {
    ...{ chunkSize, chunkOverlap, concurrency, batchSize },
    sources: [folder],
    ignoreFiles: false,
    signal: world.signal,
    onProgress: progress.show,
  });
}

/** An existing corpus is cut already. */
function requireNoChunking({ chunkSize, chunkOverlap }: Flags): void {
  if (chunkSize === undefined && chunkOverlap === undefined) return;
  const message =
    'This set has no documents of its own, so an existing corpus is searched as it is: give --chunk-size and --chunk-overlap to umekomi index instead.';
  throw new UsageError('USAGE', message);
}

/** The documents of a set must not get into somebody's notes. */
async function requireOwn({ store }: CorpusContext, folder: string): Promise<void> {
  const { sources } = await store.info();
  const other = sources.find(({ path }) => path !== folder);
  if (other === undefined) return;
  const message = `${printableName(store.path)} holds ${printableName(other.path)}, and the documents of a judged set go into a corpus of their own: name a new file with --db, or leave --db out.`;
  throw new UsageError('USAGE', message);
}
