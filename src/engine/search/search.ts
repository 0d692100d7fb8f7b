/** The passages that answer a query, or are nearest to a vector. */
import { findVectorFault, toUnitVector } from '../../embedding/vectors.ts';
import { CorpusError, EmbeddingError, UsageError } from '../../model/errors.ts';
import { HIT_OPTIONS } from '../../model/options.ts';
import type { HitOptions, SearchMode, SearchOptions, SearchResult } from '../../model/search.ts';
import type { Embedder } from '../../model/types.ts';
import type { StoreInfo, VectorSpace } from '../../store/reading-types.ts';
import type { StoreReader } from '../../store/store.ts';
import { isWordless, parseQuery, withoutPhrases } from '../../text/query.ts';
import { requireSameSpace } from '../same-space.ts';
import { resolveFilters } from './filters.ts';
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
  const parsed = parseQuery(query);
  if (isWordless(parsed)) throw new UsageError('USAGE', 'The query has no words to look for.');
  for (;;) {
    const info = await store.info();
    const wanted = options.mode ?? defaultMode(info);
    requireMode(info, wanted, options);
    const isLexical = wanted === 'lexical';
    const vector = isLexical ? null : await embedIfPossible(context, { info, query, options });
    // Nothing is near to a text without a vector; its words stand where they stand.
    const mode = vector === null ? 'lexical' : wanted;
    const words = mode === 'semantic' ? null : parsed;
    const { findsMatches = true } = context;
    const rerank = options.reranker === undefined ? null : { reranker: options.reranker, signal };
    const asked = {
      ...{ ...retrievalOptions(options, info, cwd), mode, words, vector },
      ...{ text: query, findsMatches, rerank },
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

/** In hybrid mode phrases that stand nowhere are ordinary words: meaning may find what was misremembered. */
async function retrieveRelaxing(
  store: StoreReader,
  sources: StoreInfo['sources'],
  retrieval: Retrieval & { readonly text: string },
): Promise<Pick<SearchResult, 'hits' | 'phrasesRelaxed' | 'rerank'> | null> {
  const found = await retrieve(store, sources, retrieval);
  if (found === null) return null;
  const { mode, words, text } = retrieval;
  const hasPhrases = mode === 'hybrid' && words !== null && words.phrases.length > 0;
  if (found.hits.length > 0 || !hasPhrases) return { ...found, phrasesRelaxed: false };
  const others = await retrieve(store, sources, { ...retrieval, words: withoutPhrases(text) });
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
    ...{ words: null, text: null, findsMatches: false, rerank: null, without },
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

/** Options with their defaults, as far as they are the same for every kind of search. */
function retrievalOptions(
  options: HitOptions,
  info: StoreInfo,
  cwd: string,
): Omit<Retrieval, 'mode' | 'vector' | 'text' | 'findsMatches' | 'words' | 'rerank'> {
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

/** The vector of a query; null if the model makes none of it and its words can do without. */
async function embedIfPossible(
  context: SearchContext,
  {
    info,
    query,
    options,
  }: {
    readonly info: StoreInfo;
    readonly query: string;
    readonly options: SearchOptions;
  },
): Promise<Retrieval['vector']> {
  try {
    return await embed(context, requireSpace(info), query, options.signal);
  } catch (error) {
    const hasWords = (options.mode ?? defaultMode(info)) === 'hybrid';
    const canDoWithout = hasWords && options.minSimilarity === undefined;
    const isRejected = error instanceof EmbeddingError && error.code === 'INPUT_REJECTED';
    if (isRejected && canDoWithout) return null;
    throw isRejected ? withoutVector(error) : error;
  }
}

function withoutVector(cause: EmbeddingError): EmbeddingError {
  const message = 'The model makes no usable vector of this query. Try other words.';
  const remedy = { code: 'search-words' } as const;
  return new EmbeddingError('INPUT_REJECTED', message, { remedy, cause });
}

/** The vector of a query, of unit length. */
async function embed(
  { store, embedder }: SearchContext,
  space: VectorSpace,
  query: string,
  signal: AbortSignal | undefined,
): Promise<NonNullable<Retrieval['vector']>> {
  const used = await embedder(space);
  await requireSameSpace(store, space, used, signal);
  const values = await used.embedQuery(query, { signal });
  const fault = findVectorFault(values, space.dimensions);
  if (fault === null) return { space, values: toUnitVector(values) };
  const code = fault === 'dimensions' ? 'VECTORS_INVALID' : 'INPUT_REJECTED';
  throw new EmbeddingError(
    code,
    `The embedder gave a vector for the query that is none (${fault}).`,
  );
}
