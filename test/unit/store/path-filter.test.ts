import { describe, expect, it } from 'vitest';
import { compilePathFilter } from '../../../src/store/path-filter.ts';

const SOURCE = '/home/me/docs';
const PATHS = [
  'readme.md',
  'guide/install.md',
  'guide/深い/設定.txt',
  '.notes/todo.md',
  'a [b]/c%20_d.md',
];

/** The paths of PATHS that the globs keep. */
function kept(...globs: string[]): string[] {
  const matches = compilePathFilter(globs);
  return PATHS.filter((path) => matches({ source: SOURCE, path }));
}

describe('a glob', () => {
  it.each([
    ['a path inside the source', 'guide/install.md', ['guide/install.md']],
    ['… with the name of the source in front', 'docs/guide/install.md', ['guide/install.md']],
    ['… the absolute path', '/home/me/docs/guide/install.md', ['guide/install.md']],
    ['… with ./ in front', './guide/install.md', ['guide/install.md']],
    ['one star stays in its folder', 'guide/*', ['guide/install.md']],
    ['two stars go deeper', 'guide/**', ['guide/install.md', 'guide/深い/設定.txt']],
    [
      'a folder with / behind it is all below it',
      'guide/',
      ['guide/install.md', 'guide/深い/設定.txt'],
    ],
    ['without / it is a name at any depth', '*.txt', ['guide/深い/設定.txt']],
    ['… a whole name, not a part of one', 'install', []],
    ['braces', '*.{txt,rst}', ['guide/深い/設定.txt']],
    ['Japanese', '**/深い/*', ['guide/深い/設定.txt']],
    ['hidden folders are no exception', '.notes/*', ['.notes/todo.md']],
    ['the whole source', '/home/me/docs/**', PATHS],
    ['… by two stars in front', '**/me/docs/guide/*', ['guide/install.md']],
    ['… by a star', '/*/me/docs/*.md', ['readme.md']],
    ['the name of the source by a star', 'd*/readme.md', ['readme.md']],
    ['… by braces', '{docs,other}/readme.md', ['readme.md']],
    ['… behind two stars', '**/docs/*.md', ['readme.md']],
    ['another source', '/home/me/other/**', []],
    ['the end of a path is not the path', 'install.md/guide', []],
    ['a folder without / behind it', 'docs/guide', ['guide/install.md', 'guide/深い/設定.txt']],
    ['… by its name alone, at any depth', '深い', ['guide/深い/設定.txt']],
    ['… absolute', '/home/me/docs/guide', ['guide/install.md', 'guide/深い/設定.txt']],
    ['… behind wildcards', '**/深い', ['guide/深い/設定.txt']],
    ['the folder of the source', 'docs', PATHS],
    ['… and one above it', '/home/me', PATHS],
    ['half of a name is no folder', '/home/me/do', []],
    ['brackets as they are printed', 'a [b]/c%20_d.md', ['a [b]/c%20_d.md']],
    ['… of a folder', 'a [b]', ['a [b]/c%20_d.md']],
    ['brackets escaped', 'a \\[b\\]/*', ['a [b]/c%20_d.md']],
  ])('%s', (_, glob, expected) => {
    expect(kept(glob)).toEqual(expected);
  });

  it("LIKE with the user's % and _: they mean themselves", () => {
    expect(kept('**/c%20_d.md')).toEqual(['a [b]/c%20_d.md']);
    expect(kept('guide%')).toEqual([]);
    expect(kept('readm_.md')).toEqual([]);
  });

  it('finds a name in NFD that was typed in NFC, and the other way round', () => {
    const nfd = 'ガイド.md'.normalize('NFD');
    const nfc = 'ガイド.md'.normalize('NFC');
    for (const [glob, path] of [
      [nfc, nfd],
      [nfd, nfc],
    ] as const) {
      expect(compilePathFilter([glob])({ source: SOURCE, path })).toBe(true);
    }
  });
});

describe('several globs', () => {
  it('add up', () => {
    expect(kept('readme.md', '*.txt')).toEqual(['readme.md', 'guide/深い/設定.txt']);
  });

  it('with ! take away, wherever they stand', () => {
    expect(kept('guide/**', '!*.txt')).toEqual(['guide/install.md']);
    expect(kept('!*.txt', 'guide/**')).toEqual(['guide/install.md']);
  });

  it('with ! take away a folder without / behind it', () => {
    expect(kept('!guide', '!.notes')).toEqual(['readme.md', 'a [b]/c%20_d.md']);
  });

  it('only with ! take away from everything', () => {
    expect(kept('!guide/', '!.notes/')).toEqual(['readme.md', 'a [b]/c%20_d.md']);
  });

  it('none keep everything', () => {
    expect(kept()).toEqual(PATHS);
  });
});

describe('a source that is a file', () => {
  const matches = (glob: string) =>
    compilePathFilter([glob])({ source: '/home/me/todo.md', path: 'todo.md' });

  it('has a name and an absolute path', () => {
    expect(matches('todo.md')).toBe(true);
    expect(matches('/home/me/todo.md')).toBe(true);
    expect(matches('/home/me/*')).toBe(true);
    expect(matches('todo.md/todo.md')).toBe(false);
  });
});

describe('an empty glob', () => {
  it.each(['', '!', './'])('is refused: %j', (glob) => {
    expect(() => compilePathFilter([glob])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
