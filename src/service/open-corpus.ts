/** The corpus as a library opens it: one object over storage, indexing and retrieval. */
import { hostname } from 'node:os';
import { resolve, sep } from 'node:path';
import { builtin } from '../embedding/builtin/builtin.ts';
import type { IndexRequest } from '../engine/indexing/context.ts';
import { requireSameSpace } from '../engine/indexing/space.ts';
import type { IndexSummary } from '../engine/indexing/types.ts';
import { listDocuments } from '../engine/search/documents.ts';
import { findDocument } from '../engine/search/find-document.ts';
import { searchLike } from '../engine/search/like.ts';
import { defaultMode, requireMode, searchQuery, searchVector } from '../engine/search/search.ts';
import { requireSpace, type Searched } from '../engine/search/searched.ts';
import { readStatus } from '../engine/search/status.ts';
import { canonicalPath } from '../files/paths.ts';
import {
  DEFAULT_BATCH_SIZE,
  DEFAULT_BATCH_TOKENS,
  DEFAULT_CONCURRENCY,
} from '../model/defaults.ts';
import { UsageError } from '../model/errors.ts';
import type { Hit, HitOptions, SearchOptions } from '../model/search.ts';
import type { Embedder } from '../model/types.ts';
import { vectorIndex } from '../store/sqlite/nearest/nearest.ts';
import { type CorpusFile, openCorpusFile } from '../store/sqlite/open.ts';
import type { SalvageSummary } from '../store/sqlite/salvage.ts';
import { anchorFolder, sourceStore } from '../store/sqlite/sources.ts';
import { activeSpace, type Space } from '../store/sqlite/spaces.ts';
import { asCorpusError, asWorkError, withCorpusErrors } from '../store/sqlite/sqlite-errors.ts';
import { lockForWriting } from '../store/sqlite/writer-lock.ts';
import type { Corpus, IndexOptions, OpenCorpusOptions } from './corpus.ts';

/**
 * Opens a corpus file; without `readOnly` it is made if it is not there.
 *
 * @throws CorpusError `CORPUS_NOT_FOUND`, `CORPUS_FOREIGN`, `CORPUS_NEWER`, `CORPUS_OUTDATED`,
 *   `CORPUS_DAMAGED`, `CORPUS_BUSY`, `CORPUS_NOT_WRITABLE`, `VECTOR_EXTENSION_MISSING`
 * @example
 * const corpus = openCorpus('notes.db', { embedder: ollama({ model: 'bge-m3' }) });
 * await corpus.index(['./notes']);
 * const hits = await corpus.search('埋め込み', { k: 5 });
 * corpus.close();
 */
export function openCorpus(path: string, options: OpenCorpusOptions = {}): Corpus {
  const now = options.now ?? Date.now;
  const full = resolve(options.cwd ?? '.', path);
  const file = openCorpusFile(full, options.readOnly === true ? 'read' : 'write', now());
  return corpusOver(file, { ...options, now });
}

/**
 * A corpus in memory, gone when it is closed: for trying something out.
 *
 * @throws CorpusError `VECTOR_EXTENSION_MISSING`
 */
export function openCorpusInMemory(options: OpenCorpusOptions = {}): Corpus {
  const now = options.now ?? Date.now;
  return corpusOver(openCorpusFile(':memory:', 'memory', now()), { ...options, now });
}

/**
 * Makes a new corpus of what can be read of one whose file is damaged (`FILE_DAMAGED`): its vectors and
 * sources. The next `index` reads the documents again and embeds only what is not among the vectors.
 * The damaged file is kept under another name. No program may have it open.
 *
 * @throws CorpusError `CORPUS_DAMAGED` if nothing of it can be read, `CORPUS_BUSY`, `CORPUS_NOT_WRITABLE`
 */
export async function salvageCorpus(
  path: string,
  { cwd, now = Date.now }: Pick<OpenCorpusOptions, 'cwd' | 'now'> = {},
): Promise<SalvageSummary> {
  const { salvage } = await import('../store/sqlite/salvage.ts');
  const full = resolve(cwd ?? '.', path);
  return withCorpusErrors(full, () => salvage(full, now()));
}

