/** Every file of the judged set `docs-nasty`: read with which encoding, or left out for which reason. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { crawl } from '../../../src/files/crawl.ts';
import { absolutePath } from '../../../src/files/paths.ts';
import { type ReadResult, readDocument } from '../../../src/files/read.ts';
import { resolveSource } from '../../../src/files/source.ts';

const sets = process.env['UMEKOMI_JUDGED_SETS'];

const MARKDOWN: Readonly<Record<string, string>> = {
  'bom-plugins.md': 'utf-8',
  'broken-utf8.md': 'skipped encoding: damaged UTF-8 at byte 23',
  'crlf-ja.md': 'utf-8',
  'crlf-rtl-urdu.md': 'utf-8',
  'empty.md': 'utf-8',
  'gfm-extensions.md': 'utf-8',
  'gfm-full-info-string.md': 'utf-8',
  'gfm-regression.md': 'utf-8',
  'halfwidth-kana-README_ja.md': 'utf-8',
  'html-comment-english.md': 'utf-8',
  'jsx-in-md.md': 'utf-8',
  'line-16k.md': 'utf-8',
  'mdx-components.mdx': 'utf-8',
  'nfd-kana-ssr.md': 'utf-8',
  'nfd-kana-string.md': 'utf-8',
  'only-frontmatter.md': 'utf-8',
  'table-157rows-149kB.md': 'utf-8',
  'table-160rows.md': 'utf-8',
  'table-219rows.md': 'utf-8',
  'toml-bom.md': 'utf-8',
  'toml-frontmatter-zwj.md': 'utf-8',
  'unclosed-frontmatter.md': 'utf-8',
  'zwj-styles.md': 'utf-8',
};

const TEXT: Readonly<Record<string, string>> = {
  'blns.txt': 'utf-8',
  'commonmark-spec.txt': 'utf-8',
  'emoji-all.txt': 'utf-8',
  'enc/eucjp-tiny.txt': 'euc-jp',
  'enc/gongitsune-eucjp.txt': 'euc-jp',
  'enc/gongitsune-iso2022jp.txt': 'iso-2022-jp',
  'enc/gongitsune-sjis-crlf.txt': 'shift_jis',
  'enc/gongitsune-utf16be-bom.txt': 'utf-16be',
  'enc/gongitsune-utf16le-bom.txt': 'utf-16le',
  'enc/gongitsune-utf16le-nobom.txt': 'utf-16le',
  'enc/gongitsune-utf8-bom-crlf.txt': 'utf-8',
  'enc/jis-tiny.txt': 'iso-2022-jp',
  'enc/sjis-tiny.txt': 'shift_jis',
  'ivs-halfwidth.txt': 'utf-8',
  'one-line-1MB.txt': 'utf-8',
};

describe.skipIf(sets === undefined)('docs-nasty', () => {
  const folder = path.join(sets ?? '', 'docs-nasty', 'files');
  const read = (name: string): Promise<ReadResult> => readDocument(path.join(folder, name));
  const textOf = async (name: string): Promise<string> => {
    const result = await read(name);
    return result.kind === 'read' ? result.text : `skipped ${result.reason}`;
  };

  it('the crawl finds all of them, with the right format', async () => {
    const source = await resolveSource(folder, { cwd: '/' });
    const result = await crawl(source);
    const formats = Object.fromEntries(result.files.map((file) => [file.path, file.format]));
    expect(formats).toEqual({
      ...Object.fromEntries(Object.keys(MARKDOWN).map((name) => [name, 'markdown'])),
      ...Object.fromEntries(Object.keys(TEXT).map((name) => [name, 'text'])),
    });
    expect(result.skips).toEqual([]);
    for (const file of result.files) {
      const bytes = readFileSync(absolutePath(source, file.path)).length;
      expect([file.path, file.size]).toEqual([file.path, bytes]);
    }
  });

  it.each(Object.entries({ ...MARKDOWN, ...TEXT }))('%s: %s', async (name, expected) => {
    const result = await read(name);
    const outcome =
      result.kind === 'read' ? result.encoding : `skipped ${result.reason}: ${result.detail}`;
    expect(outcome).toBe(expected);
  });

  it('UTF-8 is decoded as node does, but for BOM and NUL', async () => {
    for (const [name, outcome] of Object.entries({ ...MARKDOWN, ...TEXT })) {
      if (outcome !== 'utf-8') continue;
      const expected = readFileSync(path.join(folder, name), 'utf8').replace(/^\uFEFF/, '');
      expect([name, await textOf(name)]).toEqual([name, expected.replaceAll('\0', '\uFFFD')]);
    }
  });

  it('one story is one text in all its encodings', async () => {
    const reference = await textOf('enc/gongitsune-utf8-bom-crlf.txt');
    expect(reference).toMatch(/^ごん狐\r\n新美南吉\r\n/);
    for (const name of Object.keys(TEXT).filter((name) => name.includes('gongitsune'))) {
      expect([name, await textOf(name)]).toEqual([name, reference]);
    }
  });

  it('the tiny ones say which encoding they are in', async () => {
    expect(await textOf('enc/sjis-tiny.txt')).toBe('このテキストは SJIS で書かれています。');
    expect(await textOf('enc/eucjp-tiny.txt')).toBe('このテキストは EUC-JP で書かれています。');
    expect(await textOf('enc/jis-tiny.txt')).toBe('このテキストは JIS で書かれています。');
  });
});
