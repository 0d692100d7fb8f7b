/** The passages that answer a query, or are nearest to a vector. */
import { findVectorFault, toUnitVector } from '../../embedding/vectors.ts';
import { CorpusError, UsageError } from '../../model/errors.ts';
import { HIT_OPTIONS } from '../../model/options.ts';
import type { HitOptions, SearchMode, SearchOptions, SearchResult } from '../../model/search.ts';
import type { Embedder } from '../../model/types.ts';
import type { StoreInfo, VectorSpace } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { isWordless, readQuery, type TypedQuery, withoutPhrases } from '../../text/query.ts';
import { resolveFilters } from './filters.ts';
import { embedQuery } from './query-vector.ts';
import { type Retrieval, retrieve } from './retrieve.ts';

/** What a search works on. */
export interface SearchContext {
  readonly store: StoreReader;
  /** Where relative paths start; absolute. */
  readonly cwd: string;
  /** Makes vectors of a space; asked only if a query has to be embedded. */
  readonly embedder: (space: VectorSpace) => Promise<Embedder>;
  /** False if nobody reads what of a hit matches the query. Default true. */
  readonly findsMatches?: boolean;
}

/**
 * The passages that answer a query best. By meaning alone they come one by one, as they are nearest.
 *
 * @throws CorpusError `CORPUS_EMPTY`, `CORPUS_OUTDATED`, `SPACE_MISMATCH`; UsageError `USAGE`;
 *   EmbeddingError of the server
 */
export async function searchText(
  context: SearchContext,
  query: string,
  options: SearchOptions,
): Promise<SearchResult> {
  const { store, cwd } = context;
  const { signal } = options;
  const typed = readQuery(query);
  const { text, required, excluded } = typed;
  if (isWordless(typed.strict))
    throw new UsageError('USAGE', 'The query has no words to look for.');
  for (;;) {
    const info = await store.info();
    const wanted = options.mode ?? defaultMode(info);
    requireMode(info, wanted, options);
    const canDoWithout = wanted === 'hybrid' && options.minSimilarity === undefined;
    const vector =
      wanted === 'lexical'
        ? null
        : await embedQuery(context, requireSpace(info), { text, canDoWithout, signal });
    // Nothing is near to a text without a vector; its words stand where they stand.
    const mode = vector === null ? 'lexical' : wanted;
    const words = wordsIn(mode, typed);
    const { findsMatches = true } = context;
    const rerank = options.reranker === undefined ? null : { reranker: options.reranker, signal };
    const asked = {
      ...{ ...retrievalOptions(options, info, cwd), mode, words, vector },
      ...{ text, required, excluded, findsMatches, rerank },
    };
    const found = await retrieveRelaxing(store, info.sources, asked);
    // A rebuild may have swapped the spaces while the query was embedded: it is embedded again then.
    if (found !== null) {
      const nothing = await reasonOf(store, info.sources, asked, found.hits);
      return { mode, ...found, nothing };
    }
    signal?.throwIfAborted();
  }
}

/** The words that are looked for: quoted ones must stand there in lexical mode, and where there are no others. */
function wordsIn(mode: SearchMode, { strict, wishful }: TypedQuery): Retrieval['words'] {
  if (mode === 'semantic') return null;
  return mode === 'lexical' ? strict : wishful;
}

/** In hybrid mode phrases that stand nowhere are ordinary words: meaning may find what was misremembered. */
async function retrieveRelaxing(
  store: StoreReader,
  sources: StoreInfo['sources'],
  retrieval: Retrieval & { readonly text: string },
): Promise<Pick<SearchResult, 'hits' | 'phrasesRelaxed' | 'rerank'> | null> {
  const found = await retrieve(store, sources, retrieval);
  if (found === null) return null;
  const { mode, words, text, required } = retrieval;
  const hasPhrases = mode === 'hybrid' && words !== null && words.phrases.length > required.length;
  if (found.hits.length > 0 || !hasPhrases) return { ...found, phrasesRelaxed: false };
  const relaxed = { ...withoutPhrases(text), phrases: required };
  const others = await retrieve(store, sources, { ...retrieval, words: relaxed });
  return others === null ? null : { ...others, phrasesRelaxed: true };
}

/**
 * The passages nearest to a vector, one by one.
 *
 * @param vector of the corpus's space; need not be normalised
 * @throws CorpusError `CORPUS_EMPTY`; UsageError `USAGE` for a vector that cannot be of the space
 */