function corpusOver(file: CorpusFile, options: OpenCorpusOptions & { now: () => number }): Corpus {
  const { db, path } = file;
  const cwd = resolve(options.cwd ?? '.');
  const sources = sourceStore(db, anchorFolder(path));
  const embedder = lazyEmbedder(options.embedder);
  const vectors = vectorIndex(db);
  const searched = (): Searched => ({ db, sources: sources.list(), vectors });
  const alone = writeAlone(file, options);
  const guard = readAtOnce(file);
  return {
    path,
    index: async (named = [], given = {}) => {
      if (given.dryRun !== true) requireWritable(file);
      try {
        // Loaded here: a search needs no crawler, parser or chunker.
        const { resolveSource } = await import('../files/source.ts');
        const { runIndex } = await import('../engine/indexing/run.ts');
        const specs = [];
        for (const argument of named) specs.push(await resolveSource(argument, { cwd }));
        const request = { ...toRequest(given), file, sources: specs, now: options.now };
        const run = async (): Promise<IndexSummary> =>
          runIndex({ ...request, embedder: await embedder(activeSpace(db)) });
        return await (request.dryRun ? run() : alone(run, given.signal));
      } catch (error) {
        throw asCorpusError(error, path, db);
      }
    },
    search: (query, given = {}) => answer({ db, cwd, guard, searched, embedder }, query, given),
    searchVector: (vector, given = {}) =>
      guard(() => searchVector(searched(), vector, withSources(given, cwd, sources.list()))),
    like: (place, line = null, given = {}) =>
      guard(() => {
        const documentId = findDocument(searched(), place, cwd);
        return searchLike(
          searched(),
          { documentId, line },
          withSources(given, cwd, sources.list()),
        );
      }),
    remove: async (place) => {
      requireWritable(file);
      const { removePath } = await import('../engine/indexing/remove.ts');
      return alone(() => removePath(file, place, cwd));
    },
    optimize: async () => {
      requireWritable(file);
      const { optimizeCorpus } = await import('../engine/indexing/optimize.ts');
      return alone(() => optimizeCorpus(file));
    },
    ...examiner(file, { embedder, alone, now: options.now }),
    documents: () => guard(() => listDocuments(searched())),
    defaultMode: () => guard(() => defaultMode(db)),
    status: () => guard(() => readStatus(db, path, sources.list())),
    close: () => file.close(),
  };
}

/** Looks for damage, and mends it. */
function examiner(
  file: CorpusFile,
  {
    embedder,
    alone,
    now,
  }: { embedder: (space: Space | null) => Promise<Embedder>; alone: WriteAlone; now: () => number },
): Pick<Corpus, 'examine' | 'repair'> {
  const { db, path } = file;
  return {
    examine: async ({ offline, ...context } = {}) => {
      const { examineFile } = await import('../engine/indexing/examine.ts');
      const { examineServer } = await import('../engine/indexing/examine-server.ts');
      const inside = withCorpusErrors(path, () => examineFile(db, context), db);
      const asked = offline === true ? null : embedder;
      return { path, checks: [...inside, ...(await examineServer(db, asked, inside, context))] };
    },
    repair: async () => {
      requireWritable(file);
      const { repairCorpus } = await import('../engine/indexing/repair.ts');
      return alone(() => repairCorpus(file, now()));
    },
  };
}

/**
 * Reads that see the corpus as it is at one moment: an indexer in another process may replace a
 * document between two of them, and SQLite may give the ids of its chunks to others.
 */
function readAtOnce({ db, path }: CorpusFile): <T>(work: () => T) => T {
  const atOnce = db.transaction((work: () => unknown) => work());
  return <T>(work: () => T): T => {
    try {
      return atOnce(work) as T;
    } catch (error) {
      throw asCorpusError(error, path, db);
    }
  };
}

/** What a search needs of an open corpus. */
interface Searching {
  readonly db: CorpusFile['db'];
  readonly cwd: string;
  readonly guard: <T>(work: () => T) => T;
  readonly searched: () => Searched;
  readonly embedder: (space: Space) => Promise<Embedder>;
}

