/** Searches for every query of a judged set, as anybody would, and says how good the answers are. */
import { resolve } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import type { SearchOptions } from '../../model/search.ts';
import {
  type AskOptions,
  askInModes,
  DEPTH,
  type EvaluatedMode,
  findHits,
  type ModeResult,
  type QueryResult,
  type SearchedCorpus,
  scoresOf,
} from './ask-in-modes.ts';
import { documentFinder, type JudgedDocument, judgedFileName } from './judged-documents.ts';
import type { JudgedQuery, JudgedSet } from './judged-set.ts';
import type { Judgements } from './measures.ts';

/** How a corpus answers a judged set. */
export interface Evaluation {
  readonly modes: readonly ModeResult[];
  /** Ids of documents that answer a query and are not in the corpus: nothing can find them. */
  readonly unknownDocuments: readonly string[];
}

/** What is evaluated: a corpus, or anything that answers as one. */
export interface EvaluatedCorpus extends SearchedCorpus {
  documents(): AsyncIterable<JudgedDocument>;
}

/** Options of {@link evaluateSet}. */
export interface EvaluateOptions extends AskOptions {
  /** Where ids that are relative paths start. Default: the process's current folder. */
  readonly cwd?: string | undefined;
}

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
  if (set.queries.length === 0) {
    throw new UsageError('USAGE', `${set.path} has no query that any document answers.`);
  }
  const cwd = resolve(options.cwd ?? '.');
  const documents: JudgedDocument[] = [];
  for await (const document of corpus.documents()) documents.push(document);
  const { keyed, unknownDocuments } = locate(documents, set, cwd);
  const { reranker, signal } = options;
  const ask = async (query: KeyedQuery, mode: EvaluatedMode): Promise<QueryResult> =>
    toResult(query, await rankDocuments(corpus, query.text, { mode, reranker, signal }));
  return { modes: await askInModes(keyed, ask, options), unknownDocuments };
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
  const hits = await findHits(corpus, text, { ...how, perDocument: 1 });
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
    scores: scoresOf(ranking, query.judgements),
  };
}
