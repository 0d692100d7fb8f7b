import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../src/files/formats.ts';

describe('formatOf', () => {
  const table: [string, string | null][] = [
    ['a.md', 'markdown'],
    ['A.MARKDOWN', 'markdown'],
    ['x/y.mdx', 'markdown'],
    ['README.md', 'markdown'],
    ['a.mkd', 'markdown'],
    ['a.mkdn', 'markdown'],
    ['a.mdown', 'markdown'],
    ['paper.qmd', 'markdown'],
    ['paper.Rmd', 'markdown'],
    ['a.asciidoc', 'text'],
    ['a.textile', 'text'],
    ['a.mediawiki', 'text'],
    ['a.asc', null],
    ['a.txt', 'text'],
    ['a.TEXT', 'text'],
    ['a.rst', 'text'],
    ['a.adoc', 'text'],
    ['a.org', 'text'],
    ['README', 'text'],
    ['readme', 'text'],
    ['x/CHANGELOG', 'text'],
    ['LICENSE-MIT', 'text'],
    ['README_ja', 'text'],
    ['README-日本語', 'text'],
    ['README.ja', 'text'],
    ['Readme.JP', 'text'],
    ['COPYING', 'text'],
    ['TODO', 'text'],
    ['README.html', null],
    ['license.js', null],
    ['install.sh', null],
    ['history.c', null],
    ['readme.md.bak', null],
    ['Makefile', null],
    ['md', null],
    ['a.mdy', null],
    ['a.md.gz', null],
    ['readmeish', null],
    ['x.md/y', null],
    ['', null],
  ];
  it.each(table)('%s → %s', (name, expected) => {
    expect(formatOf(name)).toBe(expected);
  });
});
