import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFinder, findMatches, matchTerms } from '../../../src/text/matches.ts';

function found(text: string, query: string): string[] {
  return findMatches(text, query).map(({ start, end }) => text.slice(start, end));
}

describe('the words of a query', () => {
  it('are found in Japanese and English, whatever their case', () => {
    expect(found('単語の埋め込みとは', '埋め込み')).toEqual(['埋め込み']);
    expect(found('Restore the BACKUP', 'how do I restore a backup')).toEqual(['Restore', 'BACKUP']);
  });

  it('are found in full and half width, composed and decomposed', () => {
    expect(found('ｶﾞｲﾄﾞを読む', 'ガイド')).toEqual(['ｶﾞｲﾄﾞ']);
    expect(found('か\u3099くしゅう', 'がくしゅう')).toEqual(['か\u3099くしゅう']);
    expect(found('ＡＰＩキー', 'api キー')).toEqual(['ＡＰＩ', 'キー']);
  });

  it.each([
    ['サーバー', 'サーバ'],
    ['サーバ', 'サーバ'],
    ['ウィルス', 'ウイルス'],
    ['ウイルス', 'ウィルス'],
    ['ヴァイオリン', 'バイオリン'],
    ['バイオリン', 'ヴァイオリン'],
    ['ブイ', 'ヴイ'],
    ['学校', '學校'],
    ['霞が関', '霞ケ関'],
  ])('are found in other spellings, beside any sign: %s in %s', (query, spelling) => {
    for (const sign of ['。', '😀', '①', 'e\u0301']) {
      expect(found(`${sign}この${spelling}は`, query)).toEqual([spelling]);
    }
  });

  it('are other words where a long mark tells them apart', () => {
    expect(found('カドの店', 'カード')).toEqual([]);
    expect(found('キの店', 'キー')).toEqual([]);
  });

  it('are not found inside other words: "do" is not in "documents"', () => {
    expect(found('~/documents', 'do not')).toEqual([]);
    expect(found('a cart, art and an article', 'art')).toEqual(['art']);
    expect(found('files were restored', 'restore')).toEqual(['restore']);
  });

  it('leave particles and stop words alone', () => {
    expect(found('これはそれのことである', '祖母の肉じゃがは')).toEqual([]);
    expect(matchTerms('what is the')).toEqual(['what is the']);
  });

  it('are none of an empty query', () => {
    expect(found('anything', '')).toEqual([]);
    expect(found('anything', '   ')).toEqual([]);
  });

  it('say which of them each is', () => {
    const terms = createFinder('restore backup')('backup, restore, backup').map(({ term }) => term);
    expect(terms[0]).toBe(terms[2]);
    expect(terms[0]).not.toBe(terms[1]);
  });

  it('are in ASCII, where it is not asked, what Intl.Segmenter finds', () => {
    const words = new Intl.Segmenter('ja', { granularity: 'word' });
    const unit = fc.constantFrom(...'zq19_.,:; -"/#');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 41, maxLength: 60 }), (query) => {
        const segments = [...words.segment(query.trim())];
        const wanted = segments.filter(
          ({ isWordLike, segment }) => isWordLike && segment.length > 1,
        );
        const terms = new Set(wanted.map(({ segment }) => segment));
        if (query.trim().length > 40) expect(new Set(matchTerms(query))).toEqual(terms);
      }),
    );
  });

  it('may be anything: signs of regular expressions are only signs', () => {
    expect(found('k-means (and C++)', 'k-means')).toEqual(['k-means']);
    expect(found('a.b [x] C++ $1', 'C++')).toEqual(['C++']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (query, text) => {
        for (const { start, end } of findMatches(text, query)) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  it('begin and end at graphemes and do not overlap', () => {
    const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
    const text = fc
      .array(fc.constantFrom('か\u3099', 'か', 'ｶﾞ', 'a', 'e\u0301', '👨‍👩‍👧', ' ', 'が'), {
        maxLength: 20,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (haystack, query) => {
        const borders = new Set([...graphemes.segment(haystack)].map(({ index }) => index));
        borders.add(haystack.length);
        let before = 0;
        for (const { start, end } of findMatches(haystack, query)) {
          expect(borders).toContain(start);
          expect(borders).toContain(end);
          expect(start).toBeGreaterThanOrEqual(before);
          before = end;
        }
      }),
    );
  });

  it('of full width and accented letters are where they stand', () => {
    const text = 'Ａｐｐの設定（Café）、ＡＰＩ！';
    const found = (query: string): string[] =>
      findMatches(text, query).map(({ start, end }) => text.slice(start, end));
    expect(found('api')).toEqual(['ＡＰＩ']);
    expect(found('CAFÉ')).toEqual(['Café']);
    expect(found('（café）')).toEqual(['（Café）']);
  });
});
