/** Which script a text is written in, as far as ranking asks: Japanese, or not. */

/** First and last UTF-16 units of kana and kanji; of what is beyond the BMP the high surrogates. */
const JAPANESE =
  /[\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\ud840-\ud8bf]/;
const ALL_JAPANESE: RegExp = new RegExp(JAPANESE, 'g');
const LATIN = /[A-Za-z]/g;

/** Latin letters that say as much as one kana or kanji: what a Japanese text and its English translation have. */
const LATIN_PER_JAPANESE = 2.4;

/** True if there is a kana or a kanji in it. */
export function hasJapanese(text: string): boolean {
  return JAPANESE.test(text);
}

/** The share of Japanese in a text, by what it says: 0 … 1; 0 for one without letters. */
export function japaneseShare(text: string): number {
  if (!hasJapanese(text)) return 0;
  const japanese = countOf(text, ALL_JAPANESE) * LATIN_PER_JAPANESE;
  return japanese / (japanese + countOf(text, LATIN));
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
