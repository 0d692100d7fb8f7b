import { describe, expect, it } from 'vitest';
import { isWordless, parseQuery, withoutPhrases } from '../../../src/text/query.ts';

function phrases(query: string): string[] {
  return parseQuery(query).phrases.map(({ text }) => text);
}

describe('a query', () => {
  it('has its phrases apart from its words', () => {
    const query = parseQuery('cats "Running  Dogs" 東京 ＂埋め込み＂');
    expect(query.phrases.map(({ text }) => text)).toEqual(['running dogs', '埋め込み']);
    expect(query.terms.map(({ term }) => term)).toEqual(['cat', '東京', '東', '京']);
  });

  it('in 「」 is no phrase, and neither is a quote alone or nothing in quotes', () => {
    expect(phrases('「東京」とは')).toEqual([]);
    expect(phrases('5" disk')).toEqual([]);
    expect(phrases('"" "！"')).toEqual([]);
  });

  it('pasted with curly quotes has no phrase: they are punctuation', () => {
    expect(phrases('the so-called “second edition” of it')).toEqual([]);
  });

  it('is wordless if it is nothing but signs', () => {
    for (const query of ['…', '""', '?!', '「」', '- _']) {
      expect(isWordless(parseQuery(query))).toBe(true);
    }
    for (const query of ['c', '"c"', '猫', '5', '👩‍👧']) {
      expect(isWordless(parseQuery(query))).toBe(false);
    }
  });

  it('without its phrases asks for their words', () => {
    const { terms, phrases } = withoutPhrases('cats "running dogs"');
    expect(terms.map(({ term }) => term)).toEqual(['cat', 'run', 'dog']);
    expect(phrases).toEqual([]);
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
