import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  graphemeBorderFrom,
  graphemeSegments,
  isSureBorder,
  MAX_GRAPHEME,
} from '../../../src/text/graphemes.ts';

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
    for (const part of ['か\u3099', 'a\u0301\u0323', '🇯🇵', '\ud800', '\r\n']) {
      const value = `x${part.repeat(700)}y`;
      const wanted = [...segmenter.segment(value)].map(({ segment, index }) => [segment, index]);
      const found = [...graphemeSegments(value)].map(({ segment, index }) => [segment, index]);
      expect(found).toEqual(wanted);
    }
  });
});

/** What readers take for one character, the longest that there are. */
const REAL = [
  // Family of four, each with a skin tone; flag of Wales; a kiss between two skin tones.
  '👩🏽‍👩🏽‍👧🏽‍👦🏽',
  '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}',
  '🧑🏻‍❤️‍💋‍🧑🏿',
  '🇯🇵',
  // Hangul of three jamo, old Hangul of six.
  '\u1112\u1161\u11ab',
  '\u1107\u1109\u1103\u1169\u1163\u11af',
  // Devanagari (kṣmya), Tibetan (hakṣhmalawarayaṁ: nine code points), Thai with two marks.
  'क्ष्म्य',
  '\u0f67\u0f90\u0fb5\u0fa8\u0fb3\u0fba\u0fbc\u0fbb\u0f82',
  'ที่',
  // Zalgo as people paste it: up to the 30 marks of the stream-safe format.
  `e${'\u0315\u0321\u0334'.repeat(10)}`,
  // A kanji with a variation selector; a keycap.
  '葛\u{e0100}',
  '1\ufe0f\u20e3',
];

describe('a grapheme has an upper length', () => {
  it('that no character of any script comes near', () => {
    for (const character of REAL) {
      expect(bordersOf(character), character).toEqual([0, character.length]);
      expect(character.length * 2).toBeLessThan(MAX_GRAPHEME);
      // Also in the middle of many others without a sure border between them.
      const value = character.repeat(500);
      const borders = bordersOf(value);
      for (const at of [1, 700, Math.floor(value.length / 2), value.length - 1]) {
        const border = graphemeBorderFrom(value, 0, at);
        expect(border, character).toBe(borders.find((each) => each >= at));
      }
      const found = [...graphemeSegments(value)].map(({ index }) => index);
      expect([...found, value.length], character).toEqual(borders);
    }
  });

  it('and is parted behind it, with no pair of surrogates parted', () => {
    for (const mark of ['\u0301', '👩\u200d', '\u1100', '\u{e0100}', '\u0600', 'क\u094d']) {
      const value = `x${mark.repeat(4000)}y`;
      const segments = [...graphemeSegments(value)];
      expect(segments.map(({ segment }) => segment).join('')).toBe(value);
      for (const { segment, index } of segments) {
        expect(segment.length).toBeLessThanOrEqual(MAX_GRAPHEME);
        expect(value.startsWith(segment, index)).toBe(true);
        expect(segment.isWellFormed()).toBe(true);
      }
      for (let start = 0; start < value.length; ) {
        const next = graphemeBorderFrom(value, start, start + 1);
        expect(next - start).toBeLessThanOrEqual(MAX_GRAPHEME);
        expect(value.slice(start, next).isWellFormed()).toBe(true);
        start = next;
      }
      for (let offset = 1; offset < value.length; offset += 97) {
        const border = graphemeBorderFrom(value, 0, offset);
        expect(border - offset).toBeLessThanOrEqual(MAX_GRAPHEME);
        expect(border).toBeGreaterThanOrEqual(offset);
      }
    }
  });
});
