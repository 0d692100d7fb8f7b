import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IndexSummary } from '../../../src/index.ts';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';

let box: Sandbox;
beforeEach(() => {
  box = createSandbox();
  box.write('notes/a.md', '# 埋め込み\n\n単語をベクトルにする。\n');
  box.write('notes/b.md', '# Backup\n\nRestore a single file.\n');
});
afterEach(() => box.remove());

const index = (args: readonly string[]) => box.umekomi(['index', ...args, '--model', 'builtin']);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

async function summaryOf(args: readonly string[]): Promise<IndexSummary> {
  return JSON.parse((await index([...args, '--json'])).stdout) as IndexSummary;
}

describe('a first run that fails', () => {
  it.each([
    ['a path', ['note']],
    ['a glob', ['notes/*.text']],
    ['an unknown flag', ['notes', '--excldue', 'x']],
    ['a flag out of range', ['notes', '--chunk-size', '3']],
    ['rules that cannot be', ['notes', '--exclude', '/abs']],
    ['an address', ['notes', '--endpoint', 'ftp://x']],
    ['a server that is away', ['notes', '--endpoint', 'http://127.0.0.1:9', '--model', 'm']],
    ['a folder for the corpus that is a file', ['notes', '--db', 'notes/a.md/c.db']],
  ])('leaves nothing: %s', async (_, args) => {
    const before = filesOf(box.folder);
    const { code } = await box.umekomi(['index', ...args, '--retries', '0']);
    expect([2, 3]).toContain(code);
    expect(filesOf(box.folder)).toEqual(before);
    expect(existsSync(join(box.folder, '.umekomi'))).toBe(false);
  });
});

