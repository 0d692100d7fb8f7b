/** Asks queries in every mode, one after the other, and takes the means: what every evaluation has in common. */
import { setImmediate } from 'node:timers/promises';
import { RerankError } from '../../model/errors.ts';
import type { Hit, SearchOptions, SearchResult } from '../../model/search.ts';
import type { Reranker } from '../../model/types.ts';
import { isWordless, parseQuery } from '../../text/query.ts';
import { bootstrapMean, type Estimate } from './bootstrap.ts';
import { type Judgements, ndcg, recall, reciprocalRank } from './measures.ts';

/** Modes that are measured, in the order of reports. */
export const EVALUATED_MODES = ['semantic', 'lexical', 'hybrid'] as const;

/** How a query is answered. */
export type EvaluatedMode = (typeof EVALUATED_MODES)[number];

/** The measures of one query, each 0 … 1. Means over queries carry the same names. */
export interface Scores {
  readonly ndcg10: number;
  readonly recall10: number;
  readonly recall100: number;
  /** Reciprocal rank of the first document that answers, 0 behind place 10. */
  readonly mrr10: number;
}

/** A measure. */
export type Measure = keyof Scores;

/** The measures, in the order of reports. */
export const MEASURES: readonly Measure[] = ['ndcg10', 'recall10', 'recall100', 'mrr10'];

/** How one query went. */
export interface QueryResult {
  readonly id: string;
  readonly text: string;
  readonly scores: Scores;
  /**
   * Place of every document that answers it, from 1; null if it is not among the first 100. For a sentence
   * of the corpus, of the passage that it stands in.
   */
  readonly ranks: readonly { readonly document: string; readonly rank: number | null }[];
}

/** How one mode went. */
export interface ModeResult {
  readonly mode: EvaluatedMode;
  readonly measures: Readonly<Record<Measure, Estimate>>;
  /** In the order of the set. */
  readonly queries: readonly QueryResult[];
}

/** How queries are asked. */
export interface AskOptions {
  /** Default: every mode. */
  readonly modes?: readonly EvaluatedMode[] | undefined;
  /** Orders the best passages of every search anew. If it fails, so does the evaluation. Default: none does. */
  readonly reranker?: Reranker | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each query. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The deepest place that a measure looks at. */
export const DEPTH = 100;

/** Asks one query in one mode. */
export type Ask<Query> = (query: Query, mode: EvaluatedMode) => Promise<QueryResult>;

/**
 * Asks every query in every mode.
 *
 * @throws whatever a search throws, and the signal's reason
 */
export async function askInModes<Query>(
  queries: readonly Query[],
  ask: Ask<Query>,
  { modes = EVALUATED_MODES, signal, onProgress }: AskOptions,
): Promise<readonly ModeResult[]> {
  const total = modes.length * queries.length;
  const results: ModeResult[] = [];
  for (const mode of modes) {
    const answered: QueryResult[] = [];
    for (const query of queries) {
      onProgress?.(results.length * queries.length + answered.length, total);
      // With an embedder that answers at once nothing else would run, not even an interrupt.
      await setImmediate();
      signal?.throwIfAborted();
      answered.push(await ask(query, mode));
    }
    results.push({ mode, measures: summarise(answered), queries: answered });
  }
  return results;
}

/** The search of a corpus, or of anything that answers as one. */
export interface SearchedCorpus {
  search(query: string, options: SearchOptions): Promise<SearchResult>;
}

/**
 * The first hundred hits for a query.
 *
 * @returns none for a query of signs only: a search refuses it, and has found nothing
 * @throws whatever the search throws; RerankError `RERANK_FAILED` if the reranker failed
 */
export async function findHits(
  corpus: SearchedCorpus,
  query: string,
  options: SearchOptions,
): Promise<readonly Hit[]> {
  if (isWordless(parseQuery(query))) return [];
  const { hits, rerank } = await corpus.search(query, { ...options, k: DEPTH });
  // The list without it would be counted as the reranker's.
  if (rerank?.failed) throw new RerankError(rerank.failed.message);
  return hits;
}

/** The measures of one ranking: what is looked for are the keys of the judgements. */
export function scoresOf(ranking: readonly string[], judgements: Judgements): Scores {
  return {
    ndcg10: ndcg(ranking, judgements, 10),
    recall10: recall(ranking, judgements, 10),
    recall100: recall(ranking, judgements, 100),
    mrr10: reciprocalRank(ranking, judgements, 10),
  };
}

function summarise(queries: readonly QueryResult[]): Record<Measure, Estimate> {
  const estimate = (measure: Measure): Estimate =>
    bootstrapMean(queries.map(({ scores }) => scores[measure]));
  return {
    ndcg10: estimate('ndcg10'),
    recall10: estimate('recall10'),
    recall100: estimate('recall100'),
    mrr10: estimate('mrr10'),
  };
}
