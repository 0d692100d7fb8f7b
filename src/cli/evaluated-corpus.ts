/**
 * The corpus that a judged set is asked: an existing one, or one made from the set's documents by
 * the same indexing that everything else goes through.
 */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Corpus, JudgedSet } from '../index.ts';
import { UsageError } from '../model/errors.ts';
import { withCorpus } from './corpus.ts';
import { createProgress, type Progress } from './progress.ts';
import { type EmbedderFlags, type GlobalFlags, type Settings, settle } from './settings.ts';
import { printableName, type World } from './terminal.ts';

/** Where the documents of a set are while they are indexed: beside the corpus, under this ending. */
const FOLDER_SUFFIX = '.eval-documents';

/**
 * Runs `work` on the corpus of a set. Documents of the set go into the corpus that `--db` names, so
 * that the next run finds their vectors, else into one that is gone afterwards.
 *
 * @throws UsageError `USAGE` if they would get into a corpus that holds anything else
 */
export async function withEvaluatedCorpus<T>(
  world: World,
  flags: GlobalFlags & EmbedderFlags,
  set: JudgedSet,
  work: (corpus: Corpus) => Promise<T>,
): Promise<T> {
  const { documents } = set;
  if (documents === null) {
    requireNoChunking(flags);
    return withCorpus(world, settle(world, flags), { readOnly: true }, work);
  }
  if (flags.db !== undefined) return withSetIndexed(world, settle(world, flags), documents, work);
  const folder = await mkdtemp(join(tmpdir(), 'umekomi-eval-'));
  try {
    const settings = settle(world, { ...flags, db: join(folder, 'corpus.db') });
    return await withSetIndexed(world, settings, documents, work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withSetIndexed<T>(
  world: World,
  settings: Settings,
  documents: string,
  work: (corpus: Corpus) => Promise<T>,
): Promise<T> {
  const progress = await createProgress(world);
  const open = { readOnly: false, say: progress.say };
  return withCorpus(world, settings, open, async (corpus) => {
    const beside = await realpath(dirname(corpus.path));
    const folder = join(beside, basename(corpus.path) + FOLDER_SUFFIX);
    requireOwn(corpus, folder);
    try {
      await indexDocuments(corpus, { world, settings, documents, folder, progress });
    } finally {
      progress.end();
      await rm(folder, { recursive: true, force: true });
    }
    return work(corpus);
  });
}

interface Indexing {
  readonly world: World;
  readonly settings: Settings;
  readonly documents: string;
  readonly folder: string;
  readonly progress: Progress;
}

async function indexDocuments(corpus: Corpus, given: Indexing): Promise<void> {
  const { world, settings, documents, folder, progress } = given;
  const { writeJudgedDocuments } = await import('../index.ts');
  await rm(folder, { recursive: true, force: true });
  await writeJudgedDocuments(documents, folder);
  const { chunkSize, chunkOverlap, concurrency, batchSize } = settings;
  await corpus.index([folder], {
    ...{ chunkSize, chunkOverlap, concurrency, batchSize },
    ignoreFiles: false,
    signal: world.signal,
    onProgress: progress.show,
  });
}

/** An existing corpus is cut already. */
function requireNoChunking({ chunkSize, chunkOverlap }: EmbedderFlags): void {
  if (chunkSize === undefined && chunkOverlap === undefined) return;
  const message =
    'This set has no documents of its own, so an existing corpus is searched as it is: give --chunk-size and --chunk-overlap to umekomi index instead.';
  throw new UsageError('USAGE', message);
}

/** The documents of a set must not get into somebody's notes. */
function requireOwn(corpus: Corpus, folder: string): void {
  const other = corpus.status().sources.find(({ path }) => path !== folder);
  if (other === undefined) return;
  const message = `${printableName(corpus.path)} holds ${printableName(other.path)}, and the documents of a judged set go into a corpus of their own: name a new file with --db, or leave --db out.`;
  throw new UsageError('USAGE', message);
}
