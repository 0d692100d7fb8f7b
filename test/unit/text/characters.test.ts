import { describe, expect, it } from 'vitest';
import { CharacterClass, classOf } from '../../../src/text/characters.ts';

/** Of this Node. */
const { unicode } = process.versions;

const { separator, word, hiragana, katakana, kanji } = CharacterClass;

/** The class of every unit of a string. */
function classes(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => classOf(text.charCodeAt(i)));
}

describe('classOf', () => {
  it.each([
    ['hiragana', 'ぁあん゛ゝゟ', hiragana],
    ['katakana, the long vowel mark and iteration marks', 'ァアヺーヽヿ', katakana],
    ['kanji, 々, 〆, 〇, extension A and compatibility kanji', '一漢鿿㐀䶿々〆〇豈', kanji],
    ['surrogates: rare kanji', '𠮷𩸽', kanji],
    ['letters and digits of other scripts', 'azAZ09éßжΩאشह한ᄀกꭰ٣', word],
    ['half-width katakana and full-width Latin before normalising', 'ｱｶﾞＡｚ０', word],
    [
      'white space, punctuation, symbols and marks',
      ' \t\n\0　、。「」・!-_#<>§€→\u0301\u200d\ufeff',
      separator,
    ],
    ['circled numbers: no letters', '①❶', separator],
  ])('%s', (_, text, expected) => {
    expect(classes(text)).toEqual(Array(text.length).fill(expected));
  });

  it('knows the borders of every Japanese range', () => {
    const borders: [number, number, number][] = [
      [0x3041, 0x309f, hiragana],
      [0x30a1, 0x30fa, katakana],
      [0x30fc, 0x30ff, katakana],
      [0x3005, 0x3007, kanji],
      [0x3400, 0x4dbf, kanji],
      [0x4e00, 0x9fff, kanji],
      [0xd800, 0xdfff, kanji],
      [0xf900, 0xfaff, kanji],
    ];
    for (const [first, last, expected] of borders) {
      expect([classOf(first), classOf(last)]).toEqual([expected, expected]);
      expect(classOf(first - 1)).not.toBe(expected);
      expect(classOf(last + 1)).not.toBe(expected);
    }
  });

  it('takes numbers that are no UTF-16 unit as separators', () => {
    expect([-1, 0x10000, Number.NaN, 1.5].map(classOf)).toEqual(Array(4).fill(separator));
  });

  it('holds 21,110 letters and digits, whatever this Node thinks a letter is', () => {
    let words = 0;
    for (let unit = 0; unit < 0x10000; unit++) {
      words += Number(classOf(unit) === word);
    }
    expect(words).toBe(21_110);
  });

  it.runIf(unicode === '17.0')('has exactly the letters of Unicode 17', () => {
    const letter = /[\p{L}\p{Nd}]/u;
    for (let unit = 0; unit < 0x10000; unit++) {
      const found = classOf(unit);
      if (found === word || found === separator) {
        expect(found === word, unit.toString(16)).toBe(letter.test(String.fromCharCode(unit)));
      }
    }
  });
});
