import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutShownHeadings } from '../../../src/cli/render/headings.ts';
import { findTerms, queryTerms } from '../../../src/cli/render/highlight.ts';

function found(text: string, query: string): string[] {
  return findTerms(text, queryTerms(query)).map(({ start, end }) => text.slice(start, end));
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

  it('are not found inside other words: "do" is not in "documents"', () => {
    expect(found('~/documents', 'do not')).toEqual([]);
    expect(found('a cart, art and an article', 'art')).toEqual(['art']);
    expect(found('files were restored', 'restore')).toEqual(['restore']);
  });

  it('leave particles and stop words alone', () => {
    expect(found('これはそれのことである', '祖母の肉じゃがは')).toEqual([]);
    expect(queryTerms('what is the')).toEqual(['what is the']);
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
        if (query.trim().length > 40) expect(new Set(queryTerms(query))).toEqual(terms);
      }),
    );
  });

  it('may be anything: signs of regular expressions are only signs', () => {
    expect(found('k-means (and C++)', 'k-means')).toEqual(['k-means']);
    expect(found('a.b [x] C++ $1', 'C++')).toEqual(['C++']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (query, text) => {
        for (const { start, end } of findTerms(text, queryTerms(query))) {
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
        for (const { start, end } of findTerms(haystack, queryTerms(query))) {
          expect(borders).toContain(start);
          expect(borders).toContain(end);
          expect(start).toBeGreaterThanOrEqual(before);
          before = end;
        }
      }),
    );
  });
});

describe('withoutShownHeadings', () => {
  it('drops headings that are printed above, of both kinds and with markup', () => {
    expect(withoutShownHeadings('# 題名\n\n本文', ['題名'])).toBe('本文');
    expect(withoutShownHeadings('# A\n\n## `b` *c* ##\ntext', ['A', 'b c'])).toBe('text');
    expect(withoutShownHeadings('Title\n=====\n\ntext', ['Title'])).toBe('text');
  });

  it('keeps other headings and everything behind the first text', () => {
    expect(withoutShownHeadings('## Other\n\ntext', ['Title'])).toBe('## Other\n\ntext');
    expect(withoutShownHeadings('text\n\n# A', ['A'])).toBe('text\n\n# A');
    expect(withoutShownHeadings('#tag text', ['tag text'])).toBe('#tag text');
  });

  it('keeps a passage that is nothing but headings', () => {
    expect(withoutShownHeadings('# A\n', ['A'])).toBe('# A\n');
  });
});
