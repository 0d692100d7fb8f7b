/**
 * Katakana words in several spellings: small letters where others write large ones (ウィルス and ウイルス,
 * キャノン and キヤノン), and ヴ for the sounds of b (ヴァイオリン and バイオリン).
 */

const SMALL = 'ァィゥェォッャュョヮ';
const LARGE = 'アイウエオツヤユヨワ';

const SMALL_LETTER = new RegExp(`[${SMALL}]`, 'g');

/** What the b-sounds are written as where ヴ is avoided, by the small vowel behind it. */
const B_SOUNDS: Readonly<Record<string, string>> = { ァ: 'バ', ィ: 'ビ', ェ: 'ベ', ォ: 'ボ' };

/** The text with large katakana for small ones, as long as before. */
export function enlargeKana(text: string): string {
  return text.replace(SMALL_LETTER, (letter) => LARGE.charAt(SMALL.indexOf(letter)));
}

/** The text with one spelling of each katakana word. */
export function foldKana(text: string): string {
  return enlargeKana(
    text.replace(/ヴ([ァィェォ]?)/g, (_, vowel: string) => B_SOUNDS[vowel] ?? 'ブ'),
  );
}
