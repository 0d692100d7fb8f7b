/**
 * What a typed query asks for: words of which some may be missing, and "quoted phrases" that must stand
 * there exactly. Nothing in it is syntax but the quotes that a keyboard has: curly ones come with a pasted
 * sentence.
 */
import { isIdentifier } from './identifiers.ts';
import { type QuotedPhrase, readPhrase } from './phrase.ts';
import { hasJapanese } from './scripts.ts';
import { type QueryTerm, queryTerms } from './terms.ts';

/** A query in its parts. */
export interface LexicalQuery {
  /** Terms outside of quotes, each once. */
  readonly terms: readonly QueryTerm[];
  readonly phrases: readonly QuotedPhrase[];
  /**
   * True for a question without kana and kanji that is no name and no code. A Japanese document shares
   * words with it by chance: what is common to both is seldom what it asks for.
   */
  readonly isForeignToJapanese: boolean;
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
  return {
    terms: queryTerms(rest),
    phrases,
    isForeignToJapanese: phrases.length === 0 && isForeign(text),
  };
}

function isForeign(text: string): boolean {
  const folded = text.normalize('NFKC');
  return !hasJapanese(folded) && !isIdentifier(folded);
}

/** The same query with its phrases as ordinary words. */
export function withoutPhrases(text: string): LexicalQuery {
  return { terms: queryTerms(text), phrases: [], isForeignToJapanese: isForeign(text) };
}

/** True if there is nothing in it to look for: signs only. */
export function isWordless({ terms, phrases }: Pick<LexicalQuery, 'terms' | 'phrases'>): boolean {
  return terms.length + phrases.length === 0;
}
