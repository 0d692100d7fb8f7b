/**
 * What a typed query asks for: words of which some may be missing, and "quoted phrases" that must stand
 * there exactly. Nothing in it is syntax but the quotes that a keyboard has: curly ones come with a pasted
 * sentence.
 */
import { type QuotedPhrase, readPhrase } from './phrase.ts';
import { type QueryTerm, queryTerms } from './terms.ts';

/** A query in its parts. */
export interface LexicalQuery {
  /** Terms outside of quotes, each once. */
  readonly terms: readonly QueryTerm[];
  readonly phrases: readonly QuotedPhrase[];
}

/** Straight and full-width quotes. Not 「」, which are punctuation in most queries. */
const QUOTED = /["＂]([^"＂]*)["＂]/g;

/** Reads a query. Any string is allowed; a quote without its other half is ignored. */
export function parseQuery(text: string): LexicalQuery {
  const phrases: QuotedPhrase[] = [];
  const rest = text.replace(QUOTED, (_, quoted: string) => {
    const phrase = readPhrase(quoted);
    if (phrase !== null) phrases.push(phrase);
    return ' ';
  });
  return { terms: queryTerms(rest), phrases };
}

/** The same query with its phrases as ordinary words. */
export function withoutPhrases(text: string): LexicalQuery {
  return { terms: queryTerms(text), phrases: [] };
}

/** True if there is nothing in it to look for: signs only. */
export function isWordless({ terms, phrases }: LexicalQuery): boolean {
  return terms.length + phrases.length === 0;
}
