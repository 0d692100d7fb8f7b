import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { printHits } from '../../../src/cli/render/hits.ts';
import { hitsForPeople, type PeopleOptions } from '../../../src/cli/render/hits-for-people.ts';
import type { Hit, SearchResult } from '../../../src/model/search.ts';
import { createWorld } from '../../helpers/world.ts';

const HIT: Hit = {
  ...{ rank: 1, source: '/notes', path: 'a.md', startLine: 3, endLine: 5, line: 4 },
  ...{ startOffset: 10, endOffset: 40, headings: ['Locks'], title: 'Locks' },
  ...{ text: 'A stale lock is released.', similarity: 0.4123, distance: 0.5877, score: 0.871 },
  rerankScore: null,
  lists: { semantic: { rank: 3, score: 0.4123 }, lexical: { rank: 1, score: 7.94 } },
  fusion: null,
  ...{ otherPlaces: [], before: '', after: '' },
  ...{ id: '0123456789abcdef', uri: 'umekomi://notes/a.md#L3-5', matches: [] },
  excerpt: {
    ...{ text: 'A stale lock is released.', matches: [], startLine: 3 },
    isCut: { before: false, after: false },
  },
};

const FLAT: PeopleOptions = { query: null, full: false, explain: false };
const world = createWorld({ cwd: '/notes' });

const linesOf = (hit: Partial<Hit>, options = FLAT, where = world): readonly string[] =>
  hitsForPeople(where, [{ ...HIT, ...hit }], options)
    .trimEnd()
    .split('\n');

describe('the head of a hit', () => {
  it('has the similarity behind the place, or BM25 where there is no vector', () => {
    expect(linesOf({})[0]).toBe('a.md:4  0.412');
    expect(linesOf({ similarity: null, distance: null, score: 7.94 })[0]).toBe('a.md:4  7.9');
  });

  it('has title and headings below it, but no title that is only the name of the file', () => {
    const headings = ['Locks', 'Stale'];
    expect(linesOf({ title: 'Guide', headings })[1]).toBe('   Guide › Locks › Stale');
    expect(linesOf({ title: 'a.md', headings: [] })[1]).toBe('   A stale lock is released.');
  });

  it('--explain adds the places in the lists; a list without it is left out', () => {
    const explain = { ...FLAT, explain: true };
    expect(linesOf({}, explain)[2]).toBe('   semantic #3 0.412 · lexical #1 7.9 · score 0.871');
    const fused = { score: 0.871, share: 0.3, meaning: 0.61, words: 0.42, path: 0.03, trust: 1 };
    expect(linesOf({ fusion: fused }, explain)[2]).toBe(
      '   semantic #3 0.412 · lexical #1 7.9 · score 0.871 = 0.3 × meaning 0.610 + 0.7 × words 0.420',
    );
    expect(linesOf({ fusion: { ...fused, trust: 0.25 } }, explain)[2]).toBe(
      '   semantic #3 0.412 · lexical #1 7.9 · score 0.871 = 0.3 × meaning 0.610 + 0.7 × (path 0.030 + trust 0.250 × other words 0.390)',
    );
    expect(linesOf({ rerankScore: -1.25 }, explain)[2]).toMatch(
      /^ {3}rerank -1\.250 · semantic #3/,
    );
    const lists = { semantic: null, lexical: { rank: 12, score: 7.94 } };
    expect(linesOf({ lists }, explain)[2]).toBe('   lexical #12 7.9 · score 0.871');
    expect(linesOf({}).join('\n')).not.toContain('#');
  });

  it('names three other places and counts the rest, safe to print', () => {
    const place = (path: string, startLine: number) => ({
      ...{ source: '/notes', path, startLine, endLine: startLine + 1 },
    });
    const two = [place('b.md', 3), place('子/c\u001b.md', 9)];
    expect(linesOf({ otherPlaces: two })[2]).toBe('   also in b.md:3, 子/c\uFFFD.md:9');
    const five = [...two, place('d.md', 1), place('e.md', 2), place('f.md', 4)];
    expect(linesOf({ otherPlaces: five })[2]).toBe(
      '   also in b.md:3, 子/c\uFFFD.md:9, d.md:1 and 2 more',
    );
  });
});

