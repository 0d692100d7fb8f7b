/** Front matter as people have it: a colon too many, two blocks, a number as title, no body. */
import { describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';
import { estimateTokens } from '../../../src/text/tokens.ts';

const read = (text: string) => chunkDocument(text, 'markdown', { chunkSize: 256, chunkOverlap: 0 });

describe('YAML that does not parse', () => {
  it('is read line by line, and is no text if every line could be read', () => {
    const result = read(
      '---\ntitle: Retro: what we learned\ntags:\n  - ops\n  - "post mortem"\naliases: [a, b]\n# note\n---\n\nThe disk filled up.\n\n## Timeline\n',
    );
    expect(result.title).toBe('Retro: what we learned');
    expect(result.frontMatter).toEqual({
      title: 'Retro: what we learned',
      tags: ['ops', 'post mortem'],
      aliases: ['a', 'b'],
    });
    expect(result.chunks[0]?.text).toMatch(/^The disk/);
  });

  it('stays text as well if a line could not', () => {
    const result = read('---\ntitle: Retro: outage\nlinks: [a, {b: [c}\n---\n\nBody');
    expect(result.frontMatter).toEqual({ title: 'Retro: outage' });
    expect(result.chunks[0]?.text).toContain('links: [a');
  });

  it.each(['@home: plans', '"Best of" 1984: notes'])('title: %s', (title) => {
    expect(read(`---\ntitle: ${title}\n---\nbody`).title).toBe(title);
  });
});

describe('front matter that does not parse is told by its line', () => {
  it.each<[what: string, text: string, line: number | null]>([
    ['a colon too many', '---\ntags: ops\ntitle: Retro: outage\n---\nbody', 3],
    ['a list that is not closed', '---\ntitle: a\ntags: [a\n---\nbody', 4],
    ['line ends of Windows', '---\r\ntags: ops\r\ntitle: Retro: outage\r\n---\r\nbody', 3],
    ['line ends of old Macs', '---\rtags: ops\rtitle: Retro: outage\r---\rbody', 3],
    ['TOML', '+++\ntitle = "a"\nb =\n+++\nbody', 3],
    ['no line to blame', `---\na: ${'['.repeat(100)}\n---\nbody`, 2],
    ['the second block', '---\npermalink: x\n---\n\n---\ntags: [a]\nname: a: b\n---\nbody', 7],
    ['what parses', '---\ntitle: "Retro: outage"\n---\nbody', null],
    ['none', 'body', null],
    ['text between two rules', '---\nJust text: [\n---\nbody', null],
    ['nothing in it', '---\n---\nbody', null],
  ])('%s', (_, text, line) => {
    expect(read(text).frontMatterErrorLine).toBe(line);
  });

  it('in plain text there is none', () => {
    const options = { chunkSize: 256, chunkOverlap: 0 };
    const text = '---\ntitle: Retro: outage\n---\n';
    expect(chunkDocument(text, 'text', options).frontMatterErrorLine).toBeNull();
  });
});

describe('aliases', () => {
  it('that repeat more text than front matter can have are not followed', () => {
    const long = 'x'.repeat(20_000);
    const aliases = (count: number) => `\nother: [${'*a, '.repeat(count)}1]`;
    expect(read(`---\na: &a ${long}${aliases(3)}\n---\nbody`).frontMatter).toMatchObject({
      a: long,
    });
    const bomb = read(`---\ntitle: T\na: &a ${long}${aliases(50)}\n---\nbody`);
    expect(JSON.stringify(bomb.frontMatter).length).toBeLessThan(100_000);
    expect(bomb).toMatchObject({ title: 'T', frontMatterErrorLine: 2 });
  });
});

describe('two blocks', () => {
  it('are one where the second does not parse, too', () => {
    const result = read(
      '---\npermalink: notes/boiler\n---\n\n---\nname: Boiler: bleeding it\ntags: [house]\n---\n\n# Boiler\n',
    );
    expect(result.title).toBe('Boiler');
    expect(result.frontMatter).toMatchObject({ name: 'Boiler: bleeding it', tags: ['house'] });
  });

  it('are one, the first counts where both speak', () => {
    const result = read(
      '---\npermalink: notes/boiler\ntype: note\n---\n\n---\ntype: x\ntags: [house]\n---\n\n# Boiler\n\nOpen the valve.',
    );
    expect(result.title).toBe('Boiler');
    expect(result.frontMatter).toEqual({
      permalink: 'notes/boiler',
      type: 'note',
      tags: ['house'],
    });
    expect(result.chunks.map(({ text }) => text)).toEqual(['# Boiler\n\nOpen the valve.']);
  });

  it('a text between two rules is no second one', () => {
    const result = read('---\ntype: slides\n---\n\n---\nNote: be brief\n---\n\n# Hello');
    expect(result.frontMatter).toEqual({ type: 'slides' });
    expect(result.chunks[0]?.text).toContain('Note: be brief');
  });
});

describe('what front matter says', () => {
  it('a title may be a number', () => {
    expect(read('---\ntitle: 1984\n---\nbody').title).toBe('1984');
  });

  it('a note without a body is its front matter', () => {
    const { chunks } = read('---\ntitle: 画面設計\ndescription: Rules of thumb\n---\n\n');
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.text).toContain('Rules of thumb');
    expect(chunks[0]?.context).toBe('画面設計\n\n');
  });

  it('the description is embedded with the first passage, and with no other', () => {
    const body = 'Spacing, contrast and clear labels. '.repeat(60);
    const { chunks } = read(`---\ntitle: UI\ndescription: Rules for dashboards\n---\n${body}`);
    expect(chunks[0]?.context).toBe('UI\n\nRules for dashboards\n\n');
    expect(chunks[1]?.context).toBe('UI\n\n');
  });

  it('a description is cut, and left out where the text has it', () => {
    const long = read(`---\ndescription: ${'word '.repeat(500)}\n---\nbody`).chunks[0];
    expect(estimateTokens(long?.context ?? '')).toBeLessThanOrEqual(96);
    expect(read('---\ndescription: The body.\n---\nThe body.').chunks[0]?.context).toBe('');
  });
});
