/**
 * The best passages of a list in the order of a reranker. What it is given is bounded: most of these models read
 * 512 tokens, query and passage together, and some servers refuse more. Loaded only where there is a reranker.
 */
import { clip } from '../../chunking/context.ts';
import { RerankError, UmekomiError } from '../../model/errors.ts';
import type { Reranking } from '../../model/search.ts';
import type { Reranker } from '../../model/types.ts';
import type { RankedPassage } from '../../store/reading-types.ts';

/** Texts that are sent at most. */
const MAX_TEXTS = 30;

/** Places of the list that are looked at for them: copies of one text are sent once. No first page is shorter, so this does not depend on k. */
const MAX_PLACES = 64;

/**
 * Estimated tokens of a query and of a passage with its headings: together below 512. A chunk of the default size
 * with its headings takes at most 320.
 */
const MAX_QUERY_TOKENS = 96;
const MAX_PASSAGE_TOKENS = 400;

/** A list that a reranker was asked about. */
export interface Reranked {
  readonly ranking: readonly RankedPassage[];
  /** The reranker's scores by the ids of passages; empty if it failed. */
  readonly scores: ReadonlyMap<number, number>;
  readonly outcome: Reranking;
}

/**
 * Orders the best passages anew, those with equal scores as they were; those behind stay behind in their order.
 * If the reranker fails, all stay as they are.
 *
 * @param ranking best first, not empty
 * @throws the signal's reason when it aborts
 */
export async function rerank(
  query: string,
  ranking: readonly RankedPassage[],
  { reranker, signal }: { readonly reranker: Reranker; readonly signal: AbortSignal | undefined },
): Promise<Reranked> {
  const { places, texts } = bestOf(ranking);
  const model = reranker.name;
  try {
    const given = await reranker.rerank(clip(query, MAX_QUERY_TOKENS), texts, { signal });
    const scores = requireScores(given, texts.length);
    const scoreOf = (at: number): number => scores[places[at] ?? 0] ?? 0;
    const read = places.map((_, at) => at).sort((a, b) => scoreOf(b) - scoreOf(a));
    const ordered = read.flatMap((at) => ranking[at] ?? []);
    return {
      ranking: [...ordered, ...ranking.slice(places.length)],
      scores: new Map(places.map((_, at) => [ranking[at]?.id ?? 0, scoreOf(at)])),
      outcome: { model, passages: places.length, failed: null },
    };
  } catch (error) {
    signal?.throwIfAborted();
    return { ranking, scores: new Map(), outcome: { model, passages: 0, failed: toData(error) } };
  }
}

/** The passages at the head of a list, each as the number of its text, which is what was embedded. */
interface Best {
  readonly places: readonly number[];
  readonly texts: readonly string[];
}

function bestOf(ranking: readonly RankedPassage[]): Best {
  const numbers = new Map<string, number>();
  const places: number[] = [];
  for (const passage of ranking.slice(0, MAX_PLACES)) {
    const text = clip(passage.context + passage.text, MAX_PASSAGE_TOKENS);
    if (!numbers.has(text) && numbers.size === MAX_TEXTS) break;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    places.push(number);
  }
  return { places, texts: [...numbers.keys()] };
}

/** @throws RerankError if there is not one finite score for each text: a program may bring a reranker of its own */
function requireScores(given: unknown, count: number): readonly number[] {
  if (Array.isArray(given) && given.length === count && given.every(Number.isFinite)) return given;
  throw new RerankError('The reranker does not give a finite score for every passage.');
}

function toData(error: unknown): NonNullable<Reranking['failed']> {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof UmekomiError ? error.code : 'RERANK_FAILED', message };
}
