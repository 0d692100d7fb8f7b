/** Which files a corpus holds: rules, subtrees, nested sources, and what could not be looked at. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { countingEmbedder, findBroken, rows, runIndex, value } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let db: string;
let root: string;
beforeEach(() => {
  db = join(temporary(), 'corpus.db');
  root = temporary({
    'a.md': 'Apples.\n',
    'b.txt': 'Bananas.\n',
    'sub/c.md': 'Cherries.\n',
    'sub/d.md': 'Dates.\n',
    'sub/deep/e.md': 'Elderberries.\n',
  });
});

const index = (sources: readonly string[] = [], options: object = {}) =>
  runIndex(db, countingEmbedder(), sources, options);

const paths = (): unknown[] =>
  rows(db, 'SELECT path FROM passage ORDER BY path').map((row) => row['path']);

const ALL = ['a.md', 'b.txt', 'sub/c.md', 'sub/d.md', 'sub/deep/e.md'];

describe('a missing root taken for "all files deleted"', () => {
  it('removes nothing and is reported; what is back is unchanged', async () => {
    await index([root]);
    renameSync(root, `${root}-away`);
    const away = await index();
    expect(away).toMatchObject({ unobserved: [root], documents: { removed: 0 } });
    expect(paths()).toEqual(ALL);
    renameSync(`${root}-away`, root);
    expect(await index()).toMatchObject({ unobserved: [], documents: { read: 0, unchanged: 5 } });
  });

  it('an empty root is no missing one', async () => {
    await index([root]);
    rmSync(root, { recursive: true });
    mkdirSync(root);
    expect(await index()).toMatchObject({ documents: { removed: 5 }, inputs: { pruned: 5 } });
    expect(paths()).toEqual([]);
    expect(findBroken(db)).toEqual([]);
  });
});

describe('a file that is named and left out', () => {
  it.each([['as a source'], ['inside a source']])('%s is told apart from others', async (how) => {
    plant(root, { 'binary.md': '\u0000\u0001\u0000' });
    if (how === 'inside a source') await index([root]);
    const { skipped } = await index([join(root, 'binary.md')]);
    expect(skipped).toMatchObject([{ reason: 'binary', isNamed: true }]);
  });

  it('is not marked where its folder was named', async () => {
    plant(root, { 'binary.md': '\u0000\u0001\u0000' });
    const { skipped } = await index([root]);
    expect(skipped.map(({ isNamed }) => isNamed)).toEqual([undefined]);
  });
});

describe('a glob that matches nothing', () => {
  it.each([
    ['alone', ['sub/*.mdd'], {}],
    ['beside one that matches', ['sub/*.md', 'sub/*.mdd'], {}],
    ['as a rule', ['sub'], { include: ['*.mdd'] }],
  ])('%s is an error that changes nothing', async (_, names, options) => {
    const sources = names.map((name) => join(root, name));
    await index([join(root, 'sub')]);
    const before = paths();
    await expect(index(sources, options)).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(paths()).toEqual(before);
    expect(value(db, 'SELECT include FROM source')).toBe('[]');
  });

  it('is none once it is stored: files may go', async () => {
    await index([join(root, 'sub/*.md')]);
    for (const name of ['c.md', 'd.md']) rmSync(join(root, 'sub', name));
    expect(await index()).toMatchObject({ documents: { removed: 2 } });
  });
});

describe('a file that no longer belongs', () => {
  it('emptied to 0 bytes does not keep its old text searchable', async () => {
    await index([root]);
    plant(root, { 'a.md': '' });
    expect(await index()).toMatchObject({ documents: { updated: 1 }, inputs: { pruned: 1 } });
    expect(paths()).toEqual(ALL.slice(1));
    expect(value(db, "SELECT count(*) FROM document WHERE path = 'a.md'")).toBe(1);
  });

  it('that has become binary is gone, with its reason', async () => {
    await index([root]);
    plant(root, { 'a.md': new Uint8Array(64) });
    const summary = await index();
    expect(summary.skipCounts).toMatchObject({ binary: 1 });
    expect(paths()).toEqual(ALL.slice(1));
  });

  it('that is excluded goes away', async () => {
    await index([root]);
    const summary = await index([root], { exclude: ['sub/**'] });
    expect(summary).toMatchObject({ documents: { removed: 3, unchanged: 2 } });
    expect(paths()).toEqual(['a.md', 'b.txt']);
  });
});

describe('the rules of a source', () => {
  it('are kept when index gives none and replaced when it gives some', async () => {
    await index([root], { include: ['**/*.md'], exclude: ['sub/deep/**'] });
    expect(paths()).toEqual(['a.md', 'sub/c.md', 'sub/d.md']);
    plant(root, { 'sub/deep/new.md': 'New.\n', 'new.txt': 'New as well.\n' });
    for (const sources of [[], [root], [join(root, 'sub')]]) {
      await index(sources);
      expect(paths()).toEqual(['a.md', 'sub/c.md', 'sub/d.md']);
    }
    await index([root], { include: ['*.txt'] });
    expect(paths()).toEqual(['b.txt', 'new.txt']);
    await index([root], { exclude: [] });
    expect(paths()).toHaveLength(7);
  });

  it('of a glob are its base folder plus an include', async () => {
    await index([join(root, '**/*.txt')]);
    expect(paths()).toEqual(['b.txt']);
    expect(value(db, 'SELECT path FROM source')).toBe(root);
  });
});

