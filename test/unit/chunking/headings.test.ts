/** What becomes a heading and a title, and what only looks like one. */
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';

const options = { chunkSize: 60, chunkOverlap: 0 };
const filler = 'Rinse the rice three times and let it drain. '.repeat(20);

/** Headings above the last chunk. */
function headingsOf(text: string): readonly string[] {
  return chunkDocument(text, 'markdown', options).chunks.at(-1)?.headings ?? [];
}

function titleOf(text: string): string | null {
  return chunkDocument(text, 'markdown', options).title;
}

describe('underlines', () => {
  it.each([
    ['a paragraph of lines', 'One line\nand one more\nand a third\n---'],
    ['a long line', `${'word '.repeat(40)}\n---`],
    ['a sentence', 'The server room moves on Monday.\n---'],
    ['a Japanese sentence', '移転は月曜日です。\n---'],
    ['a paragraph above equals signs', 'One line\nand one more\nand a third\n==='],
    ['a table', '| Task | Owner |\n|---|---|\n| paint | Mia |\n---'],
    ['a table without rows', '| Task | Owner |\n|---|---|\n---'],
    ['a formula', '$$\nA\n=\nB\n$$'],
    ['a formula with a minus', '$$\nA\n-\nB\n$$'],
    ['a short formula', '$$\n==\nB\n$$'],
    ['a conflict', '<<<<<<< HEAD\n\nours\n=======\ntheirs\n>>>>>>> branch'],
  ])('%s is no heading', (_name, text) => {
    expect(headingsOf(`# Plan\n\n${text}\n\n${filler}`)).toEqual(['Plan']);
  });

  it.each([
    ['Two\nlines\n===', 'Two lines'],
    ['Setup\n--', 'Setup'],
    ['What is it?\n---', 'What is it?'],
    ['概要\r\n---\r', '概要'],
  ])('%j is one', (text, heading) => {
    expect(headingsOf(`${text}\n\n${filler}`)).toEqual([heading]);
  });

  it('a rule is a rule: a table above it stays a table', () => {
    const rows = Array.from({ length: 40 }, (_, n) => `| task ${n} | Ben |`).join('\n');
    const text = `| Task | Owner |\n|---|---|\n${rows}\n---\n\nAfter the work.`;
    const { chunks } = chunkDocument(text, 'markdown', options);
    expect(chunks[1]?.context).toBe('| Task | Owner |\n|---|---|\n');
    expect(chunks.at(-1)?.headings).toEqual([]);
  });
});

describe('headings as people type them', () => {
  it.each([
    ['##\u3000冷蔵庫の掃除', '冷蔵庫の掃除'],
    ['##\u00a0Oven cleaning', 'Oven cleaning'],
    ['## [[旅行計画|旅行]] ^blk1', '旅行'],
    ['## [[2026-04-03]] Day one ^day1', '2026-04-03 Day one'],
    ['## これは**「重要」**です', 'これは「重要」です'],
    ['## `[[ -f x ]]` and **kwargs', '[[ -f x ]] and **kwargs'],
    ['## <ruby>京<rt>きょう</rt>都<rt>と</rt></ruby>の旅', '京都の旅'],
  ])('%s', (line, heading) => {
    expect(headingsOf(`# One\n\n${line}\n\n${filler}`)).toEqual(['One', heading]);
  });

  it.each([
    ['<h1 align="center">\n  <img src="a.png">\n  <br>Herb &amp; Cutter\n</h1>', 'Herb & Cutter'],
    ['<div align="center">\n<h1>Herb Cutter</h1>\n<p>Cuts herbs.</p>\n</div>', 'Herb Cutter'],
    ['<h1><img src="a.png" alt="Herb Cutter"></h1>', 'Herb Cutter'],
    ['# ![](logo.svg)', null],
    ['<h1><img src="a.png"></h1>', null],
  ])('%j is the title %s, not a later one', (head, title) => {
    expect(titleOf(`${head}\n\nCuts herbs finely.\n\n## License\n\nMIT`)).toBe(title);
  });

  it('a page of HTML has no heading of its own', () => {
    expect(titleOf('<div>\n<h2>One</h2>\n<h2>Two</h2>\n</div>')).toBeNull();
  });
});
