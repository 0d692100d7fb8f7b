import { describe, expect, it } from 'vitest';
import { asRead, withoutWraps } from '../../../src/text/as-read.ts';
import { holdsPhrases } from '../../../src/text/phrase.ts';
import { parseQuery } from '../../../src/text/query.ts';
import { documentTerms } from '../../../src/text/terms.ts';

const firstLine = (text: string): string | undefined => asRead(text).split('\n\n')[0];

function holds(text: string, phrase: string): boolean {
  const [quoted] = parseQuery(`"${phrase}"`).phrases;
  const stream = new Set(documentTerms(text).stream);
  // Both the terms that choose candidates and the text that decides.
  return (
    quoted?.terms.stream.every((term) => stream.has(term)) === true &&
    holdsPhrases({ text, names: [] }, [quoted])
  );
}

describe('words as people read them', () => {
  it.each([
    ['<ruby>京<rp>(</rp><rt>きょう</rt><rp>)</rp>都<rt>と</rt></ruby>へ', '京都へ'],
    ['<ruby>漢<rt>かん</rt></ruby><ruby>字<rt>じ</ruby>検定', '漢字検定'],
    ['その｜武蔵野《むさしの》の面影《おもかげ》', 'その武蔵野の面影'],
    ['山［＃「山」に傍点］道', '山道'],
    ['{漢字|かん|じ}検定', '漢字検定'],
    ['[Pod](https://example.com/docs/pod)の**再**起*動*', 'Podの再起動'],
    ['`kubectl`コマンドの[実行](../run.md)結果', 'kubectlコマンドの実行結果'],
    ['[[旅行計画|旅行]]の<b>切</b>符と[[宿]]屋', '旅行の切符と宿屋'],
    ['re[start](../start.md)ing', 'restarting'],
    ['un**believ**able ~~no~~pe H<sub>2</sub>O', 'unbelievable nope H2O'],
    ['![図](a.png)表', '図表'],
    ['[a](https://example.com/x_(y))b', 'ab'],
  ])('%s reads %s', (source, read) => {
    expect(firstLine(source)).toBe(read);
  });

  it.each([
    'handlers[name](event)',
    'a * b * c and 2**8**2, 3*4*5',
    'Map<string, number>',
    '《平家物語》と源氏《げんじ',
    '[ ] todo [x] done',
  ])('%s stays', (source) => {
    expect(asRead(source)).toBe(source);
  });

  it('keeps readings and addresses behind the text, so that they are found', () => {
    const { stream } = documentTerms('<ruby>京<rt>きょう</rt>都<rt>と</rt></ruby> [x](../run.md)');
    expect(stream).toEqual(expect.arrayContaining(['京都', 'きょ', 'うと', 'run']));
  });

  it('takes linear time whatever is in it', () => {
    for (const part of ['[', '<ruby>', '**a', '[a](', '｜', '`', '{a|', '![', '<b ', '漢《か']) {
      const text = part.repeat(200_000 / part.length);
      expect(asRead(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});

describe('a Japanese word that is wrapped', () => {
  it.each([
    ['中旬に検\n証を行い、', '検証を行い'],
    ['> 中旬に検\r\n> 証を行い、', '検証'],
    ['\t中旬にサー\n\tバー', 'サーバー'],
    ['[Pod](https://example.com)の作\n成', 'Podの作成'],
  ])('%j holds %s', (text, phrase) => {
    expect(holds(text, phrase)).toBe(true);
  });

  it('is none across an empty line, or in Latin letters or Hangul', () => {
    expect(holds('検\n\n証', '検証')).toBe(false);
    expect(withoutWraps('start\ning 한국\n어')).toBe('start\ning 한국\n어');
  });

  it('is in other words than lines that only follow each other', () => {
    expect(holds('検査\n証人', '検査')).toBe(true);
    expect(holds('検査\n証人', '証人')).toBe(true);
    expect(holds('検査\n証人', '検査 証人')).toBe(true);
  });
});
