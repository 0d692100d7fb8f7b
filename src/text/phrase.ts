/**
 * Phrases in quotes: what must stand in a passage letter by letter, as a person reads it. What only separates
 * (spaces, line ends, punctuation, markup) does not count; `_` and `-` on a word do: they tell names apart.
 */
import { asRead, withoutWraps } from './as-read.ts';
import { CharacterClass, classOf } from './characters.ts';
import { foldText } from './fold.ts';
import { documentTerms, type Terms } from './terms.ts';

/** A phrase in quotes. */
export interface QuotedPhrase {
  /** Folded, with one space for everything that separates. */
  readonly text: string;
  /** Its terms: neighbours in this order wherever the phrase stands. */
  readonly terms: Pick<Terms, 'stream' | 'whole'>;
  /** True if the last term may go on: a single character of a run of kana and kanji. */
  readonly openEnd: boolean;
}

/** Where a phrase may stand. */
export interface PhraseFields {
  /** Of a passage, with its markup. */
  readonly text: string;
  /** Title, headings, path: each by itself. */
  readonly names: readonly string[];
}

/** The phrase that stands between two quotes; null if it has no words. */
export function readPhrase(quoted: string): QuotedPhrase | null {
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
  return isJapanese(unit) || isHangul(unit);
}

/** True if every phrase stands in one of the fields. */
export function holdsPhrases(
  { text, names }: PhraseFields,
  phrases: readonly QuotedPhrase[],
): boolean {
  // What stands in the source is looked for as well: an address that a link hides.
  const sources = [text, ...names];
  const forms = sources.map(exactForm);
  let read: readonly string[] | null = null;
  return phrases.every((phrase) => {
    if (forms.some((form) => stands(form, phrase))) return true;
    read ??= sources.flatMap(formsAsRead);
    return read.some((form) => stands(form, phrase));
  });
}

/** No word goes on from it. */
const HEADING_LINE = /^#{1,6}[ \t].*$/gm;

/** Without markup and readings, and with words whole that a line end cuts in two. */
function formsAsRead(source: string): readonly string[] {
  const read = asRead(source).replace(HEADING_LINE, '$&\n');
  return [exactForm(read), exactForm(withoutWraps(read))];
}

/** As whole words. */
function stands(form: string, { text }: QuotedPhrase): boolean {
  for (let at = form.indexOf(text); at >= 0; at = form.indexOf(text, at + 1)) {
    if (isBorder(form, at, -1) && isBorder(form, at + text.length, 1)) return true;
  }
  return false;
}

/**
 * True if a phrase may begin or end at a place.
 *
 * @param outside -1 if the phrase is behind the place, 1 if it is before it
 */
function isBorder(form: string, at: number, outside: -1 | 1): boolean {
  const [inner, outer] = outside < 0 ? [at, at - 1] : [at - 1, at];
  const [own, other] = [form.charCodeAt(inner), form.charCodeAt(outer)];
  if (isJoiner(own)) return !isWord(other) && !isJoiner(other);
  return !isWord(own) || !isWord(other);
}

function isJapanese(unit: number): boolean {
  return classOf(unit) >= CharacterClass.hiragana;
}

function isHangul(unit: number): boolean {
  return unit >= 0xac00 && unit <= 0xd7a3;
}

function isWord(unit: number): boolean {
  return classOf(unit) === CharacterClass.word && !isHangul(unit);
}

/** `_`, `-` and the hyphen that NFKC makes of one that does not break. */
function isJoiner(unit: number): boolean {
  return unit === 0x5f || unit === 0x2d || unit === 0x2010;
}

/** Folded; one space for each run of separators, none at the ends. Joiners stay where they touch a word. */
function exactForm(text: string): string {
  const { lower } = foldText(text);
  let form = '';
  let start = -1;
  let isWordy = false;
  for (let i = 0; i <= lower.length; i++) {
    const unit = lower.charCodeAt(i);
    const isLetter = i < lower.length && classOf(unit) !== CharacterClass.separator;
    if (isLetter || isJoiner(unit)) {
      if (start < 0) start = i;
      isWordy ||= isLetter;
      continue;
    }
    if (isWordy) form += (form === '' ? '' : ' ') + lower.slice(start, i);
    start = -1;
    isWordy = false;
  }
  return form.replaceAll('\u2010', '-');
}