describe('a path inside a known source', () => {
  it('re-syncs that subtree and leaves the rest alone', async () => {
    await index([root]);
    plant(root, { 'a.md': 'Avocados.\n', 'sub/c.md': 'Cranberries.\n' });
    rmSync(join(root, 'b.txt'));
    rmSync(join(root, 'sub/d.md'));
    const summary = await index([join(root, 'sub')]);
    expect(summary.documents).toMatchObject({ read: 1, updated: 1, removed: 1, unchanged: 1 });
    expect(rows(db, 'SELECT path, text FROM passage ORDER BY path')).toEqual([
      { path: 'a.md', text: 'Apples.' },
      { path: 'b.txt', text: 'Bananas.' },
      { path: 'sub/c.md', text: 'Cranberries.' },
      { path: 'sub/deep/e.md', text: 'Elderberries.' },
    ]);
    expect(value(db, 'SELECT count(*) FROM source')).toBe(1);
  });

  it('can be one file', async () => {
    await index([root]);
    plant(root, { 'a.md': 'Avocados.\n', 'sub/c.md': 'Cranberries.\n' });
    const summary = await index([join(root, 'sub/c.md')]);
    expect(summary.documents).toMatchObject({ read: 1, updated: 1, removed: 0 });
    expect(value(db, "SELECT text FROM passage WHERE path = 'a.md'")).toBe('Apples.');
  });
});

describe('nested sources', () => {
  const holders = (): object[] =>
    rows(db, 'SELECT source, path FROM passage ORDER BY text').map((row) => ({ ...row }));

  it('an outer one after an inner one: nothing is doubled, nothing embedded twice', async () => {
    const sub = join(root, 'sub');
    await index([sub]);
    const outer = countingEmbedder();
    await runIndex(db, outer, [root]);
    expect(outer.inputs).toHaveLength(2);
    expect(holders()).toHaveLength(5);
    expect(holders()).toContainEqual({ source: sub, path: 'c.md' });
    expect(await index()).toMatchObject({ documents: { unchanged: 5, removed: 0, added: 0 } });
  });

  it('an inner one with rules of its own takes its documents over at once', async () => {
    await index([root]);
    const sub = join(root, 'sub');
    const inner = countingEmbedder();
    const summary = await runIndex(db, inner, [sub], { include: ['*.md'] });
    expect(inner.inputs).toEqual([]);
    expect(summary.documents).toMatchObject({ moved: 2, removed: 1 });
    expect(holders()).toEqual([
      { source: root, path: 'a.md' },
      { source: root, path: 'b.txt' },
      { source: sub, path: 'c.md' },
      { source: sub, path: 'd.md' },
    ]);
    expect(await index()).toMatchObject({ documents: { unchanged: 4, removed: 0, added: 0 } });
    expect(findBroken(db)).toEqual([]);
  });
});

describe('a folder with its corpus inside', () => {
  it('can be moved: nothing is read or embedded again', async () => {
    const inside = (folder: string): string => join(folder, '.umekomi', 'corpus.db');
    await runIndex(inside(root), countingEmbedder(), [root]);
    renameSync(root, `${root}-moved`);
    const embedder = countingEmbedder();
    const summary = await runIndex(inside(`${root}-moved`), embedder);
    renameSync(`${root}-moved`, root);
    expect(summary).toMatchObject({
      sources: [`${root}-moved`],
      documents: { read: 0, unchanged: 5 },
    });
    expect(embedder.inputs).toEqual([]);
  });
});
