import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { clip, clipStart, graphemesOf } from '../../../src/cli/render/width.ts';
import { wrap } from '../../../src/cli/render/wrap.ts';
import { printable } from '../../../src/cli/terminal.ts';

const pieces = fc.oneof(
  fc.constantFrom('埋め込み', 'が', '、', '。', '「', '」', 'ー', 'ｶﾞ', 'か\u3099', 'e\u0301', ' '),
  fc.constantFrom('👨‍👩‍👧‍👦', '🇯🇵', '👍🏽', '한글', 'restore', 'X-Frame-Options', '…', '\u200d'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
/** Text as it is after `printable`, without line ends. */
const lineOfText = fc
  .array(pieces, { maxLength: 60 })
  .map((parts) => printable(parts.join('')).replace(/\s+/gu, ' ').trim());
const columns = fc.integer({ min: 8, max: 90 });
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

function boundariesOf(text: string): Set<number> {
  return new Set([...segmenter.segment(text)].map(({ index }) => index).concat(text.length));
}

describe('clip and clipStart', () => {
  it('never cut a grapheme and are never wider than asked', () => {
    fc.assert(
      fc.property(lineOfText, fc.integer({ min: 0, max: 90 }), (text, width) => {
        const head = clip(text, width);
        const tail = clipStart(text, width);
        expect(stringWidth(head)).toBeLessThanOrEqual(width);
        expect(stringWidth(tail)).toBeLessThanOrEqual(width);
        const borders = boundariesOf(text);
        if (head !== text) expect(borders).toContain(Math.max(0, head.length - 1));
        if (tail !== text) expect(borders).toContain(text.length - Math.max(0, tail.length - 1));
      }),
    );
  });

  it('leave alone what fits', () => {
    expect(clip('埋め込み', 8)).toBe('埋め込み');
    expect(clip('埋め込み', 7)).toBe('埋め込…');
    expect(clipStart('docs/議事録.md', 9)).toBe('…事録.md');
  });
});

describe('graphemesOf', () => {
  it('measures what it measures itself as string-width does', () => {
    const wrong: string[] = [];
    const ranges = [
      [0x20, 0x3200],
      [0x4dff, 0x4e40],
      [0x9fc0, 0xa040],
      [0xfe00, 0xffff],
    ] as const;
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code++) {
        const char = String.fromCharCode(code);
        const width = [...graphemesOf(char)].reduce((sum, each) => sum + each.width, 0);
        if (width !== stringWidth(char)) wrong.push(code.toString(16));
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('wrap', () => {
  it('keeps a character without width that stands before a space', () => {
    const text = '\u200d a';
    expect(wrap(text, 10).map(({ start, end }) => text.slice(start, end))).toEqual([text]);
  });

  it('loses nothing but spaces, cuts no grapheme and is never wider than asked', () => {
    fc.assert(
      fc.property(lineOfText, columns, (text, width) => {
        const lines = wrap(text, width);
        const borders = boundariesOf(text);
        let end = 0;
        for (const line of lines) {
          expect(text.slice(end, line.start).trim()).toBe('');
          expect(borders).toContain(line.start);
          expect(borders).toContain(line.end);
          expect(stringWidth(text.slice(line.start, line.end))).toBeLessThanOrEqual(width);
          end = line.end;
        }
        expect(text.slice(end).trim()).toBe('');
      }),
    );
  });

  it('keeps Latin words whole while they fit, and breaks longer ones', () => {
    expect(linesOf('one two three', 8)).toEqual(['one two', 'three']);
    expect(linesOf('abcdefghijkl', 8)).toEqual(['abcdefgh', 'ijkl']);
  });

  it('begins no line with 、。」 or a small kana, and ends none with an opening bracket', () => {
    expect(linesOf('あいうえ。おか', 8)).toEqual(['あいう', 'え。おか']);
    expect(linesOf('あいうえっおか', 8)).toEqual(['あいう', 'えっおか']);
    expect(linesOf('あいう「えお」', 8)).toEqual(['あいう', '「えお」']);
  });
});

function linesOf(text: string, width: number): string[] {
  return wrap(text, width).map(({ start, end }) => text.slice(start, end));
}
