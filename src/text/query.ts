/**
 * What a typed query asks for: words of which some may be missing, and "quoted phrases" that must stand
 * there exactly. Nothing in it is syntax but the quotes.
 */

import { asRead, withoutWraps } from './as-read.ts';
import { CharacterClass, classOf } from './characters.ts';
import { foldText } from './fold.ts';
import { documentTerms, type QueryTerm, queryTerms, type Terms } from './terms.ts';

/** A phrase in quotes. */
export interface QuotedPhrase {
  /** Folded, with one space for everything that separates; see {@link holdsPhrase}. */
  readonly text: string;
  /** Its terms: neighbours in this order wherever the phrase stands. */
  readonly terms: Terms;
  /** True if the last term may go on: a single character of a run of kana and kanji. */
  readonly openEnd: boolean;
}

/** A query in its parts. */
export interface LexicalQuery {
  /** Terms outside of quotes, each once. */
  readonly terms: readonly QueryTerm[];
  readonly phrases: readonly QuotedPhrase[];
}

/** Straight, full-width and curly quotes. Not 「」, which are punctuation in most queries. */
const QUOTED = /["＂“”]([^"＂“”]*)["＂“”]/g;

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

function readPhrase(quoted: string): QuotedPhrase | null {
  const { stream, whole } = documentTerms(quoted);
  if (stream.length === 0) return null;
  const { open, pairs } = runEnd(stream);
  const terms = { stream: pairs ? stream.slice(0, -1) : stream, whole };
  return { text: exactForm(quoted), terms, openEnd: open };
}

/**
 * How the stream of a phrase ends. The last character of a run stands alone behind its pairs; in a
 * document the run may go on there.
 */
function runEnd(stream: readonly string[]): { open: boolean; pairs: boolean } {
  const last = stream.at(-1) ?? '';
  const single = [...last].length === 1 && isCharacter(last);
  const before = stream.at(-2) ?? '';
  const pairs = single && [...before].length === 2 && isCharacter(before) && before.endsWith(last);
  return { open: single && !pairs, pairs };
}

function isCharacter(term: string): boolean {
  const unit = term.charCodeAt(0);
  return classOf(unit) >= CharacterClass.hiragana || (unit >= 0xac00 && unit <= 0xd7a3);
}

/**
 * True if the phrase stands in the text, as it is or as people read it: letter by letter, whole words,
 * whatever separates them.
 */
export function holdsPhrase(text: string, phrase: QuotedPhrase): boolean {
  if (holdsExactly(text, phrase)) return true;
  const read = asRead(text);
  return (read !== text && holdsExactly(read, phrase)) || holdsExactly(withoutWraps(read), phrase);
}

function holdsExactly(text: string, phrase: QuotedPhrase): boolean {
  const form = exactForm(text);
  for (let at = form.indexOf(phrase.text); at >= 0; at = form.indexOf(phrase.text, at + 1)) {
    if (!insideWord(form, at) && !insideWord(form, at + phrase.text.length)) return true;
  }
  return false;
}

/** True if `at` is between two letters or digits of one word. */
function insideWord(form: string, at: number): boolean {
  return isWord(form.charCodeAt(at - 1)) && isWord(form.charCodeAt(at));
}

function isWord(unit: number): boolean {
  return classOf(unit) === CharacterClass.word && !(unit >= 0xac00 && unit <= 0xd7a3);
}

/** Folded; one space for each run of separators, none at the ends. */
function exactForm(text: string): string {
  const { lower } = foldText(text);
  let form = '';
  let start = -1;
  for (let i = 0; i <= lower.length; i++) {
    const separates =
      i === lower.length || classOf(lower.charCodeAt(i)) === CharacterClass.separator;
    if (separates && start >= 0) {
      form += (form === '' ? '' : ' ') + lower.slice(start, i);
      start = -1;
    } else if (!separates && start < 0) start = i;
  }
  return form;
}
