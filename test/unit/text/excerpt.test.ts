import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExcerpt, type Room, roomOf } from '../../../src/text/excerpt.ts';
import { createFinder } from '../../../src/text/matches.ts';

const ROOM = roomOf({ columns: 80, lines: 3 });

function excerpt(
  passage: string,
  query: string = '',
  options: { room?: Room; isMarkdown?: boolean; shownHeadings?: string[]; startLine?: number } = {},
) {
  return createExcerpt(passage, {
    find: createFinder(query),
    ...{ room: ROOM, isMarkdown: true, shownHeadings: [], startLine: 1, ...options },
  });
}

const shown = (made: ReturnType<typeof excerpt>): string[] =>
  made.matches.map(({ start, end }) => made.text.slice(start, end));

describe('an excerpt', () => {
  it('of a short passage is all of it, without markup, with the words of the query', () => {
    const made = excerpt('The **backup** is at [home](x).\n\nRestore it.', 'restore a backup');
    expect(made.text).toBe('The backup is at home.\nRestore it.');
    expect(shown(made)).toEqual(['backup', 'Restore']);
    expect(made.isCut).toEqual({ before: false, after: false });
  });

  it('begins at the start where the query says nothing, and ends with a whole word', () => {
    const made = excerpt('reading '.repeat(40));
    expect(made.text).toMatch(/^(?:reading )*reading$/);
    expect(made.isCut).toEqual({ before: false, after: true });
  });

  it('shows the place with the words of the query when the start does not have them', () => {
    const text = `${'前置きが続く。'.repeat(30)}\nここで鬼目ナットを使う。\n${'後書き。'.repeat(30)}`;
    const made = excerpt(text, '鬼目ナット', { startLine: 7 });
    expect(shown(made)).toEqual(['鬼目ナット']);
    expect(made.text).toMatch(/^ここで鬼目/);
    expect(made.startLine).toBe(8);
    expect(made.isCut).toEqual({ before: true, after: true });
  });

  it('prefers the place that has more of the words', () => {
    const text = `restore this ${'x '.repeat(60)}and restore a backup here ${'y '.repeat(60)}`;
    expect(excerpt(text, 'restore a backup').text).toContain('restore a backup');
  });

  it('says on which line of the document it begins, behind what is left out', () => {
    const text = '# Title\n\n```\nlet a;\n```\n\ntext';
    expect(excerpt(text, '', { startLine: 10, shownHeadings: ['Title'] })).toMatchObject({
      text: 'let a;\ntext',
      startLine: 13,
    });
  });

  it('says which line shows most of the query', () => {
    const text = 'one\n\na backup\n\nrestore a backup\n\nrestore';
    expect(excerpt(text, 'restore a backup', { startLine: 3 }).bestLine).toBe(7);
    expect(excerpt(text, 'nothing', { startLine: 3 }).bestLine).toBe(3);
  });

  it('leaves headings out that stand above it anyway, at its start only', () => {
    const made = excerpt('# A\n\n## `b` *c*\n\ntext\n\n# A', '', { shownHeadings: ['A', 'b c'] });
    expect(made.text).toBe('text\nA');
    expect(excerpt('# A', '', { shownHeadings: ['A'] }).text).toBe('A');
    expect(excerpt('A\n\ntext', '', { shownHeadings: ['A'] }).text).toBe('A\ntext');
  });

  it('of a passage that is nothing but markup shows that', () => {
    expect(excerpt('|---|---|').text).toBe('|---|---|');
  });

  it('of a plain text keeps every sign', () => {
    expect(excerpt('a *b* # c', '', { isMarkdown: false }).text).toBe('a *b* # c');
  });

  it('has no more lines than there is room for', () => {
    const made = excerpt('🧑🏽‍🌾\n'.repeat(50));
    expect(made.text).toBe('🧑🏽‍🌾\n🧑🏽‍🌾\n🧑🏽‍🌾');
  });

  it('says that a passage goes on that is longer than anybody looks at', () => {
    const made = excerpt(`${'\n'.repeat(20_000)}x`);
    expect(made).toMatchObject({ text: '', isCut: { before: false, after: true } });
  });
});

describe('any excerpt', () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      '埋め込み',
      'が',
      '、',
      '。',
      '「',
      '」',
      'ー',
      'ｶﾞ',
      'か\u3099',
      'e\u0301',
      ' ',
    ),
    fc.constantFrom(
      '👨‍👩‍👧‍👦',
      '🇯🇵',
      '👍🏽',
      '한글',
      'restore',
      'X-Frame-Options',
      '…',
      '\u200d',
      '\n',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const passage = fc.array(pieces, { maxLength: 200 }).map((parts) => parts.join(''));
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

  it('is part of the text, from grapheme to grapheme, with its matches in order', () => {
    fc.assert(
      fc.property(passage, fc.constantFrom('埋め込み', 'restore', 'x'), (text, query) => {
        const made = excerpt(text, query, { isMarkdown: false });
        const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
        const whole = lines.filter((line) => line !== '').join('\n');
        const at = whole.indexOf(made.text);
        expect(at).toBeGreaterThanOrEqual(0);
        const borders = [...segmenter.segment(whole)].map(({ index }) => index);
        const starts = new Set([...borders, whole.length]);
        const places = allPlaces(whole, made.text);
        expect(
          places.some((place) => starts.has(place) && starts.has(place + made.text.length)),
        ).toBe(true);
        let before = 0;
        for (const { start, end } of made.matches) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          before = end;
        }
        expect(before).toBeLessThanOrEqual(made.text.length);
      }),
    );
  });
});

function allPlaces(text: string, part: string): number[] {
  if (part === '') return [0];
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) places.push(at);
  return places.length > 0 ? places : [0];
}
