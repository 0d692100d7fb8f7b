import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsPhrase, parseQuery } from '../../../src/text/query.ts';

function phrases(query: string): string[] {
  return parseQuery(query).phrases.map(({ text }) => text);
}

describe('a query', () => {
  it('has its phrases apart from its words', () => {
    const query = parseQuery('cats "Running  Dogs" 東京 “埋め込み”');
    expect(query.phrases.map(({ text }) => text)).toEqual(['running dogs', '埋め込み']);
    expect(query.terms.map(({ term }) => term)).toEqual(['cat', '東京']);
  });

  it('in 「」 is no phrase, and neither is a quote alone or nothing in quotes', () => {
    expect(phrases('「東京」とは')).toEqual([]);
    expect(phrases('5" disk')).toEqual([]);
    expect(phrases('"" "！"')).toEqual([]);
  });

  it('asks for neighbours without the character that stands alone at the end of a run', () => {
    const [phrase] = parseQuery('"東京都"').phrases;
    expect(phrase?.terms.stream).toEqual(['東京', '京都']);
    expect(phrase?.openEnd).toBe(false);
    expect(parseQuery('"第3章"').phrases[0]).toMatchObject({
      terms: { stream: ['第', '3', '章'] },
      openEnd: true,
    });
  });
});

describe('a phrase', () => {
  it.each([
    ['state of the art', 'State-of-the-art.', true],
    ['tate of', 'state of', false],
    ['state o', 'state of', false],
    ['東京', '東京都', true],
    ['ﾃﾞｰﾀ', 'データベース', true],
    ['が', 'か\u3099', true],
    ['東京 大阪', '東京、大阪', true],
    ['東京大阪', '東京、大阪', false],
    ['art', 'smart art', true],
  ])('%j in %j: %s', (phrase, text, holds) => {
    const [quoted] = parseQuery(`"${phrase}"`).phrases;
    expect(quoted === undefined ? null : holdsPhrase(text, quoted)).toBe(holds);
  });

  it('stands in every text that it was cut from at separators', () => {
    const word = fc.constantFrom(
      'cats',
      'getUserName',
      '東京',
      '猫',
      'ｻｰﾊﾞｰ',
      'v1.2',
      'don’t',
      '𠮷',
    );
    const words = fc.array(word, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(words, fc.nat(7), fc.nat(7), (all, from, count) => {
        const part = all.slice(from % all.length).slice(0, 1 + count);
        const [phrase] = parseQuery(`"${part.join(' ')}"`).phrases;
        expect(phrase !== undefined && holdsPhrase(all.join(', '), phrase)).toBe(true);
      }),
    );
  });
});
