import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CrawlOptions, type CrawlResult, crawl } from '../../../src/files/crawl.ts';
import { resolveSource } from '../../../src/files/source.ts';
import { MAX_FILE_BYTES } from '../../../src/model/defaults.ts';
import type { SourceRules } from '../../../src/model/source.ts';
import { type Tree, temporaryTrees } from './tree.ts';

const makeTree = temporaryTrees();

async function crawlTree(
  tree: Tree,
  options: CrawlOptions & Partial<SourceRules> = {},
): Promise<CrawlResult> {
  const root = await makeTree(tree);
  return crawl({ ...(await resolveSource('.', { cwd: root })), ...options }, options);
}

const paths = (result: CrawlResult): string[] => result.files.map((file) => file.path);

describe('what is taken', () => {
  it('text and Markdown by extension, whatever its case, and README-like names', async () => {
    const result = await crawlTree({
      'a.md': '#',
      'b.markdown': '#',
      'c.mdx': '#',
      'd.txt': 't',
      'e.text': 't',
      'f.rst': 't',
      'g.adoc': 't',
      'h.org': 't',
      'I.MD': '#',
      'J.Txt': 't',
      README: 't',
      'sub/LICENSE': 't',
      'README.ja': 't',
      'LICENSE-MIT': 't',
      'x.png': 'x',
      'y.html': 'x',
      Makefile: 'x',
      'license.js': 'x',
    });
    expect(result.files.map(({ path, format }) => `${path} ${format}`)).toEqual([
      'I.MD markdown',
      'J.Txt text',
      'LICENSE-MIT text',
      'README text',
      'README.ja text',
      'a.md markdown',
      'b.markdown markdown',
      'c.mdx markdown',
      'd.txt text',
      'e.text text',
      'f.rst text',
      'g.adoc text',
      'h.org text',
      'sub/LICENSE text',
    ]);
    expect(result.skipCounts).toEqual({ extension: 4 });
    expect(result.skips).toContainEqual({ path: 'x.png', reason: 'extension', detail: '.png' });
    expect(result.unobserved).toEqual([]);
  });

  it('sizes and times are those of the disk, in nanoseconds', async () => {
    const root = await makeTree({ 'a.md': 'あいう', 'empty.md': '' });
    const { statSync } = await import('node:fs');
    const stats = statSync(path.join(root, 'a.md'), { bigint: true });
    const { files } = await crawl(await resolveSource('.', { cwd: root }));
    expect(files[0]).toEqual({
      path: 'a.md',
      format: 'markdown',
      size: 9,
      mtimeNs: stats.mtimeNs,
      ctimeNs: stats.ctimeNs,
    });
    expect(files[1]).toMatchObject({ path: 'empty.md', size: 0 });
  });

  it('is sorted by UTF-16 units, the same on every machine and run', async () => {
    const tree = {
      'b/1.md': '',
      'B.md': '',
      'a.md': '',
      'b.md': '',
      'b-1.md': '',
      'あ.md': '',
      '😀.md': '',
    };
    expect(paths(await crawlTree(tree))).toEqual(Object.keys(tree).sort());
  });
});

