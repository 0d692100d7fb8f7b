import { describe, expect, it } from 'vitest';
import { isWordless, parseQuery, readQuery, withoutPhrases } from '../../../src/text/query.ts';

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

describe('what must and must not be there', () => {
  const read = (typed: string) => {
    const { text, required, excluded } = readQuery(typed);
    const texts = (phrases: typeof required): string[] => phrases.map((phrase) => phrase.text);
    return { text: text.replace(/\s+/g, ' ').trim(), must: texts(required), not: texts(excluded) };
  };

  it.each([
    ['backup +nightly -tape', 'backup nightly', ['nightly'], ['tape']],
    ['＋京都 －大阪 宿', '京都 宿', ['京都'], ['大阪']],
    ['宿 ー大阪', '宿', [], ['大阪']],
    ['宿　-大阪', '宿', [], ['大阪']],
    ['kettle -"red paint"', 'kettle', [], ['red paint']],
    ['+"ring buffer" size', 'ring buffer size', ['ring buffer'], []],
  ])('%s', (typed, text, must, not) => {
    expect(read(typed)).toEqual({ text, must, not });
  });

  it.each([
    'well-known',
    'C++ templates',
    'a - b',
    'tar -x file',
    'git commit --amend',
    'at -5 degrees',
    'call +81 90',
    'サーバー 設定',
    '- item',
    'x +',
    '-…',
  ])('nothing in %s', (typed) => {
    expect(read(typed)).toEqual({ text: typed, must: [], not: [] });
  });

  it('alone what must not be there is nothing to look for', () => {
    expect(isWordless(parseQuery('-tape'))).toBe(true);
  });
});

describe('quoted words', () => {
  const weights = (typed: string) =>
    new Map(readQuery(typed).wishful.terms.map(({ term, weight }) => [term, weight]));

  it('in a sentence are a wish that counts twice', () => {
    const { strict, wishful } = readQuery('why did "the queue" go');
    expect(strict.phrases.map(({ text }) => text)).toEqual(['the queue']);
    expect(wishful.phrases).toEqual([]);
    expect(weights('why did "the queue" go').get('queu')).toBe(2);
    expect(weights('why did "the queue" go').get('why')).toBe(1);
  });

  it('alone, or with what must be there, are no wish', () => {
    const query = readQuery('"the queue" +gone');
    expect(query.wishful).toBe(query.strict);
    expect(query.strict.phrases.map(({ text }) => text)).toEqual(['the queue', 'gone']);
  });
});
