/**
 * Words as people read them: together where the source parts them by a reading in ruby, by emphasis, or by
 * the target of a link. What stood inside them (readings, addresses) comes behind the text, so that it is
 * found as well. Only what is markup for certain, since code is read the same way; in linear time, because
 * everything that is looked ahead for is bounded.
 */

/** Anything that the rules below begin with. */
const MAY_BREAK = /[<《［[*`~{\\]/;

/** Elements without a space between them are one word with one reading. */
const HTML_RUBY = /(?:<ruby\b[^<>]{0,200}>[\s\S]{1,400}?<\/ruby>)+/gi;
const READING = /<rt\b[^<>]{0,200}>([^<]{0,100})(?:<\/rt>)?/gi;
const FALLBACK = /<rp\b[^<>]{0,200}>[^<]{0,20}(?:<\/rp>)?/gi;
const ANY_TAG = /<[^<>]{0,200}>/g;

const KANA = '[ぁ-ゖァ-ヺー・]{1,40}';
/** ｜base《reading》, as Aozora Bunko writes it. */
const MARKED_RUBY = new RegExp(`[｜|]([^｜|《》\\n]{1,40})《(${KANA})》`, 'g');
/** Without the mark the reading is that of the kanji before it. */
const AOZORA_RUBY = new RegExp(`(?<=[々〆〇\\u3400-\\u9fff\\uf900-\\ufaff])《(${KANA})》`, 'g');
const AOZORA_NOTE = /［＃[^［］\n]{0,200}］/g;
/** {漢字|かん|じ}, as some kinds of Markdown write it. */
const BRACED_RUBY = new RegExp(`\\{([^{}|\\s]{1,40})((?:\\|${KANA}){1,20})\\}`, 'g');

const TARGET = String.raw`\(\s{0,3}(<[^<>\n]{0,500}>|[^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?)(?:\s{1,3}"[^"\n]{0,200}")?\s{0,3}\)`;
const IMAGE = new RegExp(String.raw`!\[([^[\]]{0,200})\]${TARGET}`, 'g');
/** Behind a letter it may be code, unless the target is a path. */
const LINK = new RegExp(
  String.raw`(?<![A-Za-z0-9_)\]])\[([^[\]]{1,200})\]${TARGET}|\[([^[\]]{1,200})\](?=\([^()\s]{0,500}[/#])${TARGET}`,
  'g',
);
const REFERENCE = /(?<![A-Za-z0-9_)\]])\[([^[\]\n]{1,200})\]\[([^[\]\n]{0,200})\]/g;
const WIKI_LINK = /\[\[([^[\]|\n]{1,200})(?:\|([^[\]|\n]{1,200}))?\]\]/g;

/** Tags that may stand inside a word. */
const INLINE_TAG =
  /<\/?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|rb|s|small|span|strong|sub|sup|tt|u|var|wbr)(\s[^<>]{0,500})?\/?>/gi;

const STRONG = /(?<![*\d])\*\*(?=[^\s*])([^*\n]{0,200}[^\s*])\*\*(?![*\d])/g;
const EMPHASIS = /(?<![A-Za-z0-9*])\*(?=[^\s*])([^*\n]{0,200}[^\s*])\*(?![A-Za-z0-9*])/g;
const STRUCK = /(?<!~)~~(?=[^\s~])([^~\n]{0,200}[^\s~])~~(?!~)/g;
const CODE = /(?<!`)`([^`\n]{1,200})`(?!`)/g;
/** `snake\_case`, as editors save it. */
const ESCAPED_JOINT = /(?<=[A-Za-z0-9])\\(?=_)/g;

/** A text with its words in one piece. @returns the same text if nothing parts them */
export function asRead(text: string): string {
  if (!MAY_BREAK.test(text)) return text;
  const asides: string[] = [];
  const together = withoutMarks(withoutLinks(withoutRuby(text, asides), asides), asides);
  return asides.length === 0 ? together : `${together}\n\n${asides.join('\n\n')}`;
}

/**
 * The base text of ruby: HTML, Aozora Bunko, `{漢字|かん|じ}`.
 *
 * @param readings what was taken out is added to it
 */
export function withoutRuby(text: string, readings: string[]): string {
  return text
    .replace(HTML_RUBY, (ruby) => {
      readings.push([...ruby.matchAll(READING)].map(([, reading]) => reading).join(''));
      return ruby.replace(READING, '').replace(FALLBACK, '').replace(ANY_TAG, '');
    })
    .replace(AOZORA_NOTE, '')
    .replace(MARKED_RUBY, (_, base: string, reading: string) => {
      readings.push(reading);
      return base;
    })
    .replace(AOZORA_RUBY, (_, reading: string) => {
      readings.push(reading);
      return '';
    })
    .replace(BRACED_RUBY, (_, base: string, reading: string) => {
      readings.push(reading.replaceAll('|', ''));
      return base;
    });
}

function withoutLinks(text: string, asides: string[]): string {
  if (!text.includes('[')) return text;
  const keep = (aside: string | undefined): void => {
    if (aside !== undefined && aside !== '') asides.push(aside);
  };
  return text
    .replace(WIKI_LINK, (_, page: string, name: string | undefined) => {
      if (name !== undefined) keep(page);
      return name ?? page;
    })
    .replace(IMAGE, (_, shown: string, target: string) => {
      keep(target);
      return shown;
    })
    .replace(LINK, (_, shown?: string, target?: string, inWord?: string, itsTarget?: string) => {
      keep(target ?? itsTarget);
      return shown ?? inWord ?? '';
    })
    .replace(REFERENCE, (_, shown: string, reference: string) => {
      keep(reference);
      return shown;
    });
}

function withoutMarks(text: string, asides: string[]): string {
  return text
    .replace(INLINE_TAG, (_, attributes: string | undefined) => {
      if (attributes !== undefined) asides.push(attributes);
      return '';
    })
    .replace(CODE, '$1')
    .replace(STRONG, '$1')
    .replace(EMPHASIS, '$1')
    .replace(STRUCK, '$1')
    .replace(ESCAPED_JOINT, '');
}

/** What a line end inside a Japanese word may be: of a line that was wrapped, in a quote as well. */
export const WRAPPED: string = String.raw`[ \t\r]*\n(?:[ \t]*>)*[ \t]*`;

const JAPANESE = '[々〆〇ぁ-ゖァ-ヺー\\u3400-\\u9fff\\uf900-\\ufaff]';
const WRAPPED_WORD = new RegExp(`(?<=${JAPANESE})${WRAPPED}(?=${JAPANESE})`, 'g');

/** A text without the line ends between Japanese letters: there may be a word across each of them. */
export function withoutWraps(text: string): string {
  return text.replace(WRAPPED_WORD, '');
}
