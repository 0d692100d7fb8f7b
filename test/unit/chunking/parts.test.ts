/** A text that is parsed in parts has the blocks of one that is parsed whole. */
import type { SyntaxNode } from '@lezer/common';
import { describe, expect, it } from 'vitest';
import { parseParts } from '../../../src/chunking/markdown-parts.ts';
import { parseBlocks } from '../../../src/chunking/markdown-tree.ts';
import { underlinesOf } from '../../../src/chunking/underlines.ts';
import { chunksOf, englishSentence, japaneseSentence, makeRandom, pick } from './helpers.ts';

const MIXED = 400;

/** Blocks of all kinds, some of them larger than a part. */
function mixed(seed: number): string {
  const random = makeRandom(seed);
  const many = (make: () => string): string =>
    Array.from({ length: 1 + Math.floor(random() ** 6 * 400) }, make).join('\n');
  const kinds: readonly (() => string)[] = [
    () => `## ${englishSentence(random)}`,
    () => 'Setext\n======',
    () => many(() => englishSentence(random)),
    () => many(() => japaneseSentence(random)),
    () => `\`\`\`js\n${many(() => '# x\n\n- y')}\n\`\`\``,
    () => `~~~\n${many(() => '```\n<div>')}\n~~~`,
    () => `| a | b |\n|---|---|\n${many(() => '| 1 | *2* |')}`,
    () => many(() => `- item ${englishSentence(random)}\n  - nested\n\n    paragraph`),
    () => many(() => '1. one\n2. two'),
    () => many(() => '> quote\n> - list'),
    () => `<div>\n${many(() => '<p>text</p>')}\n</div>`,
    () => `<!-- ${many(() => '# no heading\n')} -->`,
    () => many(() => '    code\n\n    code'),
    () => '---',
    () => '***',
    () => '[link]: https://example.org',
    () => 'As follows:',
  ];
  const blocks = Array.from({ length: MIXED }, () => pick(kinds, random)());
  return blocks.map((block) => block + pick(['\n\n', '\n\n\n', '\n'], random)).join('');
}

type Row = readonly [string, number, number];

/** The blocks of the top level, with the items of lists in their place. */
function rowsOf(root: SyntaxNode, from: number, to: number): Row[] {
  const rows: Row[] = [];
  for (let node = root.firstChild; node !== null; node = node.nextSibling) {
    if (node.name.endsWith('List')) rows.push(...rowsOf(node, from, to));
    else if (from + node.from < to) rows.push([node.name, from + node.from, from + node.to]);
  }
  return rows;
}

describe('parts of a text', () => {
  it.each([1, 2, 3, 4, 5])('have the blocks of the whole: %i', (seed) => {
    const text = mixed(seed);
    const whole = parseBlocks(text, { from: 0, to: text.length }, underlinesOf(text)).topNode;
    const rows: Row[] = [];
    let at = 0;
    let parts = 0;
    for (const { from, to, root } of parseParts(text)) {
      expect(from).toBe(at);
      expect(from === 0 || text[from - 1] === '\n').toBe(true);
      rows.push(...rowsOf(root, from, to));
      at = to;
      parts += 1;
    }
    expect(at).toBe(text.length);
    expect(parts).toBeGreaterThan(5);
    expect(rows).toEqual(rowsOf(whole, 0, text.length));
  });

  it('leave nothing out of what is larger than a part and holds blocks', () => {
    const shapes = [
      `- a\n${'  - b\n'.repeat(30_000)}`,
      `- a\n\n${'  b\n\n'.repeat(30_000)}`,
      '> - a\n'.repeat(30_000),
      '> > a\n>\n'.repeat(20_000),
      '- - - - - - x\n'.repeat(15_000),
      `> ${'a '.repeat(100_000)}`,
    ];
    for (const text of shapes) {
      const kept = chunksOf(text).map((chunk) => chunk.text);
      expect(kept.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    }
  });
});

describe('a document of very many pieces', () => {
  it('keeps headings and title in all of it, and loses nothing', () => {
    const sections = Array.from({ length: 60_000 }, (_, i) => `### n${i}\n\na\n`);
    const text = `# Title\n\n## Part\n\n${sections.join('')}`;
    const chunks = chunksOf(text);
    expect(
      chunks
        .map((chunk) => chunk.text)
        .join('')
        .replace(/\s/g, ''),
    ).toBe(text.replace(/\s/g, ''));
    chunks.forEach((chunk, index) => {
      expect(chunk.ordinal).toBe(index);
      if (index > 0) expect(chunk.headings.slice(0, 2)).toEqual(['Title', 'Part']);
      if (index > 0) expect(chunk.context).toContain('Title > Part');
    });
  });
});
