/**
 * What a typed query asks for: words of which some may be missing, "quoted phrases", `+word` that must stand
 * there and `-word` that must not. Nothing else in it is syntax; of quotes only those that a keyboard has:
 * curly ones come with a pasted sentence.
 */
import { isIdentifier } from './identifiers.ts';
import { type QuotedPhrase, readPhrase } from './phrase.ts';
import { hasJapanese } from './scripts.ts';
import { type QueryTerm, queryTerms } from './terms.ts';

/** A query in its parts. */
export interface LexicalQuery {
  /** Terms outside of quotes, each once. */
  readonly terms: readonly QueryTerm[];
  /** What must stand there. */
  readonly phrases: readonly QuotedPhrase[];
  /**
   * True for a question without kana and kanji that is no name and no code. A Japanese document shares
   * words with it by chance: what is common to both is seldom what it asks for.
   */
  readonly isForeignToJapanese: boolean;
}

/** Straight and full-width quotes. Not 「」, which are punctuation in most queries. */
const QUOTED = /["＂]([^"＂]*)["＂]/g;

/**
 * A sign at the beginning of a word, full width or the long mark that a Japanese keyboard makes of `-`. A number
 * (`-5`) and a single letter (`-n`) are none: they are temperatures and flags.
 */
const OPERATOR =
  /(?<=^|\s)([+＋]|[-－ー−])(?:["＂]([^"＂]*)["＂]|((?![a-zA-Z](?:\s|$))[^\s\d"＂+＋\-－ー−][^\s"＂]*))/g;

/** A query as it was typed. */
export interface TypedQuery {
  /** Without signs, and without what must not be there: what is embedded, and marked in hits. */
  readonly text: string;
  /** Words, where quoted ones must stand there. */
  readonly strict: LexicalQuery;
  /**
   * Words, where quoted ones count twice and may be missing: in a sentence they are a wish. The same as `strict`
   * where there are no other words.
   */
  readonly wishful: LexicalQuery;
  /** With `+`: must stand there. */
  readonly required: readonly QuotedPhrase[];
  /** With `-`: must not. */
  readonly excluded: readonly QuotedPhrase[];
}

/** Reads a query. Any string is allowed; a quote without its other half is ignored. */
export function readQuery(typed: string): TypedQuery {
  const required: QuotedPhrase[] = [];
  const excluded: QuotedPhrase[] = [];
  const text = typed.replace(OPERATOR, (all: string, sign: string, quoted?: string, word = '') => {
    const phrase = readPhrase(quoted ?? word);
    if (phrase === null) return all;
    const isWanted = /[+＋]/.test(sign);
    (isWanted ? required : excluded).push(phrase);
    return isWanted ? (quoted ?? word) : ' ';
  });
  const quoted: string[] = [];
  const rest = text.replace(QUOTED, (_, phrase: string) => {
    quoted.push(phrase);
    return ' ';
  });
  const phrases = [...quoted.flatMap((phrase) => readPhrase(phrase) ?? []), ...required];
  const terms = queryTerms(rest);
  const strict = { terms, phrases, isForeignToJapanese: quoted.length === 0 && isForeign(text) };
  const others = typed.replace(OPERATOR, ' ').replace(QUOTED, ' ');
  const isSentence = quoted.length > 0 && queryTerms(others).length > 0;
  const wishful = isSentence ? withWishes(text, quoted, required) : strict;
  return { text, strict, wishful, required, excluded };
}

/** How many times as much as others a quoted word counts that may be missing. */
const WISH_WEIGHT = 2;

function withWishes(
  text: string,
  quoted: readonly string[],
  phrases: readonly QuotedPhrase[],
): LexicalQuery {
  const wishes = new Set(quoted.flatMap((phrase) => queryTerms(phrase)).map(({ term }) => term));
  const terms = queryTerms(text).map((one) =>
    wishes.has(one.term) ? { ...one, weight: one.weight * WISH_WEIGHT } : one,
  );
  return { terms, phrases, isForeignToJapanese: isForeign(text) };
}

/** The words of a query, where quoted ones must stand there. */
export function parseQuery(typed: string): LexicalQuery {
  return readQuery(typed).strict;
}

function isForeign(text: string): boolean {
  const folded = text.normalize('NFKC');
  return !hasJapanese(folded) && !isIdentifier(folded);
}

/** A text with its phrases as ordinary words. */
export function withoutPhrases(text: string): LexicalQuery {
  return { terms: queryTerms(text), phrases: [], isForeignToJapanese: isForeign(text) };
}

/** True if there is nothing in it to look for: signs only. */
export function isWordless({ terms, phrases }: Pick<LexicalQuery, 'terms' | 'phrases'>): boolean {
  return terms.length + phrases.length === 0;
}
