/**
 * Asks sentences of a corpus back: a smoke test for people who have no judged set. It shows that what is
 * stored is found; whether answers are good it cannot tell, since a question has the words of its answer.
 */
import { UsageError } from '../../model/errors.ts';
import type { DocumentFilters, DocumentInfo, Hit, Place } from '../../model/search.ts';
import {
  type AskOptions,
  askInModes,
  type EvaluatedMode,
  findHits,
  type ModeResult,
  type QueryResult,
  type SearchedCorpus,
  scoresOf,
} from './ask-in-modes.ts';
import { type AskedSentence, chooseSentences, type ReadText } from './choose-sentences.ts';

/** Sentences asked unless the corpus has fewer. */
export const SENTENCES = 200;

/** What is asked: a corpus, or anything that answers as one. */
export interface SentenceCorpus extends SearchedCorpus {
  documents(filters: DocumentFilters): AsyncIterable<DocumentInfo>;
  readonly read: ReadText;
}

/** Options of {@link evaluateSentences}. */
export interface SentenceOptions extends AskOptions {
  /** Any whole number; another one chooses other sentences. Default 1. */
  readonly seed?: number | undefined;
  /** Documents that are asked about and searched in. Default: all. */
  readonly filters?: DocumentFilters | undefined;
}

/** How a corpus answers sentences of its own. */
export interface SentenceEvaluation {
  readonly modes: readonly ModeResult[];
  /** What was asked, in the order of the queries. */
  readonly sentences: readonly AskedSentence[];
  /** Documents inside the filters. */
  readonly documents: number;
}

/**
 * Chooses sentences and asks for each in every mode. The right answer is the passage that a sentence
 * stands in, and every other passage that has it, or what is asked of it, word for word.
 *
 * @throws UsageError `USAGE` if there is no sentence to ask; and whatever a search throws
 */
export async function evaluateSentences(
  corpus: SentenceCorpus,
  { seed = 1, filters = {}, ...options }: SentenceOptions = {},
): Promise<SentenceEvaluation> {
  const { reranker, signal } = options;
  const documents: DocumentInfo[] = [];
  for await (const document of corpus.documents(filters)) documents.push(document);
  const choice = { count: SENTENCES, seed, signal };
  const sentences = await chooseSentences(documents, corpus.read, choice);
  if (sentences.length === 0) throw nothingToAsk(documents.length, filters);
  const ask = async (sentence: AskedSentence, mode: EvaluatedMode): Promise<QueryResult> => {
    const how = { ...filters, mode, reranker, signal };
    return toResult(sentence, await findHits(corpus, sentence.text, how));
  };
  const modes = await askInModes(sentences, ask, options);
  return { modes, sentences, documents: documents.length };
}

function nothingToAsk(documents: number, filters: DocumentFilters): UsageError {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const options = given.map(([name]) => name);
  const remedy =
    options.length === 0 ? ({ code: 'status' } as const) : ({ code: 'options', options } as const);
  const message =
    documents === 0
      ? 'There is no document to take sentences from.'
      : `No whole sentence to ask back was found; documents looked through: ${documents}.`;
  return new UsageError('USAGE', message, { remedy });
}

/** The key of the right answer; places that are wrong are keyed by their number. */
const RIGHT = 'right';

function toResult(asked: AskedSentence, hits: readonly Hit[]): QueryResult {
  const { id, text } = asked;
  // What was asked is enough: nothing in the question tells such passages apart.
  const wanted = [asked.sentence, text].map(withoutSpace);
  const isRight = (hit: Hit): boolean => {
    const shown = withoutSpace(hit.text);
    return (
      wanted.some((words) => shown.includes(words)) ||
      [hit, ...hit.otherPlaces].some((place) => holds(place, asked))
    );
  };
  const ranking = hits.map((hit, index) => (isRight(hit) ? RIGHT : String(index)));
  const index = ranking.indexOf(RIGHT);
  return {
    ...{ id, text },
    ranks: [{ document: id.replace(/:\d+(?:#\d+)?$/, ''), rank: index < 0 ? null : index + 1 }],
    scores: scoresOf(ranking, new Map([[RIGHT, 1]])),
  };
}

/** True for a place with a line of the sentence: where passages are short, it may be cut in two. */
function holds(place: Place, { source, path, startLine, endLine }: AskedSentence): boolean {
  const isSame = place.source === source && place.path === path;
  return isSame && place.startLine <= endLine && startLine <= place.endLine;
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}
