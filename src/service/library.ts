/** The corpus of the library: every method is an operation. */
import { UsageError } from '../model/errors.ts';
import type { DocumentInfo } from '../model/search.ts';
import { joinParams } from './check.ts';
import type { Corpus } from './corpus.ts';
import type { OpenContext, Operation } from './operation.ts';

/** Makes the methods of an open corpus. */
export function libraryCorpus(context: OpenContext): Corpus {
  return corpusOver(new OpenCorpus(context));
}

/** A corpus with what is running on it: it is closed when that has ended, and not used any more then. */
class OpenCorpus {
  readonly context: OpenContext;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor(context: OpenContext) {
    this.context = context;
  }

  /** @throws UsageError `CORPUS_CLOSED` */
  async run<Params, Result>(
    load: () => Promise<Operation<Params, Result>>,
    params: () => Params,
  ): Promise<Result> {
    return this.track(async () => (await load()).run(this.context, params()));
  }

  /** @throws UsageError `CORPUS_CLOSED` */
  async track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) throw new UsageError('CORPUS_CLOSED', 'The corpus was closed.');
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#running).then(() => this.context.close());
    return this.#closing;
  }
}

function corpusOver(open: OpenCorpus): Corpus {
  return {
    path: open.context.store.path,
    index: (sources = [], options = {}) =>
      open.run(
        async () => (await import('./operations/index.ts')).index,
        () => joinParams(options, { sources }),
      ),
    ...searchMethods(open),
    passage: (uri) =>
      open.run(
        async () => (await import('./operations/read.ts')).read,
        () => ({ uri }),
      ),
    document: (path, options = {}) =>
      open.run(
        async () => (await import('./operations/read.ts')).read,
        () => joinParams(options, { path }),
      ),
    documents: (filter) => listDocuments(open, filter),
    status: () =>
      open.run(
        async () => (await import('./operations/status.ts')).status,
        () => ({}),
      ),
    ...upkeepMethods(open),
    close: () => open.close(),
  };
}

function searchMethods(open: OpenCorpus): Pick<Corpus, 'search' | 'searchVector' | 'like'> {
  return {
    search: (query, options = {}) =>
      open.run(
        async () => (await import('./operations/search.ts')).search,
        () => joinParams(options, { query }),
      ),
    searchVector: (vector, options = {}) =>
      open.run(
        async () => (await import('./operations/search-vector.ts')).searchVector,
        () => joinParams(options, { vector }),
      ),
    like: (place, options = {}) =>
      open.run(
        async () => (await import('./operations/like.ts')).like,
        () => joinParams(options, joinParams(place, {})),
      ),
  };
}

function upkeepMethods(
  open: OpenCorpus,
): Pick<Corpus, 'remove' | 'optimize' | 'examine' | 'repair'> {
  return {
    remove: (path) =>
      open.run(
        async () => (await import('./operations/remove.ts')).remove,
        () => ({ path }),
      ),
    optimize: () =>
      open.run(
        async () => (await import('./operations/optimize.ts')).optimize,
        () => ({}),
      ),
    examine: (options = {}) =>
      open.run(
        async () => (await import('./operations/examine.ts')).examine,
        () => options,
      ),
    repair: () =>
      open.run(
        async () => (await import('./operations/repair.ts')).repair,
        () => ({}),
      ),
  };
}

/** Documents one by one: each is asked for as a piece of work, so that the corpus can be closed meanwhile. */
async function* listDocuments(
  open: OpenCorpus,
  filter: Parameters<Corpus['documents']>[0] = {},
): AsyncGenerator<DocumentInfo> {
  const found = await open.run(
    async () => (await import('./operations/documents.ts')).documents,
    () => filter,
  );
  const iterator = found[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await open.track(() => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