describe('what is left out', () => {
  it('hidden names and node_modules are one skip each and are not walked', async () => {
    const result = await crawlTree({
      'a.md': '',
      '.hidden.md': '',
      '.obsidian/x/y.md': '',
      '.git/z.md': '',
      'sub/node_modules/p/README.md': '',
      'sub/node_modules/q/README.md': '',
    });
    expect(paths(result)).toEqual(['a.md']);
    expect(result.skips).toEqual([
      { path: '.git', reason: 'hidden' },
      { path: '.hidden.md', reason: 'hidden' },
      { path: '.obsidian', reason: 'hidden' },
      { path: 'sub/node_modules', reason: 'ignored-folder' },
    ]);
  });

  it('files over the limit, and not those at it', async () => {
    const root = await makeTree({ 'at.md': '', 'over.md': '' });
    await truncate(path.join(root, 'at.md'), MAX_FILE_BYTES);
    await truncate(path.join(root, 'over.md'), MAX_FILE_BYTES + 1);
    const result = await crawl(await resolveSource('.', { cwd: root }));
    expect(paths(result)).toEqual(['at.md']);
    expect(result.skips).toEqual([
      { path: 'over.md', reason: 'too-large', detail: `${MAX_FILE_BYTES + 1} bytes` },
    ]);
    expect(paths(await crawl(await resolveSource('.', { cwd: root }), { maxBytes: 10 }))).toEqual(
      [],
    );
  });

  it.skipIf(process.platform === 'win32')(
    'named pipes and sockets, without waiting for them',
    async () => {
      const root = await makeTree({ 'a.md': '' });
      execFileSync('mkfifo', [path.join(root, 'pipe.md')]);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path.join(root, 's.md'), resolve));
      const result = await crawl(await resolveSource('.', { cwd: root }));
      await new Promise((resolve) => server.close(resolve));
      expect(paths(result)).toEqual(['a.md']);
      expect(result.skips).toEqual([
        { path: 'pipe.md', reason: 'not-a-file', detail: 'named pipe' },
        { path: 's.md', reason: 'not-a-file', detail: 'socket' },
      ]);
    },
  );

  it('Symlinks that loop or leave the root: counted, not followed, and neither are others', async () => {
    const root = await makeTree({ 'in/a.md': 'a', 'in/sub/b.md': 'b', 'out/secret.md': 's' });
    const link = (target: string, at: string) => symlink(target, path.join(root, 'in', at));
    await link('../out', 'folder-out');
    await link('../out/secret.md', 'out.md');
    await link('../..', 'sub/up');
    await link('self.md', 'self.md');
    await link('nowhere.md', 'broken.md');
    await link('a.md', 'sub/../again.md');
    const result = await crawl(await resolveSource('in', { cwd: root }));
    expect(paths(result)).toEqual(['a.md', 'sub/b.md']);
    expect(result.skips.map(({ path, reason, detail }) => `${path} ${reason}: ${detail}`)).toEqual([
      'again.md symlink: leads to a.md',
      'broken.md symlink: leads to nothing',
      'folder-out symlink: leads out of the source',
      'out.md symlink: leads out of the source',
      'self.md symlink: loops',
      'sub/up symlink: leads out of the source',
    ]);
    expect(result.skipCounts).toEqual({ symlink: 6 });
    await link('..', 'sub/its-parent');
    await symlink('.', path.join(root, 'in/sub/dot'));
    const again = await crawl(await resolveSource('in', { cwd: root }));
    for (const name of ['sub/dot', 'sub/its-parent']) {
      expect(again.skips).toContainEqual({ path: name, reason: 'symlink', detail: 'loops' });
    }
  });

  it('a folder of 3,000 pictures is counted exactly and listed up to the limit', async () => {
    const root = await makeTree({});
    await mkdir(path.join(root, 'p'));
    for (let n = 0; n < 3000; n += 1) {
      await writeFile(path.join(root, 'p', `${String(n).padStart(4, '0')}.png`), '');
    }
    const result = await crawl(await resolveSource('.', { cwd: root }));
    expect(result.skipCounts).toEqual({ extension: 3000 });
    expect(result.skips).toHaveLength(1000);
    expect(result.skips[0]?.path).toBe('p/0000.png');
    expect(result.skips.at(-1)?.path).toBe('p/0999.png');
  });
});

describe('include and exclude', () => {
  const tree = {
    'a.md': '',
    'page.html': '',
    'docs/b.md': '',
    'docs/c.txt': '',
    'docs/pic.png': '',
    'docs/deep/d.md': '',
    'docs/deep/e.html': '',
    'notes/f.md': '',
    '.github/g.md': '',
    '.github/.x/h.md': '',
    'notes (old)/i.md': '',
  };
  const table: [string, readonly string[], readonly string[], readonly string[]][] = [
    ['an include narrows', ['docs/**'], [], ['docs/b.md', 'docs/c.txt', 'docs/deep/d.md']],
    [
      'an include that names an extension brings it in',
      ['**/*.html'],
      [],
      ['docs/deep/e.html', 'page.html'],
    ],
    ['*.* says nothing of the extension', ['docs/*.*'], [], ['docs/b.md', 'docs/c.txt']],
    ['* stays in its folder', ['docs/*.md'], [], ['docs/b.md']],
    ['several are alternatives', ['*.md', 'notes/**'], [], ['a.md', 'notes/f.md']],
    ['braces', ['{docs,notes}/*.md'], [], ['docs/b.md', 'notes/f.md']],
    ['a folder without wildcards is all that is in it', ['docs/deep/'], [], ['docs/deep/d.md']],
    [
      'a file without wildcards, whatever its extension',
      ['page.html', './a.md'],
      [],
      ['a.md', 'page.html'],
    ],
    ['special characters without wildcards are literal', ['notes (old)'], [], ['notes (old)/i.md']],
    ['and with wildcards behind them', ['notes (old)/*.md'], [], ['notes (old)/i.md']],
    ['alternatives', ['@(docs|notes)/*.md'], [], ['docs/b.md', 'notes/f.md']],
    ['a hidden folder that is named', ['.github/**'], [], ['.github/g.md']],
    ['exclude wins', ['docs/**'], ['**/deep/**'], ['docs/b.md', 'docs/c.txt']],
    ['exclude a folder by name', [], ['docs', 'notes*'], ['a.md']],
    ['exclude files', [], ['**/*.md'], ['docs/c.txt']],
    ['case counts', ['DOCS/**', '*.MD'], [], []],
  ];
  it.each(table)('%s', async (_title, include, exclude, expected) => {
    expect(paths(await crawlTree(tree, { include, exclude }))).toEqual(expected);
  });

  it('a glob means its folder with what it matches', async () => {
    const cwd = await makeTree(tree);
    const source = await resolveSource('docs/*.md', { cwd });
    expect(paths(await crawl(source))).toEqual(['b.md']);
    expect(paths(await crawl({ ...source, include: [] }))).toEqual(['b.md', 'c.txt', 'deep/d.md']);
  });

  it('a folder outside of every include is not read', async () => {
    const result = await crawlTree(tree, { include: ['docs/deep/*.md'] });
    expect(paths(result)).toEqual(['docs/deep/d.md']);
    expect(result.skips).toContainEqual({
      path: 'notes',
      reason: 'excluded',
      detail: 'not included',
    });
    expect(result.skips.some(({ path }) => path.startsWith('notes/'))).toBe(false);
  });

  it.each(['../x/*.md', 'a/../../b', '{a,../b}/*', '/etc/*', '!a.md', '', 'C:\\x\\*.md'])(
    'refuses the glob %j',
    async (glob) => {
      for (const options of [{ include: [glob] }, { exclude: [glob] }]) {
        await expect(crawlTree({}, options)).rejects.toMatchObject({ code: 'USAGE' });
      }
    },
  );
});

