import { describe, expect, it } from 'vitest';
import { foldText } from '../../../src/text/fold.ts';
import { foldKanji } from '../../../src/text/kanji-variants.ts';
import { findMatches } from '../../../src/text/matches.ts';

const fold = (text: string): string => foldText(text).lower;

describe('kanji in several shapes', () => {
  it.each([
    ['髙橋', '高橋'],
    ['﨑山 嵜', '崎山 崎'],
    ['渡邊 渡邉', '渡辺 渡辺'],
    ['齋藤', '斎藤'],
    ['學校 國圀', '学校 国国'],
    ['𠮷野家', '吉野家'],
    ['辯護士', '弁護士'],
  ])('%s is %s', (variant, usual) => {
    expect(fold(variant)).toBe(fold(usual));
  });

  it.each([
    ['霞ヶ関', '霞が関'],
    ['霞ケ関', '霞が関'],
    ['三ヶ月', '三か月'],
    ['3カ月', '３ヵ月'],
    ['十箇所', '十か所'],
  ])('%s is %s', (one, other) => {
    expect(fold(one)).toBe(fold(other));
  });

  it('leaves words alone that only look alike', () => {
    for (const word of ['カ月餅', 'ケース', '彼か月か', '斉藤', 'スケート']) {
      expect(foldKanji(word)).toBe(word);
    }
  });

  it('folds to what stays', () => {
    const once = foldKanji('亞邊髙國籠篭讓');
    expect(foldKanji(once)).toBe(once);
  });

  it('is shown as a match', () => {
    expect(findMatches('髙橋さん', '高橋')).toEqual([{ start: 0, end: 2 }]);
  });
});
