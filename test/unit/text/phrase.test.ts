import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsPhrases, type QuotedPhrase } from '../../../src/text/phrase.ts';
import { parseQuery } from '../../../src/text/query.ts';

const holds = (phrases: readonly QuotedPhrase[], text: string): boolean =>
  holdsPhrases({ text, names: [] }, phrases);

describe('a phrase', () => {
  it.each([
    ['state of the art', 'State of\nthe (art).', true],
    ['tate of', 'state of', false],
    ['state o', 'state of', false],
    ['東京', '東京都', true],
    ['ﾃﾞｰﾀ', 'データベース', true],
    ['が', 'か\u3099', true],
    ['東京 大阪', '東京、大阪', true],
    ['東京大阪', '東京、大阪', false],
    ['art', 'smart art', true],
  ])('%j in %j: %s', (phrase, text, expected) => {
    const [quoted] = parseQuery(`"${phrase}"`).phrases;
    expect(quoted !== undefined && holds([quoted], text)).toBe(expected);
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
        expect(phrase !== undefined && holds([phrase], all.join(', '))).toBe(true);
      }),
    );
  });

  it.each([
    ['snake_case', 'a snake_case name', true],
    ['snake case', 'a snake_case name', false],
    ['snake_case', 'a snake-case name', false],
    ['read only', 'read-only', false],
    ['read\u2011only', 'read-only', true],
    ['--path', 'the flag --path <glob>', true],
    ['--path', 'the path', false],
    ['-v', 'foo-v', false],
    ['path', '--path', true],
    ['one two', '- one\n- two', true],
  ])('is exact about _ and -: %j in %j: %s', (phrase, text, expected) => {
    expect(holds(parseQuery(`"${phrase}"`).phrases, text)).toBe(expected);
  });

  it.each([
    ['Podの作成', '[Pod](https://example.com/pod)の作成と**再**起動'],
    ['再起動', '[Pod](https://example.com/pod)の作成と**再**起動'],
    ['コマンドの実行結果', '`kubectl`コマンドの[実行](../run.md)結果。'],
    ['quick start guide', 'See the [quick start](https://example.com/a) guide.'],
    ['検証を行い', '来月の中旬に検\n証を行い、その後に'],
    ['検証を行い', '> 来月の中旬に検\n> 証を行い、その後に'],
    ['漢字検定', '<ruby>漢<rt>かん</rt></ruby><ruby>字<rt>じ</rt></ruby>検定'],
    ['京都', '<ruby>京<rp>(</rp><rt>きょう</rt><rp>)</rp>都<rt>と</rt></ruby>。'],
    ['漢字検定', '｜漢字《かんじ》検定'],
    ['example.com', 'See the [quick start](https://example.com/a) guide.'],
  ])('stands where a person reads it: %j in %j', (phrase, text) => {
    expect(holds(parseQuery(`"${phrase}"`).phrases, text)).toBe(true);
  });

  it('does not go on from a heading, a paragraph or an item into the next', () => {
    for (const text of ['# 東京\n大阪', '東京\n\n大阪', '- 東京\n- 大阪']) {
      expect(holds(parseQuery('"東京大阪"').phrases, text)).toBe(false);
    }
  });
});
