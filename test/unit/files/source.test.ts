import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveSource } from '../../../src/files/source.ts';
import { UsageError } from '../../../src/model/errors.ts';
import { temporaryTrees } from './tree.ts';

const makeTree = temporaryTrees();
const NO_RULES = { include: [], exclude: [], ignoreFiles: true, encoding: null };

describe('resolveSource', () => {
  it('takes a folder, relative or absolute, with or without a slash at the end', async () => {
    const cwd = await makeTree({ 'docs/a.md': 'a' });
    const expected = { path: path.join(cwd, 'docs'), kind: 'folder', ...NO_RULES };
    for (const argument of ['docs', './docs', 'docs/', path.join(cwd, 'docs'), 'docs/../docs']) {
      expect(await resolveSource(argument, { cwd })).toEqual(expected);
    }
    expect((await resolveSource('.', { cwd: path.join(cwd, 'docs') })).path).toBe(expected.path);
  });

  it('takes a file whatever its extension, hidden or not', async () => {
    const cwd = await makeTree({ 'page.html': 'x', '.notes': 'x' });
    for (const name of ['page.html', '.notes']) {
      expect(await resolveSource(name, { cwd })).toMatchObject({
        path: path.join(cwd, name),
        kind: 'file',
      });
    }
  });

  it('one folder has one name: a link to it is the folder', async () => {
    const cwd = await makeTree({ 'real/a.md': 'a' });
    await symlink('real', path.join(cwd, 'link'));
    expect((await resolveSource('link', { cwd })).path).toBe(path.join(cwd, 'real'));
    expect((await resolveSource('link/*.md', { cwd })).path).toBe(path.join(cwd, 'real'));
  });

  it('splits a glob into its base folder and an include', async () => {
    const cwd = await makeTree({ 'docs/sub/a.md': 'a', 'other/b.md': 'b' });
    const globs: [string, string, string][] = [
      ['docs/**/*.md', 'docs', '**/*.md'],
      ['./docs/sub/*.md', 'docs/sub', '*.md'],
      ['docs/../other/*', 'other', '*'],
      ['*.md', '', '*.md'],
      ['{docs,other}/**', '', '{docs,other}/**'],
      [path.join(cwd, 'docs/*/?.md'), 'docs', '*/?.md'],
    ];
    for (const [argument, base, include] of globs) {
      expect(await resolveSource(argument, { cwd })).toEqual({
        path: path.join(cwd, base),
        kind: 'folder',
        ...NO_RULES,
        include: [include],
      });
    }
  });

  it('a glob may start above the working folder, but not leave its base behind a wildcard', async () => {
    const root = await makeTree({ 'work/': '', 'docs/a.md': 'a' });
    const cwd = path.join(root, 'work');
    expect((await resolveSource('../docs/*.md', { cwd })).path).toBe(path.join(root, 'docs'));
    await expect(resolveSource('../docs/*/../../secret.md', { cwd })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('leaves the source'),
    });
  });

  it('what exists under exactly that name is no glob', async () => {
    const cwd = await makeTree({
      'a[1].md': 'x',
      'a1.md': 'x',
      'draft {x}/n.md': 'x',
      '[d]/n.md': '',
    });
    expect(await resolveSource('a[1].md', { cwd })).toMatchObject({
      path: path.join(cwd, 'a[1].md'),
      kind: 'file',
    });
    expect((await resolveSource('draft {x}', { cwd })).kind).toBe('folder');
    expect(await resolveSource('[d]/*.md', { cwd })).toMatchObject({
      path: path.join(cwd, '[d]'),
      include: ['*.md'],
    });
  });

  it('says that nothing is there, and what a quoted ~ means', async () => {
    const cwd = await makeTree({});
    for (const argument of ['missing', 'missing/*.md', 'missing.md']) {
      const error = await resolveSource(argument, { cwd }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
      expect(String(error)).toContain(argument);
    }
    await expect(resolveSource('~/docs', { cwd })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('expanded by the shell'),
    });
  });

  it('a folder that is really called ~ is a folder', async () => {
    const cwd = await makeTree({ '~/a.md': 'a' });
    expect((await resolveSource('~', { cwd })).path).toBe(path.join(cwd, '~'));
  });

  it('refuses an empty argument, a NUL and a named pipe', async () => {
    const cwd = await makeTree({});
    for (const argument of ['', 'a\0b']) {
      await expect(resolveSource(argument, { cwd })).rejects.toMatchObject({ code: 'USAGE' });
    }
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [path.join(cwd, 'pipe')]);
    await expect(resolveSource('pipe', { cwd })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