describe('index', () => {
  it('makes .umekomi/corpus.db, with the summary on stderr and nothing on stdout', async () => {
    const { code, stdout, stderr } = await index(['notes']);
    expect([code, stdout]).toEqual([0, '']);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'documents  2 added',
      'passages   2 new or changed; vectors: 2 embedded',
    ]);
    expect(lines.at(-1)).toMatch(/^done {7}in .+: .*corpus\.db$/);
    expect(readFileSync(join(box.folder, '.umekomi', '.gitignore'), 'utf8').trim()).toBe('*');
  });

  it('again does nothing; an edit, a move and a deletion cost what they should', async () => {
    await index(['notes']);
    expect(await summaryOf([])).toMatchObject({
      ...{ documents: { unchanged: 2, read: 0 }, inputs: { embedded: 0 } },
    });
    box.write('notes/b.md', '# Backup\n\nRestore a single folder.\n');
    renameSync(join(box.folder, 'notes', 'a.md'), join(box.folder, 'notes', 'c.md'));
    expect(await summaryOf([])).toMatchObject({
      ...{ documents: { moved: 1, updated: 1 }, inputs: { embedded: 1 } },
    });
    rmSync(join(box.folder, 'notes', 'b.md'));
    expect(await summaryOf([])).toMatchObject({ documents: { removed: 1 }, inputs: { pruned: 1 } });
  });

  it('--dry-run tells and changes nothing, not even for a new corpus', async () => {
    expect(await summaryOf(['notes', '--dry-run'])).toMatchObject({
      ...{ dryRun: true, chunks: 2, documents: { added: 2 }, inputs: { embedded: 2 } },
    });
    expect(existsSync(join(box.folder, '.umekomi'))).toBe(false);
    await index(['notes']);
    box.write('notes/new.md', 'new\n');
    expect(await summaryOf(['--dry-run'])).toMatchObject({ documents: { added: 1 } });
    expect(await summaryOf(['--dry-run'])).toMatchObject({ documents: { added: 1 } });
  });

  it('says why files were skipped with --verbose and --json', async () => {
    box.write('notes/x.bin', '\u0000');
    expect((await index(['notes'])).stderr).toContain('skipped    1 extension (--verbose');
    expect((await index(['-v'])).stderr).toContain('notes/x.bin  extension');
    expect((await summaryOf([])).skipped).toMatchObject([{ path: 'x.bin', reason: 'extension' }]);
  });

  it('expands ~ where the shell did not', async () => {
    box.write('home/docs/a.md', 'home\n');
    expect((await summaryOf(['~/docs/*.md', '--db', '~/h.db'])).documents.added).toBe(1);
    expect(existsSync(join(box.folder, 'home', 'h.db'))).toBe(true);
  });

  it('writes no configuration behind the user’s back: the corpus, and a .gitignore beside it', async () => {
    const before = filesOf(box.folder);
    await index(['notes', '--chunk-size', '300', '--concurrency', '1']);
    await box.umekomi(['search', '埋め込み', '-k', '1']);
    await box.umekomi(['like', 'notes/a.md']);
    await box.umekomi(['status']);
    await box.umekomi(['models']);
    await box.umekomi(['optimize']);
    const made = filesOf(box.folder).filter((name) => !before.includes(name));
    expect(made).toEqual([join('.umekomi', '.gitignore'), join('.umekomi', 'corpus.db')]);
  });

  it('without a corpus and without sources makes nothing and is exit code 2', async () => {
    const { code, stderr } = await index([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Name what to index');
    expect(existsSync(join(box.folder, '.umekomi'))).toBe(false);
  });

  it('of a folder that is not there is exit code 2', async () => {
    const { code, stderr } = await index(['nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('[SOURCE_NOT_FOUND]');
  });

  it('of a source whose disk is gone keeps what is stored and is exit code 4', async () => {
    await index(['notes']);
    renameSync(join(box.folder, 'notes'), join(box.folder, 'away'));
    const { code, stderr } = await index([]);
    expect(code).toBe(4);
    expect(stderr).toContain('could not be looked at');
    expect((await box.umekomi(['search', '埋め込み'])).code).toBe(0);
  });

  it('by another project’s config cannot be sent elsewhere', async () => {
    mkdirSync(join(box.folder, '.umekomi'));
    box.write('.umekomi/config.json', '{"endpoint": "http://127.0.0.1:9"}');
    const { code, stderr } = await index(['notes']);
    expect(code).toBe(2);
    expect(stderr).toContain('[CONFIG_INVALID]');
  });

  it('refuses a file of another program', async () => {
    box.write('foreign.db', 'not a database at all, but long enough to be looked at'.repeat(40));
    const { code, stderr } = await index(['notes', '--db', 'foreign.db']);
    expect(code).toBe(2);
    expect(stderr).toContain('[CORPUS_FOREIGN]');
  });
});

describe('a new corpus with nothing configured', async () => {
  const hasOllama = await isListening(11434);
  it.skipIf(hasOllama)('gets the built-in embedder, which is said in one line', async () => {
    const { code, stderr } = await box.umekomi(['index', 'notes']);
    expect(code).toBe(0);
    expect(stderr.split('\n').filter((line) => line.startsWith('umekomi:'))).toEqual([
      expect.stringContaining('using the built-in embedder'),
    ]);
    expect((await box.umekomi(['index'])).stderr).not.toContain('umekomi:');
  });
});

describe('status and remove', () => {
  it('tell what a corpus holds, and take things out', async () => {
    await index(['notes']);
    const { stdout } = await box.umekomi(['status']);
    expect(stdout).toContain('builtin/lexical-2 (builtin, 1024 dimensions)');
    expect(stdout).toContain('documents  2 documents, 2 passages');
    const removed = await box.umekomi(['remove', 'notes/b.md']);
    expect([removed.code, removed.stdout]).toEqual([0, '']);
    expect(removed.stderr).toContain('1 document removed');
    expect(JSON.parse((await box.umekomi(['status', '--json'])).stdout)).toMatchObject({
      ...{ version: 1, documents: 1, vectors: 1 },
    });
    expect(await summaryOf([])).toMatchObject({ documents: { added: 0 } });
    expect(await box.umekomi(['remove', 'notes'])).toMatchObject({ code: 0 });
    expect(await box.umekomi(['search', '埋め込み'])).toMatchObject({ code: 1 });
  });

  it('remove makes no corpus, and says when there is nothing to remove', async () => {
    expect((await box.umekomi(['remove', 'notes'])).stderr).toContain('[CORPUS_NOT_FOUND]');
    expect(existsSync(join(box.folder, '.umekomi'))).toBe(false);
    await index(['notes']);
    const { code, stderr } = await box.umekomi(['remove', 'nothing']);
    expect(code).toBe(2);
    expect(stderr).toContain('[DOCUMENT_NOT_FOUND]');
  });
});

describe('help and version', () => {
  it('of every command have examples and the flags that all commands have', async () => {
    const { code, stdout } = await box.umekomi(['--help']);
    expect(code).toBe(0);
    const section = stdout.split('Commands:\n')[1]?.split('\n\n')[0] ?? '';
    const names = [...section.matchAll(/^ {2}([a-z]+) /gmu)].map((match) => match[1] ?? '');
    const commands = names.filter((name) => name !== 'help');
    expect(commands).toEqual([
      ...[
        'index',
        'search',
        'like',
        'get',
        'ls',
        'remove',
        'optimize',
        'status',
        'doctor',
        'eval',
        'models',
      ],
    ]);
    for (const command of commands) {
      const help = await box.umekomi([command, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(/^Examples?:\n {2}\$ umekomi /mu);
      expect(help.stdout).toContain('--endpoint <url>');
    }
  });

  it('go to stdout when asked for, to stderr when nothing was said', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await box.umekomi(['--version'])).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
    expect(await box.umekomi([])).toMatchObject({ code: 2, stdout: '' });
  });
});

/** Whether something answers on a port of this machine. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
