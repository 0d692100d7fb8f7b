/**
 * Readings beside kanji, as they are written in HTML (`<ruby>漢<rt>かん</rt>字</ruby>`) and by Aozora Bunko
 * (`｜漢字《かんじ》`). A word that they stand in is read without them.
 */

const HTML_READING = /<(?<tag>rt|rp)\b[^<>\n]{0,100}>[^<>\n]{0,100}(?:<\/\k<tag>>)?/gi;
const HTML_BASE = /<\/?(?:ruby|rb|rtc)\b[^<>\n]{0,100}>/gi;

const AOZORA_BASE = /｜(?=[^｜《》\n]{1,30}《[ぁ-ゖァ-ヺー・]{1,30}》)/g;
const AOZORA_READING = /(?<=[々〆ヶ\p{Script=Han}\p{Script=Latin}])《[ぁ-ゖァ-ヺー・]{1,30}》/gu;

/** A text without its readings; its lines stay. */
export function withoutRuby(text: string): string {
  const html = /<r[tp]\b/i.test(text)
    ? text.replace(HTML_READING, '').replace(HTML_BASE, '')
    : text;
  return html.includes('《') ? html.replace(AOZORA_BASE, '').replace(AOZORA_READING, '') : html;
}
