/** What a query of words comes to: which lists count, and the rows that score best. */
import type { QuotedPhrase } from '../../text/phrase.ts';
import type { LexicalQuery } from '../../text/query.ts';
import type { QueryTerm } from '../../text/terms.ts';
import type { ScoredRow } from './best-rows.ts';
import { limitOf, type RowStatistics } from './bm25.ts';
import type { ImpactList } from './impact-list.ts';
import { bestRows, type RowWishes, type WeightedList } from './max-score.ts';
import { rowsOfPhrases, scoreRows } from './phrase-rows.ts';
import type { LookedUp } from './postings.ts';

/** A pasted page is no query: of its terms the rarest say what it is about. */
const MAX_TERMS = 128;

/** Where posting lists come from: all of one state of an index. */
export interface WordSource {
  readonly statistics: RowStatistics;
  /** Postings of a term, some of which may be of rows that are gone; cheaper than its list. */
  countOf(term: LookedUp): number;
  listOf(term: LookedUp): ImpactList;
  /** The length of a row in terms. */
  lengthOf(row: number): number;
}

/** The list of a term that counts. */
export interface AskedList extends WeightedList {
  readonly term: LookedUp;
}

/** What a search came to. */
export interface WordMatches {
  /** In no order without phrases, best first with them. */
  readonly rows: readonly ScoredRow[];
  /** What the scores are made of. */
  readonly lists: readonly AskedList[];
  /** The score of a row that had all terms without end, those included that are nowhere. */
  readonly attainable: number;
}

/** The k rows that fit terms best, and those that score like the last of them. */
export function searchTerms(
  source: WordSource,
  terms: readonly QueryTerm[],
  wishes: RowWishes,
): WordMatches {
  const { lists, attainable } = readLists(source, terms);
  return { rows: bestRows(lists, wishes), lists, attainable };
}

/**
 * All rows that have the terms of every phrase, best first: those that may hold the phrases. They score
 * as they would for the same words without quotes.
 */
export function searchPhrases(
  source: WordSource,
  { phrases, terms }: LexicalQuery,
  { mask }: Pick<RowWishes, 'mask'>,
): WordMatches {
  const { lists, attainable } = readLists(source, [...terms, ...otherTerms(phrases, terms)]);
  const required = rowsOfPhrases(phrases, (term) => source.listOf(wellFormed(term)).rows);
  const wanted = mask === null ? required : required.filter((row) => mask.has(row));
  const scores = scoreRows(wanted, lists);
  const rows = Array.from(wanted, (row, i) => ({ row, score: scores[i] as number }));
  return { rows: rows.sort((a, b) => b.score - a.score), lists, attainable };
}

/** The terms of phrases that are not asked for beside them, each once. */
function otherTerms(
  phrases: readonly QuotedPhrase[],
  terms: readonly QueryTerm[],
): readonly QueryTerm[] {
  const known = new Set(terms.map(({ term }) => term));
  const others = new Map<string, QueryTerm>();
  for (const { terms: own, openEnd } of phrases) {
    for (const [i, term] of own.stream.entries()) {
      if (known.has(term)) continue;
      const prefix = openEnd && i === own.stream.length - 1;
      others.set(term, { term, prefix, weight: 1 });
    }
  }
  return [...others.values()];
}

function readLists(
  source: WordSource,
  terms: readonly QueryTerm[],
): Pick<WordMatches, 'lists' | 'attainable'> {
  const lists: AskedList[] = [];
  let attainable = 0;
  for (const asked of rarestFirst(source, terms)) {
    const { weight } = asked;
    const term = wellFormed(asked);
    const list = source.listOf(term);
    attainable += weight * limitOf(list.rows.length, source.statistics.rows);
    if (list.rows.length > 0 && lists.push({ list, weight, term }) === MAX_TERMS) break;
  }
  return { lists, attainable };
}

/** Where there are more terms than count. */
function rarestFirst(source: WordSource, terms: readonly QueryTerm[]): readonly QueryTerm[] {
  if (terms.length <= MAX_TERMS) return terms;
  return terms
    .map((term) => ({ term, count: source.countOf(wellFormed(term)) }))
    .sort((a, b) => a.count - b.count)
    .map(({ term }) => term);
}

function wellFormed({ term, prefix }: LookedUp): LookedUp {
  return { term: term.toWellFormed(), prefix };
}