describe('lines around a hit', () => {
  const context = { before: '\nearlier\n\nline above\n', after: '\nline \u001b[2Jbelow\n\n' };

  it('stand before and after it, without blank lines at the ends', () => {
    expect(linesOf(context).slice(2)).toEqual([
      ...['   earlier', '', '   line above', '   A stale lock is released.'],
      '   line \uFFFD[2Jbelow',
    ]);
  });

  it('are dimmed where there are colours, and the passage is not', () => {
    const colored = createWorld({ cwd: '/notes', env: { FORCE_COLOR: '1' } });
    const lines = linesOf(context, FLAT, colored);
    expect(lines).toContain('   \u001b[2mline above\u001b[22m');
    expect(lines).toContain('   A stale lock is released.');
  });

  it('are cut at the width of the terminal, but whole with --full', () => {
    const before = '長い行'.repeat(40);
    const narrow = createWorld({ cwd: '/notes', columns: 40, env: { NO_COLOR: '1' } });
    for (const line of linesOf({ before }, FLAT, narrow)) {
      expect(stringWidth(line)).toBeLessThan(40);
    }
    expect(linesOf({ before }, { ...FLAT, full: true }, narrow)).toContain(`   ${before}`);
  });
});

describe('JSON', () => {
  it('says which mode was used, and has the lists of every hit', async () => {
    const said = createWorld({ cwd: '/notes' });
    const found: SearchResult = {
      ...{ mode: 'lexical' as const, phrasesRelaxed: false, rerank: null },
      ...{ hits: [HIT], nothing: null },
    };
    await printHits(said, found, { query: 'x', flags: { json: true } });
    expect(JSON.parse(said.said().stdout)).toEqual({
      ...{
        version: 1,
        query: 'x',
        mode: 'lexical',
        phrasesRelaxed: false,
        rerank: null,
        hits: [HIT],
        nothing: null,
      },
    });
  });
});

describe('the excerpt', () => {
  const excerptOf = (text: string, cut = { before: false, after: false }): Partial<Hit> => ({
    excerpt: { text, matches: [], startLine: 3, isCut: cut },
  });
  const narrow = createWorld({ cwd: '/notes', columns: 40, env: { NO_COLOR: '1' } });
  const shown = (hit: Partial<Hit>, query: string | null = null): readonly string[] =>
    linesOf(hit, { ...FLAT, query }, narrow).slice(2);

  it('flows on three lines at most, and says where the passage goes on', () => {
    expect(shown(excerptOf('one\ntwo\nthree'))).toEqual(['   one two three']);
    const long = shown(excerptOf('word '.repeat(100)));
    expect(long).toHaveLength(3);
    expect(long[2]).toMatch(/…$/);
    const middle = shown(excerptOf('middle', { before: true, after: true }));
    expect(middle).toEqual(['   …middle…']);
  });

  it('is of the place with the words of the query, never wider than the terminal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('埋め込み', 'restore ', '。', '👨‍👩‍👧'), { maxLength: 90 }),
        (parts) => {
          const text = `${parts.join('')}鬼目ナット${parts.join('')}`;
          const lines = shown(excerptOf(text), '鬼目ナット');
          expect(lines.length).toBeLessThanOrEqual(3);
          for (const line of lines) expect(stringWidth(line)).toBeLessThan(40);
          expect(lines.map((line) => line.trim()).join('')).toContain('鬼目ナット');
        },
      ),
    );
  });

  it('has the words of the query in colour', () => {
    const colored = createWorld({ cwd: '/notes', env: { FORCE_COLOR: '1' } });
    const lines = linesOf(HIT, { ...FLAT, query: 'locks lock' }, colored);
    expect(lines[2]).toContain('\u001b[33mlock\u001b[39m');
  });
});
