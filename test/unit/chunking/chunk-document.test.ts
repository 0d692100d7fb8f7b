import { describe, expect, it } from 'vitest';
import { chunkDocument, MAX_CONTEXT_TOKENS } from '../../../src/chunking/chunk-document.ts';
import { UsageError } from '../../../src/model/errors.ts';
import { estimateTokens } from '../../../src/text/tokens.ts';
import { chunksOf, englishSentence, japaneseSentence, makeRandom } from './helpers.ts';

const options = { chunkSize: 400, chunkOverlap: 0 };
const markdown = (text: string) => chunkDocument(text, 'markdown', options);

describe('front matter and title', () => {
  it('keeps YAML as data and never as a chunk', () => {
    const result = markdown('---\ntitle: 題名\nn: .inf\n---\nbody\n');
    expect(result.frontMatter).toEqual({ title: '題名', n: null });
    expect(result.chunks.map((chunk) => chunk.text)).toEqual(['body']);
    expect(result.chunks[0]?.context).toBe('題名\n\n');
  });

  it('reads TOML with its dates, also with CRLF', () => {
    const result = markdown('+++\r\ntitle = "x"\r\nday = 2024-01-02T03:04:05Z\r\n+++\r\nbody');
    expect(result.frontMatter).toEqual({ title: 'x', day: '2024-01-02T03:04:05.000Z' });
  });

  it.each([
    ['malformed YAML', '---\na: [b\n---\nbody'],
    ['front matter that is never closed', '---\ntitle: x\n\nbody'],
    ['a list instead of an object', '---\n- a\n---\nbody'],
    ['text between two thematic breaks', '---\nHello world\n---\nbody'],
  ])('%s stays text', (_name, text) => {
    const result = markdown(text);
    expect(result.frontMatter).toBeNull();
    expect(result.chunks.map((chunk) => chunk.text).join('\n')).toContain(text.split('\n')[1]);
  });

  it('refuses alias bombs without expanding them', () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}]`,
    );
    const result = markdown(`---\nl0: &l0 [x]\n${levels.join('\n')}\n---\nbody`);
    expect(result.frontMatter).toBeNull();
    expect(result.chunks.at(-1)?.text).toContain('body');
  });

  it('survives deep nesting in front matter', () => {
    expect(markdown(`---\na: ${'['.repeat(20_000)}\n---\nbody`).frontMatter).toBeNull();
  });

  it('takes the first heading when front matter has no title, and null when there is neither', () => {
    expect(markdown('text\n\n## Second level first\n\n# One').title).toBe('Second level first');
    expect(markdown('text').title).toBeNull();
    expect(chunkDocument('# text', 'text', options).title).toBeNull();
  });

  it.each([
    ['# **Bold** and `code` and [link](http://x.y)', 'Bold and code and link'],
    ['# Title {#anchor}', 'Title'],
    ['# Title {/*anchor*/}', 'Title'],
    ['# a \\* b &amp; c ##', 'a * b & c'],
    ['# snake_case_name <Badge/> 1. x', 'snake_case_name 1. x'],
    ['Two\nlines\n===', 'Two lines'],
    ['# ![画像](a.png)見出し', '画像見出し'],
  ])('%j is plain in the title', (source, title) => {
    expect(markdown(`${source}\n\nbody`).title).toBe(title);
  });
});

describe('structure', () => {
  it('a fence on line 1 does not invert inside and outside', () => {
    expect(markdown('```\n# no\n```\n\n# Yes\n\ntext').title).toBe('Yes');
    expect(markdown('~~~\n# no\n```\n# no\n~~~\n\n# Yes').title).toBe('Yes');
  });

  it('CRLF and a lone CR lose no paragraph break: no paragraph that fits is cut', () => {
    const random = makeRandom(8);
    const paragraphs = Array.from({ length: 60 }, (_, n) =>
      n % 7 === 0 ? `## ${n}` : `${englishSentence(random)}\n${japaneseSentence(random)}`,
    );
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      const text = paragraphs.join('\n\n').replaceAll('\n', lineEnd);
      const chunks = chunksOf(text, 'markdown', 90);
      expect(chunks.length).toBeGreaterThan(20);
      const inChunks = chunks.flatMap((chunk) => chunk.text.split(lineEnd.repeat(2)));
      expect(inChunks.map((part) => part.replaceAll(lineEnd, '\n'))).toEqual(paragraphs);
      expect(chunks[2]?.headings, JSON.stringify(lineEnd)).toEqual(['0']);
    }
  });

  it('#tag is not a heading, and a heading in a quote or list is not one of the document', () => {
    expect(markdown('#tag\n\n> # quoted\n\n- # item\n\ntext').title).toBeNull();
  });

  it('link definitions before a rule are no heading', () => {
    expect(markdown('[a]: http://x\n---\n\ntext').title).toBeNull();
  });

  it('no chunk of a heading alone', () => {
    const random = makeRandom(3);
    const fence = `\`\`\`\n${Array.from({ length: 22 }, () => englishSentence(random)).join('\n')}\n\`\`\``;
    for (const size of [60, 200, 400]) {
      for (const chunk of chunksOf(
        `# A\n\n## B\n\n${fence}\n\n## C\n\n${fence}`,
        'markdown',
        size,
      )) {
        expect(chunk.text.replace(/^#.*$/gm, '').trim()).not.toBe('');
      }
    }
  });

  it('no hash at a heading outweighs that it would be alone', () => {
    const random = makeRandom(21);
    const sections = Array.from(
      { length: 200 },
      () =>
        `## ${englishSentence(random)}\n\n${japaneseSentence(random)}${japaneseSentence(random)}`,
    );
    for (const size of [60, 90]) {
      for (const chunk of chunksOf(sections.join('\n\n'), 'markdown', size)) {
        expect(chunk.text).not.toMatch(/^## [^\n]*$/);
      }
    }
  });

  it('a document of one heading is one chunk with nothing said twice', () => {
    const [chunk] = chunksOf('# Only');
    expect(chunk).toMatchObject({ text: '# Only', headings: ['Only'], context: '' });
  });

  it('fences and tables that fit stay whole', () => {
    const random = makeRandom(5);
    const fence = `\`\`\`js\n${Array.from({ length: 9 }, () => `${englishSentence(random)}\n`).join('\n')}\`\`\``;
    const text = Array.from({ length: 8 }, () => `${englishSentence(random)}\n\n${fence}`).join(
      '\n\n',
    );
    const chunks = chunksOf(text);
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) expect((chunk.text.match(/```/g) ?? []).length % 2).toBe(0);
  });

  it('a split table repeats its header in the embedding input, and is cut between rows', () => {
    const rows = Array.from({ length: 60 }, (_, n) => `| 項目${n} | 説明その${n}、少し長い文 |`);
    const chunks = chunksOf(
      `# 表\n\n| 名前   | 説明 |\n|--------|------|\n${rows.join('\n')}\n\n後書き。`,
    );
    const later = chunks.filter((chunk) => chunk.text.startsWith('| 項目'));
    expect(later.length).toBeGreaterThan(1);
    for (const chunk of later) {
      expect(chunk.context).toBe(
        '表\n\n| 名前 | 説明 |\n|---|------|\n'.replace('|---|------|', '|---|---|'),
      );
    }
    expect(
      chunks
        .map((chunk) => chunk.text)
        .join('\n')
        .match(/項目\d+ /g),
    ).toHaveLength(60);
  });

  it('the heading path is that of everything in the chunk, and is not repeated in the context', () => {
    const random = makeRandom(11);
    const body = () => Array.from({ length: 14 }, () => englishSentence(random)).join(' ');
    const chunks = chunksOf(
      `# Guide\n\n${body()}\n\n## Install\n\n${body()}\n\n${body()}\n\n### Linux\n\n${body()}`,
    );
    expect(chunks.map(({ headings, context }) => [headings.join('/'), context])).toEqual([
      ['Guide', ''],
      ['Guide/Install', 'Guide\n\n'],
      ['Guide/Install', 'Guide > Install\n\n'],
      ['Guide/Install/Linux', 'Guide > Install\n\n'],
    ]);
  });

  it('bounds the context whatever the titles are', () => {
    const levels = [1, 2, 3, 4, 5, 6].map(
      (n) => `${'#'.repeat(n)} ${'とても長い見出し👩‍👩‍👧‍👦'.repeat(60)}${n}`,
    );
    for (const chunk of chunksOf(`${levels.join('\n\n')}\n\n${'本文です。'.repeat(400)}`)) {
      expect(estimateTokens(chunk.context)).toBeLessThanOrEqual(MAX_CONTEXT_TOKENS);
      expect(chunk.context).not.toMatch(/\u200d( >|\n)/);
    }
  });
});

describe('where prose is cut', () => {
  it('Japanese ends at 。！？ and behind 」, never before what follows a quotation', () => {
    const random = makeRandom(2);
    const text = Array.from({ length: 120 }, (_, n) =>
      n % 3 === 0 ? `「${japaneseSentence(random)}」と言った。` : japaneseSentence(random),
    ).join('');
    for (const chunk of chunksOf(text)) expect(chunk.text).toMatch(/(?:する|言った)。$/);
  });

  it('English ends behind sentences, not behind abbreviations and decimals', () => {
    const text = 'We met e.g. mr. smith at 3.5 km distance in the old town yesterday. '.repeat(120);
    const chunks = chunksOf(text, 'text');
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) expect(chunk.text).toMatch(/^We .*yesterday\.$/s);
  });

  it('sizes count tokens, not characters: one is a token in Japanese, four are in English', () => {
    const random = makeRandom(6);
    const meanLength = (sentence: (random: () => number) => string): number => {
      const text = Array.from({ length: 150 }, () => sentence(random)).join(' ');
      const chunks = chunksOf(text, 'text', 200).slice(0, -1);
      return chunks.reduce((sum, chunk) => sum + chunk.text.length, 0) / chunks.length;
    };
    expect(meanLength(englishSentence)).toBeGreaterThan(2.5 * meanLength(japaneseSentence));
  });

  it('hard-wrapped paragraphs are cut at sentences rather than lines', () => {
    const random = makeRandom(9);
    const words = Array.from({ length: 150 }, () => englishSentence(random))
      .join(' ')
      .split(' ');
    const lines = Array.from({ length: Math.ceil(words.length / 11) }, (_, n) =>
      words.slice(n * 11, n * 11 + 11).join(' '),
    );
    const chunks = chunksOf(lines.join('\n'), 'text');
    const good = chunks.filter((chunk) => chunk.text.endsWith('.')).length;
    expect(good / chunks.length).toBeGreaterThan(0.8);
  });
});

describe('overlap', () => {
  const random = makeRandom(4);
  const text = Array.from({ length: 60 }, () => japaneseSentence(random)).join('\n\n');

  it('repeats the end of the chunk before, from a sentence, never more than asked', () => {
    const { chunks } = chunkDocument(text, 'markdown', { chunkSize: 300, chunkOverlap: 60 });
    let repeated = 0;
    chunks.forEach((chunk, index) => {
      const before = chunks[index - 1];
      if (before === undefined || before.endOffset <= chunk.startOffset) return;
      repeated += 1;
      const shared = text.slice(chunk.startOffset, before.endOffset);
      expect(estimateTokens(shared)).toBeLessThanOrEqual(60);
      expect(text.slice(0, chunk.startOffset).trimEnd()).toMatch(/。$/);
    });
    expect(repeated).toBe(chunks.length - 1);
  });

  it('stays inside the section', () => {
    const sections = Array.from(
      { length: 8 },
      (_, n) => `## ${n}\n\n${text.slice(n * 100, n * 100 + 250)}`,
    );
    for (const chunk of chunkDocument(sections.join('\n\n'), 'markdown', {
      chunkSize: 300,
      chunkOverlap: 60,
    }).chunks) {
      if (chunk.text.includes('## ')) expect(chunk.text).toMatch(/^## /);
    }
  });

  it.each([
    { chunkSize: 100, chunkOverlap: 50 },
    { chunkSize: 100, chunkOverlap: -1 },
    { chunkSize: 0, chunkOverlap: 0 },
    { chunkSize: Number.NaN, chunkOverlap: 0 },
  ])('refuses %j', (bad) => {
    expect(() => chunkDocument('x', 'text', bad)).toThrow(UsageError);
  });
});

describe('hostile and huge input ends', () => {
  const n = 200_000;
  it.each([
    ['quotes', '> '.repeat(n / 2)],
    ['lists', '* - '.repeat(n / 4)],
    ['open brackets', '['.repeat(n)],
    ['one line', '検索'.repeat(n / 2)],
    ['line ends', '\n'.repeat(n)],
    ['combining marks', `a${'\u0301'.repeat(n)}`],
    ['flags', '🇯🇵'.repeat(n / 4)],
    ['blanks behind a pipe', `a|b\n${' '.repeat(n)}x`],
    ['a wide table', `${'a|'.repeat(n / 6)}\n${'-|'.repeat(n / 6)}\n${'1|'.repeat(n / 6)}`],
    ['headings only', '# a\n'.repeat(n / 4)],
  ])('%s', (_name, text) => {
    const visible = text.replace(/\s/g, '').length;
    const kept = chunksOf(text).reduce(
      (sum, chunk) => sum + chunk.text.replace(/\s/g, '').length,
      0,
    );
    expect(kept).toBe(visible);
  });
});
