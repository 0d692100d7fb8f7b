import type { Dirent } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { crawl } from '../../../src/files/crawl.ts';
import { type CrawlFileSystem, diskFileSystem } from '../../../src/files/file-system.ts';
import { resolveSource } from '../../../src/files/source.ts';
import { temporaryTrees } from './tree.ts';

const makeTree = temporaryTrees();

/** The real disk, but for paths that end so: those fail with a code. Root may read everything. */
function failing(code: string, call: 'readdir' | 'lstat', ...ends: string[]): CrawlFileSystem {
  const check = (path: string): void => {
    if (ends.some((end) => path.endsWith(end))) throw Object.assign(new Error(code), { code });
  };
  return {
    ...diskFileSystem,
    readdir: async (path): Promise<Dirent<Buffer>[]> => {
      if (call === 'readdir') check(path);
      return diskFileSystem.readdir(path);
    },
    lstat: async (path) => {
      if (call === 'lstat') check(path);
      return diskFileSystem.lstat(path);
    },
  };
}

const tree = {
  'a.md': '',
  'locked/b.md': '',
  'locked/deep/c.md': '',
  'open/d.md': '',
  'open/in/e.md': '',
};

describe('not seen is not deleted', () => {
  it.each(['EACCES', 'EPERM', 'EIO', 'ESTALE', 'EMFILE'])(
    'one folder that answers %s costs only itself',
    async (code) => {
      const source = await resolveSource('.', { cwd: await makeTree(tree) });
      const result = await crawl(source, { fs: failing(code, 'readdir', 'locked', 'open/in') });
      expect(result.files.map((file) => file.path)).toEqual(['a.md', 'open/d.md']);
      expect(result.unobserved).toEqual(['locked', 'open/in']);
      expect(result.skips).toEqual([
        { path: 'locked', reason: 'unreadable', detail: code },
        { path: 'open/in', reason: 'unreadable', detail: code },
      ]);
    },
  );

  it('a file whose size cannot be read is unobserved', async () => {
    const source = await resolveSource('.', { cwd: await makeTree(tree) });
    const result = await crawl(source, { fs: failing('EACCES', 'lstat', 'd.md') });
    expect(result.unobserved).toEqual(['open/d.md']);
    expect(result.skips).toEqual([{ path: 'open/d.md', reason: 'unreadable', detail: 'EACCES' }]);
  });

  it('a file or folder that vanishes during the walk waits for the next run', async () => {
    const root = await makeTree(tree);
    const source = await resolveSource('.', { cwd: root });
    const vanishing: CrawlFileSystem = {
      ...diskFileSystem,
      readdir: async (folder) => {
        const entries = await diskFileSystem.readdir(folder);
        if (folder === root) await rm(path.join(root, 'a.md'));
        if (folder === root) await rm(path.join(root, 'locked'), { recursive: true });
        return entries;
      },
    };
    const result = await crawl(source, { fs: vanishing });
    expect(result.files.map((file) => file.path)).toEqual(['open/d.md', 'open/in/e.md']);
    expect(result.unobserved).toEqual(['a.md', 'locked']);
    expect(result.skipCounts).toEqual({ vanished: 2 });
  });

  it('A missing root (unmounted disk): nothing under it was observed', async () => {
    const cwd = await makeTree({ 'docs/a.md': '', 'file.md': '' });
    const sources = [await resolveSource('docs', { cwd }), await resolveSource('file.md', { cwd })];
    await rm(path.join(cwd, 'docs'), { recursive: true });
    await rm(path.join(cwd, 'file.md'));
    for (const source of sources) {
      const result = await crawl(source);
      expect(result.files).toEqual([]);
      expect(result.unobserved).toEqual(['']);
      expect(result.skips).toEqual([{ path: '', reason: 'unreadable', detail: 'ENOENT' }]);
      expect((await crawl(source, { subtree: 'x/y' })).unobserved).toEqual(['']);
    }
    await writeFile(path.join(cwd, 'docs'), 'now a file');
    const [folder] = sources;
    expect(folder && (await crawl(folder)).unobserved).toEqual(['']);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a folder without permission (not for root, who may read it)',
    async () => {
      const root = await makeTree(tree);
      await chmod(path.join(root, 'locked'), 0);
      const result = await crawl(await resolveSource('.', { cwd: root }));
      await chmod(path.join(root, 'locked'), 0o700);
      expect(result.unobserved).toEqual(['locked']);
      expect(result.files).toHaveLength(3);
    },
  );
});
