/** Opens corpora: for a program, and for operations to work on. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { checkOptions } from '../model/option-spec.ts';
import { OPEN_OPTIONS } from '../model/options.ts';
import { requireText } from './check.ts';
import { openStore, type SalvageSummary, salvageStore } from './corpora.ts';
import type { Corpus, OpenCorpusOptions } from './corpus.ts';
import { lazyEmbedder } from './lazy-embedder.ts';
import type { OpenContext } from './operation.ts';

/**
 * Opens a corpus for operations; whoever opens it closes it.
 *
 * @param target the path of a file, or `:memory:`
 * @throws UsageError `USAGE`; CorpusError of the store
 */
export async function openContext(
  target: string,
  options: OpenCorpusOptions = {},
): Promise<OpenContext> {
  requireText('The corpus', target);
  checkOptions(options, OPEN_OPTIONS, ['embedder', 'now']);
  const { readOnly = false, owner = `a process on ${hostname()}`, patience } = options;
  const now = options.now ?? Date.now;
  const cwd = resolve(options.cwd ?? '.');
  const store = await openStore(target, { readOnly, cwd, owner, patience, now });
  const embedder = lazyEmbedder(options.embedder);
  return { store, cwd, now, embedder, close: () => store.close() };
}

/**
 * Opens a corpus. Without `readOnly` one that is not there reads as an empty one, and its file is made by the
 * first `index` whose sources and server have been accepted.
 *
 * @param target the path of its file; `:memory:` for one that is gone when it is closed
 * @throws CorpusError `CORPUS_NOT_FOUND`, `CORPUS_UNSAFE`, `CORPUS_FOREIGN`, `CORPUS_NEWER`,
 *   `CORPUS_OUTDATED`, `CORPUS_DAMAGED`, `CORPUS_BUSY`, `CORPUS_NOT_WRITABLE`, `VECTOR_EXTENSION_MISSING`
 * @example
 * const corpus = await openCorpus('notes.db', { embedder: ollama({ model: 'bge-m3' }) });
 * await corpus.index(['./notes']);
 * const { hits } = await corpus.search('埋め込み', { k: 5 });
 * await corpus.close();
 */
export async function openCorpus(target: string, options: OpenCorpusOptions = {}): Promise<Corpus> {
  const context = await openContext(target, options);
  const { libraryCorpus } = await import('./library.ts');
  return libraryCorpus(context);
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
  return salvageStore(resolve(cwd ?? '.', path), now());
}
