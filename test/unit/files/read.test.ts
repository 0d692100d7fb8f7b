import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  type FileHandle,
  mkdir,
  open,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/files/read.ts';
import { temporaryTrees } from './tree.ts';

const makeTree = temporaryTrees();

/** Opens really, and does something between the reading and the second look at size and time. */
function meddling(meddle: (attempt: number) => Promise<void>) {
  let attempt = 0;
  return async (file: string, flags: number): Promise<FileHandle> => {
    const handle = await open(file, flags);
    const mine = ++attempt;
    let looks = 0;
    return new Proxy(handle, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (name === 'stat' && ++looks === 2) await meddle(mine);
          return Reflect.apply(value, target, args);
        };
      },
    });
  };
}

/** Waits until the file system stamps changes with another time: its clock has ticks of some milliseconds. */
async function later(file: string): Promise<void> {
  const before = (await stat(file, { bigint: true })).ctimeNs;
  const probe = `${file}.probe`;
  do await writeFile(probe, '');
  while ((await stat(probe, { bigint: true })).ctimeNs <= before);
  await rm(probe);
}

describe('readDocument', () => {
  it('reads text, hash, size, time, and the clock before it was opened', async () => {
    const root = await makeTree({ 'a.md': '\uFEFF# 見出し\r\n本文\n' });
    const file = path.join(root, 'a.md');
    await utimes(file, 1_700_000_000, 1_700_000_000.5);
    const result = await readDocument(file, { now: () => 42n });
    expect(result).toEqual({
      kind: 'read',
      hash: createHash('sha256').update('\uFEFF# 見出し\r\n本文\n').digest(),
      size: Buffer.byteLength('\uFEFF# 見出し\r\n本文\n'),
      mtimeNs: 1_700_000_000_500_000_000n,
      observedAtNs: 42n,
      text: '# 見出し\r\n本文\n',
      encoding: 'utf-8',
    });
  });

  it('an empty file is a document without text', async () => {
    const root = await makeTree({ 'a.md': '' });
    expect(await readDocument(path.join(root, 'a.md'))).toMatchObject({
      kind: 'read',
      size: 0,
      text: '',
    });
  });

  it('the default clock is about now', async () => {
    const root = await makeTree({ 'a.md': 'x' });
    const before = BigInt(Date.now()) * 1_000_000n;
    const result = await readDocument(path.join(root, 'a.md'));
    expect(result.kind === 'read' && result.observedAtNs >= before).toBe(true);
  });

  it('a file that changed while it was read is read once more', async () => {
    const file = path.join(await makeTree({ 'a.md': 'old' }), 'a.md');
    const openFile = meddling(async (attempt) => {
      if (attempt === 1) await appendFile(file, ' and new');
    });
    expect(await readDocument(file, { open: openFile })).toMatchObject({
      kind: 'read',
      text: 'old and new',
      size: 11,
    });
  });

  it('also when only its time says so', async () => {
    const file = path.join(await makeTree({ 'a.md': 'old' }), 'a.md');
    const openFile = meddling(async (attempt) => {
      if (attempt > 1) return;
      await writeFile(file, 'new');
      await utimes(file, 1, 1);
    });
    expect(await readDocument(file, { open: openFile })).toMatchObject({
      kind: 'read',
      text: 'new',
      mtimeNs: 1_000_000_000n,
    });
  });

  it('also when the writer puts size and time back', async () => {
    const file = path.join(await makeTree({ 'a.md': 'old' }), 'a.md');
    const openFile = meddling(async (attempt) => {
      if (attempt > 1) return;
      const { atime, mtime } = await stat(file);
      await writeFile(file, 'new');
      await utimes(file, atime, mtime);
    });
    await utimes(file, 1_700_000_000, 1_700_000_000);
    await later(file);
    expect(await readDocument(file, { open: openFile })).toMatchObject({ text: 'new' });
  });

  it('one that goes on changing is left to the next run', async () => {
    const file = path.join(await makeTree({ 'a.md': 'old' }), 'a.md');
    const openFile = meddling(() => appendFile(file, 'more'));
    expect(await readDocument(file, { open: openFile })).toEqual({
      kind: 'skipped',
      reason: 'changed-while-read',
    });
  });

  it('one that is replaced is read as it is now, never mixed', async () => {
    const root = await makeTree({ 'a.md': 'old', 'b.md': 'replacement' });
    const openFile = meddling((attempt) =>
      attempt === 1 ? rename(path.join(root, 'b.md'), path.join(root, 'a.md')) : Promise.resolve(),
    );
    expect(await readDocument(path.join(root, 'a.md'), { open: openFile })).toMatchObject({
      text: 'replacement',
      size: 11,
    });
  });

  it('one that vanished says so', async () => {
    const root = await makeTree({ 'a/b.md': '' });
    await rm(path.join(root, 'a'), { recursive: true });
    expect(await readDocument(path.join(root, 'a/b.md'))).toMatchObject({
      kind: 'skipped',
      reason: 'vanished',
    });
    await writeFile(path.join(root, 'a'), 'a file where the folder was');
    expect(await readDocument(path.join(root, 'a/b.md'))).toMatchObject({ reason: 'vanished' });
  });

  it('is bounded', async () => {
    const file = path.join(await makeTree({ 'a.md': '12345' }), 'a.md');
    expect(await readDocument(file, { maxBytes: 5 })).toMatchObject({ kind: 'read' });
    expect(await readDocument(file, { maxBytes: 4 })).toEqual({
      kind: 'skipped',
      reason: 'too-large',
      detail: '5 bytes',
    });
  });

  it('an unreadable file says why', async () => {
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const result = await readDocument('/nowhere', { open: () => Promise.reject(denied) });
    expect(result).toEqual({ kind: 'skipped', reason: 'unreadable', detail: 'EACCES' });
  });

  it('closes what it opened, whatever comes', async () => {
    const root = await makeTree({ 'a.md': 'x', 'b.md': Uint8Array.of(0, 0) });
    const handles: FileHandle[] = [];
    const keeping = async (file: string, flags: number): Promise<FileHandle> => {
      const handle = await open(file, flags);
      handles.push(handle);
      return handle;
    };
    await readDocument(path.join(root, 'a.md'), { open: keeping });
    await readDocument(path.join(root, 'b.md'), { open: keeping });
    await readDocument(root, { open: keeping, maxBytes: 1 });
    expect(handles).toHaveLength(3);
    expect(handles.map(({ fd }) => fd)).toEqual([-1, -1, -1]);
  });

  describe.skipIf(process.platform === 'win32')('things put in its place since the crawl', () => {
    it('a link is not followed out of the source', async () => {
      const root = await makeTree({ 'in/a.md': 'a', 'secret.md': 'secret' });
      await rm(path.join(root, 'in/a.md'));
      await symlink('../secret.md', path.join(root, 'in/a.md'));
      expect(await readDocument(path.join(root, 'in/a.md'))).toEqual({
        kind: 'skipped',
        reason: 'symlink',
      });
    });

    it('a named pipe is not waited for; a socket and a folder are no files', async () => {
      const root = await makeTree({});
      execFileSync('mkfifo', [path.join(root, 'pipe.md')]);
      await mkdir(path.join(root, 'folder.md'));
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(path.join(root, 'socket.md'), resolve));
      for (const name of ['pipe.md', 'folder.md', 'socket.md']) {
        expect(await readDocument(path.join(root, name))).toEqual({
          kind: 'skipped',
          reason: 'not-a-file',
        });
      }
      await new Promise((resolve) => server.close(resolve));
    });
  });
});