describe('a source that is a file', () => {
  it('is one entry under its own name, hidden, ignored or with any extension: explicit wins', async () => {
    const cwd = await makeTree({ 'page.html': '<p>', '.notes.md': '#', '.gitignore': '*' });
    const html = await crawl(await resolveSource('page.html', { cwd }));
    expect(html.files).toMatchObject([{ path: 'page.html', format: 'text', size: 3 }]);
    const hidden = await crawl(await resolveSource('.notes.md', { cwd }));
    expect(hidden.files).toMatchObject([{ path: '.notes.md', format: 'markdown' }]);
  });

  it('a hidden folder as a source is walked', async () => {
    const cwd = await makeTree({ '.vault/a.md': '', 'node_modules/p/README.md': '' });
    expect(paths(await crawl(await resolveSource('.vault', { cwd })))).toEqual(['a.md']);
    expect(paths(await crawl(await resolveSource('node_modules/p', { cwd })))).toEqual([
      'README.md',
    ]);
  });

  it('may be too large', async () => {
    const cwd = await makeTree({ 'a.md': '12345' });
    const result = await crawl(await resolveSource('a.md', { cwd }), { maxBytes: 4 });
    expect(result.files).toEqual([]);
    expect(result.skips).toEqual([{ path: 'a.md', reason: 'too-large', detail: '5 bytes' }]);
  });
});

describe('a subtree', () => {
  const tree = {
    'a.md': '',
    'docs/b.md': '',
    'docs/x/c.md': '',
    'docs/x/d.md': '',
    '.h/e.md': '',
    'docs/skip/f.md': '',
    'docs/.gitignore': 'skip/\n',
    'docs*x/g.md': '',
  };
  const table: [string, string, readonly string[]][] = [
    ['a folder', 'docs/x', ['docs/x/c.md', 'docs/x/d.md']],
    ['a file', 'docs/x/c.md', ['docs/x/c.md']],
    ['a name with glob characters', 'docs*x', ['docs*x/g.md']],
    ['what is hidden stays out', '.h', []],
    ['what is ignored stays out', 'docs/skip', []],
  ];
  it.each(table)('%s', async (_title, subtree, expected) => {
    const result = await crawlTree(tree, { subtree });
    expect(paths(result)).toEqual(expected);
    expect(result.unobserved).toEqual([]);
  });

  it('one that is gone was observed: what the corpus holds there is deleted', async () => {
    const result = await crawlTree(tree, { subtree: 'docs/gone/deeper' });
    expect([result.files, result.skips, result.unobserved]).toEqual([[], [], []]);
  });
});

describe('abandoning', () => {
  it('throws the reason, before and during the walk', async () => {
    const cwd = await makeTree({ 'a/b/c.md': '' });
    const source = await resolveSource('.', { cwd });
    const reason = new Error('enough');
    await expect(crawl(source, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const fs = await import('../../../src/files/file-system.ts');
    const aborting: CrawlOptions['fs'] = {
      ...fs.diskFileSystem,
      readdir: (folder) => {
        if (folder.endsWith('a')) controller.abort(reason);
        return fs.diskFileSystem.readdir(folder);
      },
    };
    await expect(crawl(source, { signal: controller.signal, fs: aborting })).rejects.toBe(reason);
  });
});
