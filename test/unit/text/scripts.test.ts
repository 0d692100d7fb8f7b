import { describe, expect, it } from 'vitest';
import { isIdentifier } from '../../../src/text/identifiers.ts';
import { parseQuery } from '../../../src/text/query.ts';
import { hasJapanese, japaneseShare } from '../../../src/text/scripts.ts';

describe('Japanese in a text', () => {
  it.each(['あ', 'ア', '漢', 'ﾊﾟ', '々', '𠮷', 'a の b'])('is there: %s', (text) => {
    expect(hasJapanese(text)).toBe(true);
  });

  it.each(['', 'plain', 'naïve café', 'Ελληνικά', '한글', '😀 fine', '「」。、', 'ＡＢＣ'])(
    'is not there: %s',
    (text) => {
      expect(hasJapanese(text)).toBe(false);
      expect(japaneseShare(text)).toBe(0);
    },
  );

  it('is measured by what it says: a character counts as 2.4 letters', () => {
    expect(japaneseShare('漢字かな')).toBe(1);
    expect(japaneseShare(`${'漢'.repeat(10)} ${'a'.repeat(24)}`)).toBeCloseTo(0.5, 12);
  });
});

describe('a name or a code', () => {
  const names = [
    ...['ECONNREFUSED', 'v2.3.1', 'fooBar', 'H-423', 'networking', '"timeout"', 'npm_config_cache'],
    ...[
      'fooBar.baz()',
      'NASA ESA',
      'sha256 md5',
      'linux-arm64 v1.2',
      'getUserName()?',
      'CVE-2024-3094',
    ],
  ];
  it.each(names)('is one: %s', (text) => expect(isIdentifier(text)).toBe(true));

  const questions = [
    ...[
      'how do I install it',
      'agile software development',
      'the ECONNREFUSED error',
      'Helm chart',
    ],
    'What is a CVE?',
  ];
  it.each(questions)('is none: %s', (text) => expect(isIdentifier(text)).toBe(false));
});

it('a query says whether Japanese documents share its words by chance alone', () => {
  const isForeign = (text: string): boolean => parseQuery(text).isForeignToJapanese;
  expect(isForeign('how to install a chart')).toBe(true);
  expect(isForeign('chart のインストール')).toBe(false);
  expect(isForeign('how to use ﾊﾟｿｺﾝ')).toBe(false);
  expect(isForeign('ECONNREFUSED')).toBe(false);
  expect(isForeign('"install a chart" now please')).toBe(false);
});
