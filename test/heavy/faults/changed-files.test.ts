/** Files that change behind the run's back, and clocks and times that lie: what was written is found. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  countingEmbedder,
  findBroken,
  logicalDump,
  rows,
  runIndex,
  value,
} from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let root: string;
let db: string;
beforeEach(() => {
  root = temporary();
  db = join(temporary(), 'corpus.db');
});

const index = (options: Parameters<typeof runIndex>[3] = {}) =>
  runIndex(db, countingEmbedder(), [root], options);
const texts = (): unknown[] =>
  rows(db, 'SELECT text FROM passage ORDER BY path').map(({ text }) => text);

describe.skipIf(process.platform === 'win32')('between the walk and the reading', () => {
  /** What happens to each file when the run is about to read it. */
  const MEDDLE: Readonly<Record<string, (path: string) => void>> = {
    binary: (path) => writeFileSync(path, Uint8Array.of(0, 0, 1, 0, 0)),
    fifo: (path) => {
      rmSync(path);
      execFileSync('mkfifo', [path]);
    },
    folder: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    grown: (path) => appendFileSync(path, ' And more.'),
    link: (path) => {
      rmSync(path);
      symlinkSync(SECRET, path);
    },
    shrunk: (path) => truncateSync(path, 3),
    vanished: (path) => rmSync(path),
  };
  const SECRET = '/etc/hostname';

  it('a file is deleted, truncated, grown or swapped: no hang, no mixture, nothing from outside, all told', async () => {
    const names = Object.keys(MEDDLE);
    for (const name of names) plant(root, { [`${name}.md`]: `Old ${name}.` });
    await index();
    for (const name of names) plant(root, { [`${name}.md`]: `New text of ${name}.` });
    const done = new Set<string>();
    const summary = await index({
      onProgress: ({ path }) => {
        if (path === null || done.has(path)) return;
        done.add(path);
        MEDDLE[path.replace('.md', '')]?.(join(root, path));
      },
    });
    expect(done.size).toBe(names.length);
    expect(summary.skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ['binary.md', 'binary'],
      ['fifo.md', 'not-a-file'],
      ['folder.md', 'not-a-file'],
      ['link.md', 'symlink'],
      ['vanished.md', 'vanished'],
    ]);
    // What may be back keeps its old text; what is no text any more is gone.
    expect(texts()).toEqual([
      'Old fifo.',
      'Old folder.',
      'New text of grown. And more.',
      'Old link.',
      'New',
      'Old vanished.',
    ]);
    expect(findBroken(db)).toEqual([]);
    await index();
    expect(texts()).toEqual(['New text of grown. And more.', 'New']);
    const fresh = join(temporary(), 'fresh.db');
    await runIndex(fresh, countingEmbedder(), [root]);
    expect(logicalDump(db)).toEqual(logicalDump(fresh));
  });
});