export async function searchVector(
  context: Omit<SearchContext, 'embedder'>,
  vector: Float32Array,
  options: HitOptions,
): Promise<SearchResult> {
  for (;;) {
    const info = await context.store.info();
    const { dimensions } = requireSpace(info);
    const fault = findVectorFault(vector, dimensions);
    if (fault !== null) {
      const message = `A vector of this corpus has ${dimensions} finite numbers that are not all 0 (${fault}).`;
      throw new UsageError('USAGE', message);
    }
    const found = await searchByVector(context, { info, values: vector }, options);
    if (found !== null) return found;
  }
}

/** What is not found by a vector, and how to tell it. */
type Without = Retrieval['without'];

const NOTHING: Without = { count: 0, has: () => false };

/**
 * The passages nearest to a vector of the space that is the active one.
 *
 * @param without passages that are no hits
 * @returns null if the space was swapped meanwhile
 */
export async function searchByVector(
  { store, cwd }: Omit<SearchContext, 'embedder'>,
  vector: { readonly info: StoreInfo; readonly values: Float32Array },
  options: HitOptions,
  without: Without = NOTHING,
): Promise<SearchResult | null> {
  const { info, values } = vector;
  const space = requireSpace(info);
  const retrieval: Retrieval = {
    ...retrievalOptions(options, info, cwd),
    mode: 'semantic',
    ...{ words: null, text: null, required: [], excluded: [] },
    ...{ findsMatches: false, rerank: null, without },
    vector: { space, values: toUnitVector(values) },
  };
  const found = await retrieve(store, info.sources, retrieval);
  if (found === null) return null;
  const nothing = await reasonOf(store, info.sources, retrieval, found.hits);
  return { mode: 'semantic', ...found, phrasesRelaxed: false, nothing };
}

/** Why there are no hits; null if there are. What finds it out is loaded only then. */
async function reasonOf(
  store: StoreReader,
  sources: StoreInfo['sources'],
  retrieval: Retrieval,
  hits: SearchResult['hits'],
): Promise<SearchResult['nothing']> {
  if (hits.length > 0) return null;
  const { whyNoHits } = await import('./nothing.ts');
  return whyNoHits(store, sources, retrieval);
}

/**
 * The space that is searched.
 *
 * @throws CorpusError `CORPUS_EMPTY` if nothing was ever indexed
 */
export function requireSpace({ space }: StoreInfo): VectorSpace {
  if (space !== null) return space;
  const remedy = { code: 'index-source' } as const;
  throw new CorpusError('CORPUS_EMPTY', 'This corpus is empty.', { remedy });
}

/** Hybrid, or semantic where the index of words is still to be built. */
function defaultMode({ hasWords }: StoreInfo): SearchMode {
  return hasWords ? 'hybrid' : 'semantic';
}

function requireMode({ hasWords }: StoreInfo, mode: SearchMode, options: HitOptions): void {
  if (mode === 'lexical' && options.minSimilarity !== undefined) {
    const message = 'A least similarity has no meaning in lexical mode: words have none.';
    const remedy = { code: 'options', options: ['minSimilarity', 'mode'] } as const;
    throw new UsageError('USAGE', message, { remedy });
  }
  if (mode === 'semantic' || hasWords) return;
  const message = 'The words of this corpus are not indexed yet.';
  throw new CorpusError('CORPUS_OUTDATED', message, { remedy: { code: 'index' } });
}

/** What of a search its query decides. */
type Asked =
  | 'mode'
  | 'vector'
  | 'text'
  | 'words'
  | 'required'
  | 'excluded'
  | 'findsMatches'
  | 'rerank';

/** Options with their defaults, as far as they are the same for every kind of search. */
function retrievalOptions(
  options: HitOptions,
  info: StoreInfo,
  cwd: string,
): Omit<Retrieval, Asked> {
  const { k, perDocument, minSimilarity, contextLines, exact } = options;
  return {
    k: k ?? HIT_OPTIONS.k.default,
    perDocument: perDocument ?? null,
    maxDistance: minSimilarity === undefined ? null : 1 - minSimilarity,
    contextLines: contextLines ?? HIT_OPTIONS.contextLines.default,
    exact: exact === true,
    filter: resolveFilters(options, info.sources, cwd),
    without: NOTHING,
  };
}