/** A query to hits; asks the embedder only if the mode needs it. */
async function answer(
  { db, cwd, guard, searched, embedder }: Searching,
  text: string,
  given: SearchOptions,
): Promise<readonly Hit[]> {
  if (text.trim() === '') throw new UsageError('USAGE', 'The query is empty.');
  const options = guard(() => withSources(given, cwd, searched().sources));
  const mode = guard(() => {
    if (given.mode === undefined) return defaultMode(db);
    requireMode(db, given.mode, given);
    return given.mode;
  });
  if (mode === 'lexical')
    return guard(() => searchQuery(searched(), { mode, text, vector: null }, options));
  for (;;) {
    const space = guard(() => requireSpace(db));
    const used = await embedder(space);
    await requireSameSpace(db, space, used, given.signal);
    const vector = await used.embedQuery(text, { signal: given.signal });
    const hits = guard(() => {
      // A rebuild may have swapped the spaces while the query was embedded: it is embedded again then.
      if (activeSpace(db)?.id !== space.id) return null;
      return searchQuery(searched(), { mode, text, vector }, options);
    });
    if (hits !== null) return hits;
  }
}

/** Runs one piece of work at a time that writes: others wait, and then hear who is at it. */
type WriteAlone = <T>(work: () => T | Promise<T>, signal?: AbortSignal) => Promise<T>;

function writeAlone(
  file: CorpusFile,
  { owner = `a process on ${hostname()}`, now }: OpenCorpusOptions & { now: () => number },
): WriteAlone {
  return async (work, signal) => {
    try {
      const unlock = await lockForWriting(file, { owner, now, signal });
      try {
        return await work();
      } finally {
        unlock();
      }
    } catch (error) {
      throw asWorkError(error, file.db, file.path);
    }
  };
}

/**
 * Sources are named as people see them; filters compare what is stored.
 *
 * @throws UsageError `USAGE` for a source that the corpus does not have
 */
function withSources<T extends HitOptions>(options: T, cwd: string, known: Searched['sources']): T {
  if (options.sources === undefined) return options;
  const sources = options.sources.map((path) => {
    const wanted = canonicalPath(path, cwd);
    if (known.some((source) => source.path.normalize('NFC') === wanted.normalize('NFC'))) {
      return wanted.split(sep).join('/');
    }
    const message = `The corpus has no source ${wanted}; umekomi status lists what it has.`;
    throw new UsageError('USAGE', message);
  });
  return { ...options, sources };
}

/** What a run needs of its options, with the defaults. */
function toRequest(
  given: IndexOptions,
): Omit<IndexRequest, 'file' | 'embedder' | 'sources' | 'now'> {
  const { include, exclude, ignoreFiles, chunkSize, chunkOverlap, signal } = given;
  return {
    rules: { include, exclude, ignoreFiles },
    ...{ chunkSize, chunkOverlap, signal },
    limits: {
      batchSize: given.batchSize ?? DEFAULT_BATCH_SIZE,
      batchTokens: DEFAULT_BATCH_TOKENS,
      concurrency: given.concurrency ?? DEFAULT_CONCURRENCY,
    },
    rebuild: given.rebuild === true,
    dryRun: given.dryRun === true,
    onProgress: given.onProgress ?? (() => {}),
  };
}

function requireWritable({ mode, path }: CorpusFile): void {
  if (mode !== 'read') return;
  throw new UsageError('USAGE', `${path} was opened for reading only; open it without readOnly.`);
}

/** Makes the embedder when it is first needed, and once for each space that the corpus comes to have. */
function lazyEmbedder(
  given: OpenCorpusOptions['embedder'],
): (space: Space | null) => Promise<Embedder> {
  let made: { readonly space: string | undefined; readonly embedder: Promise<Embedder> } | null =
    null;
  const make = async (space: Space | null): Promise<Embedder> => {
    if (typeof given === 'function') return given(space);
    if (given !== undefined) return given;
    if (space?.kind === 'builtin') return builtin({ model: space.model });
    const message = `An embedder is needed${space === null ? '' : ` for ${space.model}`}: openCorpus(path, { embedder: ollama({ … }) }).`;
    throw new UsageError('USAGE', message);
  };
  return (space) => {
    const isOld = made?.space !== undefined && made.space !== space?.fingerprint;
    if (made !== null && !isOld) return made.embedder;
    const embedder = make(space);
    const making = { space: space?.fingerprint, embedder };
    made = making;
    // A failure is not remembered: a server may be there the next time.
    embedder.catch(() => {
      if (made === making) made = null;
    });
    return embedder;
  };
}