describe('content that changed while size and modification time did not', () => {
  const write = (name: string, text: string, seconds: number): void => {
    writeFileSync(join(root, name), text);
    utimesSync(join(root, name), seconds, seconds);
  };
  const PAST = 1_600_000_000;

  /** So that the change has another tick of the file system's clock than the reading. */
  const nextTick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));

  it('is found by the next run, which embeds only that', async () => {
    for (const name of ['a', 'b', 'c']) write(`${name}.md`, `Apples ${name}.`, PAST);
    await index();
    await nextTick();
    write('b.md', 'Grapes b.', PAST);
    expect(await index()).toMatchObject({
      documents: { read: 1, updated: 1, unchanged: 2 },
      inputs: { embedded: 1 },
    });
    expect(texts()).toEqual(['Apples a.', 'Grapes b.', 'Apples c.']);
    expect(await index(), 'and is then quiet').toMatchObject({ documents: { read: 0 } });
  });

  const TOOLS: [string, string, string[]][] = [
    ['cp', 'cp -p', ['-p', 'OTHER', 'FILE']],
    ['sh', 'touch -r', ['-c', 'cp OTHER FILE && touch -r OTHER FILE']],
    ['sh', 'touch -d', ['-c', 'cp OTHER FILE && touch -d "2020-09-13T12:26:40Z" FILE']],
    ['mv', 'mv of an older file over it', ['OTHER', 'FILE']],
    ['sh', 'tar x', ['-c', 'tar cf - -C DIR a.md | tar xf - -C ROOT']],
  ];
  describe.skipIf(process.platform !== 'linux')('with the tools that put times back', () => {
    it.each(TOOLS)('%s: %s', async (tool, _title, args) => {
      write('a.md', 'Apples.', PAST);
      const other = temporary({ 'a.md': 'Grapes.' });
      utimesSync(join(other, 'a.md'), PAST, PAST);
      await index();
      await nextTick();
      const file = join(root, 'a.md');
      const before = statSync(file, { bigint: true });
      const place = (text: string): string =>
        text
          .replaceAll('OTHER', join(other, 'a.md'))
          .replaceAll('FILE', file)
          .replaceAll('ROOT', root)
          .replaceAll('DIR', other);
      execFileSync(tool, args.map(place));
      const after = statSync(file, { bigint: true });
      expect([after.size, after.mtimeNs], 'nothing to be seen').toEqual([
        before.size,
        before.mtimeNs,
      ]);
      await index();
      expect(texts()).toEqual(['Grapes.']);
    });
  });

  const hasGit = spawnSync('git', ['--version']).status === 0;
  it.runIf(hasGit)('an older version that git checks out is read too', async () => {
    const git = (...args: string[]): Buffer =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root });
    git('init', '-q');
    write('a.md', 'Apples.', PAST);
    git('add', '.');
    git('commit', '-qm', '1');
    write('a.md', 'Grapes.', PAST + 60);
    await index();
    await nextTick();
    git('checkout', '-q', '--', 'a.md');
    await index();
    expect(texts()).toEqual(['Apples.']);
  });

  it('a file that was only given other rights is read, and costs no vector', async () => {
    write('a.md', 'Apples.', PAST);
    await index();
    await nextTick();
    chmodSync(join(root, 'a.md'), 0o600);
    expect(await index()).toMatchObject({
      documents: { read: 1, unchanged: 1 },
      inputs: { embedded: 0 },
    });
    expect(await index()).toMatchObject({ documents: { read: 0 } });
  });
});

describe('clocks', () => {
  const HOUR = 3_600_000;
  const now = Date.now();
  const write = (text: string, at: number): void => {
    writeFileSync(join(root, 'a.md'), text);
    utimesSync(join(root, 'a.md'), at / 1000, at / 1000);
  };

  it('the clock that goes back between two runs hides no edit', async () => {
    write('Apples.', now - 2 * HOUR);
    await index({ now: () => now });
    write('Grapes.', now - HOUR);
    await index({ now: () => now - 3 * HOUR });
    expect(texts()).toEqual(['Grapes.']);
    write('Quince.', now - HOUR - 1000);
    await index({ now: () => now - 4 * HOUR });
    expect(texts()).toEqual(['Quince.']);
  });

  it('a clock that is behind the files reads them in every run and embeds nothing twice', async () => {
    write('Apples.', now);
    for (const embedded of [1, 0, 0]) {
      expect(await index({ now: () => now - HOUR })).toMatchObject({
        documents: { read: 1 },
        inputs: { embedded },
      });
    }
    await index({ now: () => now + HOUR });
    expect(await index({ now: () => now + HOUR })).toMatchObject({ documents: { read: 0 } });
  });

  it('a file from the future is read in every run until its time has come', async () => {
    write('Apples.', now + 48 * HOUR);
    await index();
    write('Grapes.', now + 48 * HOUR);
    await index();
    expect(texts()).toEqual(['Grapes.']);
    expect(await index()).toMatchObject({ documents: { read: 1 }, inputs: { embedded: 0 } });
    await index({ now: () => now + 49 * HOUR });
    expect(await index()).toMatchObject({ documents: { read: 0 } });
  });

  it('a disk that keeps whole seconds: a second write in the same second is found', async () => {
    const second = Math.floor(Date.now() / 1000) * 1000;
    write('Apples.', second);
    await index({ now: () => second + 900 });
    write('Grapes.', second);
    await index({ now: () => second + 10_000 });
    expect(texts()).toEqual(['Grapes.']);
    expect(value(db, 'SELECT count(*) FROM embedding')).toBe(1);
  });
});
