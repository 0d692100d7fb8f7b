import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { excerpt } from '../../../src/cli/render/excerpt.ts';
import { findTerms, queryTerms } from '../../../src/cli/render/highlight.ts';
import { boundaryAt, clip, clipStart, graphemesOf } from '../../../src/cli/render/width.ts';
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

describe('boundaryAt', () => {
  it('is a border at or before the offset', () => {
    fc.assert(
      fc.property(lineOfText, fc.integer({ min: -3, max: 200 }), (text, offset) => {
        const boundary = boundaryAt(text, offset);
        expect(boundariesOf(text)).toContain(boundary);
        expect(boundary).toBeLessThanOrEqual(Math.max(0, offset));
      }),
    );
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

describe('excerpt', () => {
  it('never cuts a grapheme, never is wider or longer than asked, and is the text itself', () => {
    fc.assert(
      fc.property(
        lineOfText,
        columns,
        fc.constantFrom('埋め込み', 'restore', 'x'),
        (text, width, query) => {
          const find = (where: string) => findTerms(where, queryTerms(query));
          const room = { columns: width, lines: 3 };
          const shown = excerpt(text, room, find);
          expect(shown.lines.length).toBeLessThanOrEqual(3);
          for (const line of shown.lines) {
            const part = shown.text.slice(line.start, line.end);
            expect(stringWidth(part)).toBeLessThanOrEqual(width);
          }
          const whole = shown.text.replace(/^…/u, '').replace(/…$/u, '');
          expect(text).toContain(whole);
        },
      ),
    );
  });

  it('shows the place with the words of the query when the start does not have them', () => {
    const text = `${'前置きが続く。'.repeat(30)}ここで鬼目ナットを使う。${'後書き。'.repeat(30)}`;
    const shown = excerpt(text, { columns: 30, lines: 2 }, (where) =>
      findTerms(where, queryTerms('鬼目ナット')),
    );
    expect(shown.text).toContain('鬼目ナット');
    expect(shown.text).toMatch(/^….*…$/su);
  });

  it('prefers the place that has more of the words', () => {
    const text = `restore this ${'x '.repeat(60)}and restore a backup here ${'y '.repeat(60)}`;
    const shown = excerpt(text, { columns: 40, lines: 1 }, (where) =>
      findTerms(where, queryTerms('restore a backup')),
    );
    expect(shown.text).toContain('restore a backup');
  });
});

function linesOf(text: string, width: number): string[] {
  return wrap(text, width).map(({ start, end }) => text.slice(start, end));
}
