import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CrawlOptions, type CrawlResult, crawl } from '../../../src/files/crawl.ts';
import { type CrawlFileSystem, diskFileSystem } from '../../../src/files/file-system.ts';
import { resolveSource } from '../../../src/files/source.ts';
import type { SourceRules } from '../../../src/model/source.ts';
import { type Tree, temporaryTrees } from './tree.ts';

const makeTree = temporaryTrees();

const paths = (result: CrawlResult): string[] => result.files.map((file) => file.path);

async function crawlTree(
  tree: Tree,
  options: CrawlOptions & Partial<SourceRules> & { at?: string } = {},
): Promise<CrawlResult> {
  const cwd = await makeTree(tree);
  return crawl({ ...(await resolveSource(options.at ?? '.', { cwd })), ...options }, options);
}

const hasGit = ((): boolean => {
  try {
    execFileSync('git', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

/** What git itself would add, without the user's own settings. */
function gitFiles(root: string): string[] {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    HOME: root,
  };
  execFileSync('git', ['init', '-q', root], { env });
  const listing = ['-C', root, 'ls-files', '-z', '--others', '--exclude-standard'];
  return execFileSync('git', listing, { env }).toString().split('\0').filter(Boolean).sort();
}

describe.skipIf(!hasGit)("git's semantics, asked of git", () => {
  const scenarios: [string, Tree][] = [
    [
      'names at every depth',
      { '.gitignore': 'draft.md\n', 'draft.md': '', 'a/draft.md': '', 'a/b.md': '' },
    ],
    [
      'anchored patterns',
      {
        '.gitignore': '/top.md\na/b.md\n',
        'top.md': '',
        'x/top.md': '',
        'a/b.md': '',
        'x/a/b.md': '',
      },
    ],
    [
      'folders only',
      { '.gitignore': 'build/\n', 'build/a.md': '', 'x/build/b.md': '', 'y/build.md': '' },
    ],
    [
      'a folder pattern does not hit a file',
      { '.gitignore': 'README/\n', README: '', 'x/README/a.md': '' },
    ],
    ['negation', { '.gitignore': '*.md\n!keep.md\n', 'a.md': '', 'keep.md': '', 'x/keep.md': '' }],
    ['the last pattern wins', { '.gitignore': '!a.md\na.md\n', 'a.md': '', 'b.md': '' }],
    [
      'nothing comes back inside an ignored folder',
      { '.gitignore': 'out/\n!out/keep.md\n', 'out/keep.md': '', 'a.md': '' },
    ],
    [
      'all but one folder',
      { '.gitignore': '/*\n!/docs/\n', 'a.md': '', 'docs/b.md': '', 'x/docs/c.md': '' },
    ],
    [
      'a deeper file wins',
      {
        '.gitignore': '*.md\n',
        'a.md': '',
        'x/.gitignore': '!*.md\n',
        'x/b.md': '',
        'x/y/c.md': '',
      },
    ],
    [
      'a deeper file is relative to itself',
      {
        'x/.gitignore': '/a.md\ny/b.md\n',
        'a.md': '',
        'x/a.md': '',
        'x/y/a.md': '',
        'y/b.md': '',
        'x/y/b.md': '',
      },
    ],
    [
      '** in all places',
      {
        '.gitignore': '**/t1*\nt2/**\na/**/z.md\n',
        't1.md': '',
        'q/t1/a.md': '',
        't2/a.md': '',
        'a/z.md': '',
        'a/b/c/z.md': '',
        'b/z.md': '',
      },
    ],
    [
      'classes and ?',
      { '.gitignore': 'a[0-9].md\nb?.md\n', 'a1.md': '', 'ax.md': '', 'b.md': '', 'bb.md': '' },
    ],
    [
      'comments, blank lines, escapes',
      {
        '.gitignore': '# no.md\n\n\\#b.md\n\\!c.md\n',
        '#b.md': '',
        '!c.md': '',
        '# no.md': '',
        'a.md': '',
      },
    ],
    [
      'spaces at the end',
      { '.gitignore': 'a.md  \nb.md\\ \n', 'a.md': '', 'b.md ': '', 'b.md': '' },
    ],
    ['case counts', { '.gitignore': 'A.md\n', 'A.md': '', 'a.md': '' }],
    [
      'a BOM and CRLF',
      { '.gitignore': '\uFEFFa.md\r\nb.md\r\n', 'a.md': '', 'b.md': '', 'c.md': '' },
    ],
    [
      'Japanese names',
      {
        '.gitignore': '下書き/\n*メモ*.md\n',
        '下書き/a.md': '',
        '会議メモ1.md': '',
        '本文.md': '',
      },
    ],
    [
      'a name with a pattern of its own',
      { '.gitignore': 'x\\[1\\]/\n', 'x[1]/a.md': '', 'x1/a.md': '' },
    ],
  ];
  it.each(scenarios)('%s', async (_title, tree) => {
    const root = await makeTree(tree);
    const source = await resolveSource('.', { cwd: root });
    const found = await crawl({ ...source, include: ['**/*.md*', '**/README'] });
    const expected = gitFiles(root).filter((name) => !path.basename(name).startsWith('.'));
    expect(paths(found)).toEqual(expected);
    expect(paths(found).length).toBeGreaterThan(0);
    expect(found.files.length).toBeLessThan(Object.keys(tree).length);
  });
});

describe('which file decides', () => {
  it('.umekomiignore wins over .ignore, that over .gitignore, wherever they lie', async () => {
    const result = await crawlTree({
      '.umekomiignore': '!wanted.md\n!/generated/\nprivate.md\n',
      '.ignore': '!b.md\n',
      'wanted.md': '',
      'sub/.gitignore': 'wanted.md\nb.md\n',
      'sub/wanted.md': '',
      'sub/b.md': '',
      'sub/private.md': '',
      'sub/.ignore': '!private.md\n',
      '.gitignore': '/generated/\n*.log.md\n',
      'generated/api.md': '',
      'generated/x.log.md': '',
    });
    expect(paths(result)).toEqual(['generated/api.md', 'sub/b.md', 'sub/wanted.md', 'wanted.md']);
    expect(result.skips.filter(({ reason }) => reason !== 'hidden')).toEqual([
      { path: 'generated/x.log.md', reason: 'excluded', detail: '.gitignore' },
      { path: 'sub/private.md', reason: 'excluded', detail: '.umekomiignore' },
    ]);
  });

  it('an ignored folder is one skip and is not walked', async () => {
    const result = await crawlTree({
      '.ignore': 'out\n',
      'out/a.md': '',
      'out/b/c.md': '',
      'd.md': '',
    });
    expect(result.skips).toContainEqual({
      path: 'out',
      reason: 'ignored-folder',
      detail: '.ignore',
    });
    expect(result.skipCounts).toEqual({ hidden: 1, 'ignored-folder': 1 });
  });

  it('--no-ignore', async () => {
    const tree = { '.gitignore': '*.md\n', 'a.md': '', 'sub/.umekomiignore': '*', 'sub/b.txt': '' };
    expect(paths(await crawlTree(tree))).toEqual([]);
    expect(paths(await crawlTree(tree, { ignoreFiles: false }))).toEqual(['a.md', 'sub/b.txt']);
  });

  it('an NFD name is met by a pattern typed in NFC', async () => {
    const result = await crawlTree({
      '.gitignore': 'が.md\n',
      ['が.md'.normalize('NFD')]: '',
      'き.md': '',
    });
    expect(paths(result)).toEqual(['き.md']);
  });

  it('a Shift_JIS ignore file works', async () => {
    const sjis = Uint8Array.of(0x83, 0x81, 0x83, 0x82, 0x2e, 0x6d, 0x64, 0x0a); // メモ.md
    expect(paths(await crawlTree({ '.gitignore': sjis, 'メモ.md': '', 'a.md': '' }))).toEqual([
      'a.md',
    ]);
  });

  it('of one in an unknown encoding the ASCII patterns hold, and it is reported', async () => {
    const latin1 = new Uint8Array(Buffer.from('caf\xe9.md\nprivate/\n', 'latin1'));
    const result = await crawlTree({ '.gitignore': latin1, 'a.md': '', 'private/b.md': '' });
    expect(paths(result)).toEqual(['a.md']);
    expect(result.skips).toContainEqual({
      path: '.gitignore',
      reason: 'unreadable',
      detail: 'unknown encoding',
    });
  });

  it('where one cannot be read at all, its folder is not: it could bring in what must stay out', async () => {
    const cwd = await makeTree({
      'a.md': '',
      'sub/.ignore': 'private.md',
      'sub/private.md': '',
      'sub/in/b.md': '',
    });
    const denied: CrawlFileSystem = {
      ...diskFileSystem,
      open: () => Promise.reject(Object.assign(new Error('denied'), { code: 'EACCES' })),
    };
    const result = await crawl(await resolveSource('.', { cwd }), { fs: denied });
    expect(paths(result)).toEqual(['a.md']);
    expect(result.unobserved).toEqual(['sub']);
    expect(result.skips).toEqual([{ path: 'sub/.ignore', reason: 'unreadable', detail: 'EACCES' }]);
  });
});

describe('an ignore file that could take for ever to match', () => {
  const hazards: [string, string][] = [
    ['three ** between parts', '**/a/**/a/**/a/**/b\n'],
    ['a line longer than any path', `ok\n${'x'.repeat(60_000)}\n`],
    ['too many lines', 'x\n'.repeat(20_000)],
  ];

  it.each(hazards)('%s: its folder is not read, and that is said', async (_, text) => {
    const deep = `sub/${'a/'.repeat(60)}c.md`;
    const tree = { 'a.md': '', 'sub/.gitignore': text, [deep]: '' };
    const result = await crawlTree(tree);
    expect(paths(result)).toEqual(['a.md']);
    expect(result.unobserved).toEqual(['sub']);
    expect(result.skips).toHaveLength(1);
    expect(result.skips[0]).toMatchObject({ path: 'sub/.gitignore', reason: 'unreadable' });
  });

  it.each(hazards)('%s: above a source, nothing of the source is read', async (_, text) => {
    const tree = { '.git/config': '', '.gitignore': text, 'docs/a.md': '' };
    const result = await crawlTree(tree, { at: 'docs' });
    expect(paths(result)).toEqual([]);
    expect(result.unobserved).toEqual(['']);
    expect(result.skips[0]?.detail).toMatch(/\.gitignore: /);
  });

  it('is none with many * and a few **', async () => {
    const text = '*a*a*a*a*a*a*b\n**/**/**/x\n**/a/**/b/**/\n/a/**/**/c/**\n';
    expect(
      paths(await crawlTree({ '.gitignore': text, [`${'a'.repeat(200)}.md`]: '' })),
    ).toHaveLength(1);
  });
});

describe('a source inside a git repository', () => {
  const tree = {
    'repo/.git/info/exclude': 'local.md\n',
    'repo/.gitignore': '*.tmp.md\n/build/\ndocs/drafts/\n',
    'repo/docs/.gitignore': 'notes.md\n',
    'repo/docs/a.md': '',
    'repo/docs/b.tmp.md': '',
    'repo/docs/drafts/c.md': '',
    'repo/docs/local.md': '',
    'repo/docs/sub/notes.md': '',
    'repo/docs/sub/d.md': '',
    'repo/build/site/e.md': '',
    'repo/build/site/f.tmp.md': '',
    '.gitignore': 'a.md\n',
    'plain/.gitignore': 'x.md\n',
    'plain/in/x.md': '',
  };
  it('follows the ignore files above it, up to the root of the repository, and .git/info/exclude', async () => {
    expect(paths(await crawlTree(tree, { at: 'repo/docs' }))).toEqual(['a.md', 'sub/d.md']);
    expect(paths(await crawlTree(tree, { at: 'repo/docs/sub' }))).toEqual(['d.md']);
    expect(paths(await crawlTree(tree, { at: 'repo' }))).toEqual(['docs/a.md', 'docs/sub/d.md']);
    const all = await crawlTree(tree, { at: 'repo/docs', ignoreFiles: false });
    expect(paths(all)).toContain('local.md');
  });

  it('one that the repository ignores was named: its contents count, other patterns still hold', async () => {
    expect(paths(await crawlTree(tree, { at: 'repo/build' }))).toEqual(['site/e.md']);
    expect(paths(await crawlTree(tree, { at: 'repo/build/site' }))).toEqual(['e.md']);
    expect(paths(await crawlTree(tree, { at: 'repo/docs/drafts' }))).toEqual(['c.md']);
  });

  it('outside of a repository only the files inside the source count', async () => {
    expect(paths(await crawlTree(tree, { at: 'plain/in' }))).toEqual(['x.md']);
  });
});
