import { describe, expect, it } from 'vitest';
import { numeralsIn } from '../../../src/text/numerals.ts';

describe('numbers in kanji', () => {
  it.each([
    ['十二', '12'],
    ['二十', '20'],
    ['百五', '105'],
    ['千九百八十四', '1984'],
    ['二〇二四', '2024'],
    ['一万二千', '12000'],
    ['三億二千万', '320000000'],
    ['第二十一回大会', '21'],
  ])('%s is %s', (text, number) => {
    expect(numeralsIn(text)).toEqual([number]);
  });

  it('are all found', () => {
    expect(numeralsIn('十二から二十')).toEqual(['12', '20']);
  });

  it.each(['三', '十', '一般', '百二百', '万一', '十二十', '一'.repeat(17), ''])(
    '%s is none',
    (text) => {
      expect(numeralsIn(text)).toEqual([]);
    },
  );
});
