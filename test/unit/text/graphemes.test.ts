import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemeBorderFrom, graphemeSegments, isSureBorder } from '../../../src/text/graphemes.ts';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const parts = [
  'a',
  'か',
  '\u3099',
  '\u0301',
  '👩',
  '\u200d',
  '🇯',
  '🇵',
  '\u0600',
  '각',
  'ᄀ',
  'ᅡ',
  '\r',
  '\n',
  ' ',
  '。',
  '\ud800',
  '漢',
  '\ufe0f',
  '©',
  'ก',
  '็',
  '\u093f',
  'क',
  '\u094d',
  'ﾞ',
  'ｶ',
];
const text = fc.array(fc.constantFrom(...parts), { maxLength: 200 }).map((list) => list.join(''));

function bordersOf(value: string): number[] {
  return [...[...segmenter.segment(value)].map(({ index }) => index), value.length];
}

describe('grapheme borders', () => {
  it('the first border at or behind an offset is the one of the whole text', () => {
    fc.assert(
      fc.property(text, fc.nat(200), (value, at) => {
        const offset = Math.min(at, value.length);
        const expected = bordersOf(value).find((border) => border >= offset);
        expect(graphemeBorderFrom(value, 0, offset)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('a sure border is a border', () => {
    fc.assert(
      fc.property(text, (value) => {
        const borders = new Set(bordersOf(value));
        for (let offset = 1; offset < value.length; offset += 1) {
          if (isSureBorder(value, offset)) expect(borders.has(offset)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a character with sure borders joins neither plain ones nor itself', () => {
    const wrong: string[] = [];
    for (let code = 0; code < 0x10000; code++) {
      const char = String.fromCharCode(code);
      const value = `a${char}${char}漢`;
      if (!isSureBorder(value, 1) || !isSureBorder(value, 2)) continue;
      if (bordersOf(value).length !== 5) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('the graphemes of a text are those of Intl.Segmenter', () => {
    const parts = fc.array(fc.oneof(text, fc.constantFrom('plain', '漢字、かな', '→①')));
    fc.assert(
      fc.property(parts, (list) => {
        const value = list.join('');
        const wanted = [...segmenter.segment(value)].map(({ segment, index }) => [segment, index]);
        const found = [...graphemeSegments(value)].map(({ segment, index }) => [segment, index]);
        expect(found).toEqual(wanted);
      }),
    );
  });

  it('… also of stretches longer than what is segmented at once', () => {
    for (const part of [
      'か\u3099',
      'a\u0301\u0323',
      '🇯🇵',
      '👩\u200d',
      '\u1100',
      '\ud800',
      '\r\n',
      '\u0301',
    ]) {
      const value = `x${part.repeat(700)}y`;
      const wanted = [...segmenter.segment(value)].map(({ segment, index }) => [segment, index]);
      const found = [...graphemeSegments(value)].map(({ segment, index }) => [segment, index]);
      expect(found).toEqual(wanted);
    }
  });
});
