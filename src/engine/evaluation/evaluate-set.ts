/** Searches for every query of a judged set, as anybody would, and says how good the answers are. */
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { RerankError, UsageError } from '../../model/errors.ts';
import type { SearchOptions, SearchResult } from '../../model/search.ts';
import type { Reranker } from '../../model/types.ts';
import { isWordless, parseQuery } from '../../text/query.ts';
import { bootstrapMean, type Estimate } from './bootstrap.ts';
import { documentFinder, type JudgedDocument, judgedFileName } from './judged-documents.ts';
import type { JudgedQuery, JudgedSet } from './judged-set.ts';
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
  /** Place of every document that answers it, from 1; null if it is not among the first 100. */
  readonly ranks: readonly { readonly document: string; readonly rank: number | null }[];
}

/** How one mode went. */
export interface ModeResult {
  readonly mode: EvaluatedMode;
  readonly measures: Readonly<Record<Measure, Estimate>>;
  /** In the order of the set. */
  readonly queries: readonly QueryResult[];
}

/** How a corpus answers a judged set. */
export interface Evaluation {
  readonly modes: readonly ModeResult[];
  /** Ids of documents that answer a query and are not in the corpus: nothing can find them. */
  readonly unknownDocuments: readonly string[];
}

/** What is evaluated: a corpus, or anything that answers as one. */
export interface EvaluatedCorpus {
  search(query: string, options: SearchOptions): Promise<SearchResult>;
  documents(): AsyncIterable<JudgedDocument>;
}

/** Options of {@link evaluateSet}. */
export interface EvaluateOptions {
  /** Default: every mode. */
  readonly modes?: readonly EvaluatedMode[] | undefined;
  /** Where ids that are relative paths start. Default: the process's current folder. */
  readonly cwd?: string | undefined;
  /** Orders the best passages of every search anew. If it fails, so does the evaluation. Default: none does. */
  readonly reranker?: Reranker | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called before each query. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The deepest place that a measure looks at. */
const DEPTH = 100;

/**
 * Asks a corpus every query of a set, in every mode. A document stands where its best passage does.
 * Ids of a set with documents of its own mean the files of `writeJudgedDocuments`; other ids are
 * paths of documents.
 *
 * @throws UsageError `USAGE` if there is no query, or the corpus has none of the documents; and
 *   whatever a search throws: a query that failed is never counted as one that found nothing
 */
export async function evaluateSet(
  corpus: EvaluatedCorpus,
  set: JudgedSet,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { modes = EVALUATED_MODES, reranker, signal, onProgress } = options;
  if (set.queries.length === 0) {
    throw new UsageError('USAGE', `${set.path} has no query that any document answers.`);
  }
  const cwd = resolve(options.cwd ?? '.');
  const documents: JudgedDocument[] = [];
  for await (const document of corpus.documents()) documents.push(document);
  const { keyed, unknownDocuments } = locate(documents, set, cwd);
  const total = modes.length * keyed.length;
  const results: ModeResult[] = [];
  for (const mode of modes) {
    const queries: QueryResult[] = [];
    for (const query of keyed) {
      onProgress?.(results.length * keyed.length + queries.length, total);
      // With an embedder that answers at once nothing else would run, not even an interrupt.
      await setImmediate();
      signal?.throwIfAborted();
      const ranking = await rankDocuments(corpus, query.text, { mode, reranker, signal });
      queries.push(toResult(query, ranking));
    }
    results.push({ mode, measures: summarise(queries), queries });
  }
  return { modes: results, unknownDocuments };
}

/** A query whose judgements are by document of the corpus. */
interface KeyedQuery {
  readonly query: JudgedQuery;
  readonly text: string;
  readonly judgements: Judgements;
  /** The id of the set for each key that answers. */
  readonly names: ReadonlyMap<string, string>;
}

/** Judged ids become documents; one that is not there keeps a key that no hit has. */
function locate(
  documents: readonly JudgedDocument[],
  set: JudgedSet,
  cwd: string,
): { keyed: readonly KeyedQuery[]; unknownDocuments: readonly string[] } {
  const find = documentFinder(documents, cwd);
  const nameOf = set.documents === null ? (id: string) => id : judgedFileName;
  const unknown = new Set<string>();
  let known = 0;
  const keyed = set.queries.map((query): KeyedQuery => {
    const gains = new Map<string, number>();
    const names = new Map<string, string>();
    for (const [id, gain] of query.judgements) {
      const document = find(nameOf(id));
      const key = document === null ? `\0${id}` : keyOf(document);
      gains.set(key, Math.max(gain, gains.get(key) ?? gain));
      if (gain <= 0) continue;
      names.set(key, id);
      if (document === null) unknown.add(id);
      else known += 1;
    }
    return { query, text: query.text, judgements: gains, names };
  });
  if (known === 0) {
    const [example] = unknown;
    const message = `The corpus has none of the documents that the set names, such as ${example}. Ids are paths inside a source, with or without the name of its folder.`;
    throw new UsageError('USAGE', message, { remedy: { code: 'status' } });
  }
  return { keyed, unknownDocuments: [...unknown].sort() };
}

function keyOf({ source, path }: { readonly source: string; readonly path: string }): string {
  return `${source}\0${path}`;
}

/** The first hundred documents for a query, each where its best passage stands. */
async function rankDocuments(
  corpus: EvaluatedCorpus,
  text: string,
  how: Pick<SearchOptions, 'mode' | 'reranker' | 'signal'>,
): Promise<readonly string[]> {
  // Signs only: a search refuses them, and has found nothing.
  if (isWordless(parseQuery(text))) return [];
  const { hits, rerank } = await corpus.search(text, { ...how, k: DEPTH, perDocument: 1 });
  // The list without it would be counted as the reranker's.
  if (rerank?.failed) throw new RerankError(rerank.failed.message);
  // A passage that stands in several documents is one hit, and an answer from each of them.
  const places = hits.flatMap((hit) => [hit, ...hit.otherPlaces]);
  return [...new Set(places.map(keyOf))].slice(0, DEPTH);
}

function toResult(query: KeyedQuery, ranking: readonly string[]): QueryResult {
  const ranks = [...query.names].map(([key, document]) => {
    const index = ranking.indexOf(key);
    return { document, rank: index < 0 ? null : index + 1 };
  });
  return {
    ...{ id: query.query.id, text: query.text, ranks },
    scores: {
      ndcg10: ndcg(ranking, query.judgements, 10),
      recall10: recall(ranking, query.judgements, 10),
      recall100: recall(ranking, query.judgements, 100),
      mrr10: reciprocalRank(ranking, query.judgements, 10),
    },
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
