/** What happens to the passages and vectors of a document over many runs. */
import { copyFileSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import {
  countingEmbedder,
  findBroken,
  rows,
  runIndex,
  sampleDocument,
  value,
} from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let db: string;
beforeEach(() => {
  db = join(temporary(), 'corpus.db');
});

const counts = (): unknown =>
  rows(
    db,
    `SELECT (SELECT count(*) FROM embedding) AS vectors,
  (SELECT count(DISTINCT input_hash) FROM chunk) AS inputs, (SELECT count(*) FROM chunk) AS chunks`,
  )[0];

describe('old versions', () => {
  it('one file edited 40 times leaves no old vectors, and a top 10 is ten passages', async () => {
    const root = temporary();
    for (let i = 0; i < 12; i++) plant(root, { [`other${i}.md`]: `Lighthouse number ${i}.\n` });
    for (let edit = 0; edit <= 40; edit++) {
      plant(root, { 'diary.md': `The lighthouse keeper wrote entry ${edit}.\n` });
      await runIndex(db, builtin(), [root]);
    }
    expect(counts()).toEqual({ vectors: 13, inputs: 13, chunks: 13 });
    expect(findBroken(db)).toEqual([]);
    const corpus = await openCorpus(db, { readOnly: true });
    const { hits } = await corpus.search('lighthouse keeper entry');
    await corpus.close();
    expect(hits).toHaveLength(10);
    expect(hits[0]).toMatchObject({
      path: 'diary.md',
      text: 'The lighthouse keeper wrote entry 40.',
    });
  });

  it('free their space in the file', async () => {
    const root = temporary();
    const many = Array.from({ length: 400 }, (_, i) => [`f${i}.md`, sampleDocument(i)]);
    plant(root, Object.fromEntries(many));
    const wide = countingEmbedder({ dimensions: 512 });
    const summary = await runIndex(db, wide, [root]);
    expect(summary.chunks).toBeGreaterThan(1000);
    const before = Number(value(db, 'SELECT page_count FROM pragma_page_count'));
    await runIndex(db, wide, [root], { include: ['f1.md'] });
    const after = Number(value(db, 'SELECT page_count FROM pragma_page_count'));
    expect(after).toBeLessThan(before / 2);
    expect(value(db, 'SELECT freelist_count FROM pragma_freelist_count')).toBe(0);
    expect(findBroken(db)).toEqual([]);
  });
});

describe('equal texts', () => {
  it('in many files are embedded once, and every passage is found', async () => {
    const root = temporary();
    for (let i = 0; i < 30; i++)
      plant(root, { [`d${i}/licence.txt`]: 'Permission is hereby granted.\n' });
    const embedder = countingEmbedder();
    const summary = await runIndex(db, embedder, [root]);
    expect(embedder.inputs).toEqual(['Permission is hereby granted.']);
    expect(summary.inputs).toMatchObject({ embedded: 1, reused: 29 });
    expect(counts()).toEqual({ vectors: 1, inputs: 1, chunks: 30 });
    const corpus = await openCorpus(db, { embedder, readOnly: true });
    const { hits } = await corpus.search('Permission is hereby granted.', {
      mode: 'semantic',
      k: 40,
    });
    await corpus.close();
    expect(hits).toHaveLength(1);
    const places = hits.flatMap((hit) => [hit, ...hit.otherPlaces]);
    expect(new Set(places.map(({ path }) => path)).size).toBe(30);
  });

  it('stay while one of the files is left', async () => {
    const root = temporary({ 'a.md': 'Same.\n', 'b.md': 'Same.\n' });
    await runIndex(db, countingEmbedder(), [root]);
    expect(await runIndex(db, countingEmbedder(), [root], { exclude: ['a.md'] })).toMatchObject({
      inputs: { pruned: 0 },
    });
    expect(counts()).toEqual({ vectors: 1, inputs: 1, chunks: 1 });
  });
});

describe('a move', () => {
  it('of a folder keeps every document and chunk; nothing is embedded', async () => {
    const root = temporary({ 'old/a.md': sampleDocument(1), 'old/deep/b.md': sampleDocument(2) });
    await runIndex(db, countingEmbedder(), [root]);
    const ids = (): unknown => rows(db, 'SELECT id, text FROM passage ORDER BY id');
    const before = ids();
    renameSync(join(root, 'old'), join(root, 'new'));
    const embedder = countingEmbedder();
    const summary = await runIndex(db, embedder);
    expect(embedder.inputs).toEqual([]);
    expect(summary.documents).toMatchObject({ moved: 2, added: 0, removed: 0 });
    expect(ids()).toEqual(before);
    expect(rows(db, 'SELECT DISTINCT path FROM passage ORDER BY 1')).toEqual([
      { path: 'new/a.md' },
      { path: 'new/deep/b.md' },
    ]);
  });

  it('of one of two equal files takes its own document over', async () => {
    const root = temporary({ 'a.md': 'Same.\n', 'b.md': 'Same.\n' });
    await runIndex(db, countingEmbedder(), [root]);
    renameSync(join(root, 'b.md'), join(root, 'c.md'));
    expect((await runIndex(db, countingEmbedder())).documents).toMatchObject({
      moved: 1,
      unchanged: 1,
    });
    expect(rows(db, 'SELECT path FROM passage ORDER BY path')).toEqual([
      { path: 'a.md' },
      { path: 'c.md' },
    ]);
  });

  it('that swaps two files costs nothing either', async () => {
    const root = temporary({ 'a.md': 'Apples.\n', 'b.md': 'Bananas.\n' });
    await runIndex(db, countingEmbedder(), [root]);
    for (const [from, to] of [
      ['a', 'x'],
      ['b', 'a'],
      ['x', 'b'],
    ]) {
      renameSync(join(root, `${from}.md`), join(root, `${to}.md`));
    }
    const embedder = countingEmbedder();
    await runIndex(db, embedder);
    expect(embedder.inputs).toEqual([]);
    expect(rows(db, 'SELECT path, text FROM passage ORDER BY path')).toEqual([
      { path: 'a.md', text: 'Bananas.' },
      { path: 'b.md', text: 'Apples.' },
    ]);
  });

  it('to a name of another format is cut anew', async () => {
    const root = temporary({ 'a.md': '# Fruit\n\nApples.\n' });
    await runIndex(db, countingEmbedder(), [root]);
    renameSync(join(root, 'a.md'), join(root, 'a.txt'));
    await runIndex(db, countingEmbedder());
    expect(rows(db, 'SELECT path, headings, title FROM passage')).toEqual([
      { path: 'a.txt', headings: '[]', title: null },
    ]);
  });
});

describe('a file that was only touched', () => {
  it('is hashed, not cut or embedded again, and not read by the run after that', async () => {
    const root = temporary({ 'a.md': 'Apples.\n' });
    await runIndex(db, countingEmbedder(), [root]);
    plant(root, { 'a.md': 'Apples.\n' });
    expect(await runIndex(db, countingEmbedder())).toMatchObject({
      documents: { read: 1, unchanged: 1, updated: 0 },
      inputs: { embedded: 0 },
    });
    expect((await runIndex(db, countingEmbedder())).documents).toMatchObject({
      read: 0,
      unchanged: 1,
    });
  });

  it('a second write of the same size and time, right after it was read, is not missed', async () => {
    const root = temporary();
    const file = join(root, 'a.md');
    const at = 1_600_000_000.5;
    const write = (text: string): void => {
      writeFileSync(file, text);
      utimesSync(file, at, at);
    };
    write('Apples.\n');
    await runIndex(db, countingEmbedder(), [root], { now: () => at * 1000 + 1 });
    write('Grapes.\n');
    await runIndex(db, countingEmbedder());
    expect(value(db, 'SELECT text FROM passage')).toBe('Grapes.');
  });
});

describe('documents switch whole', () => {
  it('a reader during the run sees the old or the new one, never a mix, never none', async () => {
    const root = temporary();
    const write = (version: string): void => {
      for (let i = 0; i < 4; i++) {
        plant(root, {
          [`f${i}.md`]: sampleDocument(i).replaceAll('Line', version).replaceAll('第', version),
        });
      }
    };
    write('OLD');
    await runIndex(db, countingEmbedder(), [root]);
    const whole = rows(db, 'SELECT path, count(*) AS n FROM passage GROUP BY path ORDER BY path');
    write('NEW');
    const slow = countingEmbedder();
    const embed = slow.embedDocuments;
    const seen = new Set<string>();
    slow.embedDocuments = async (texts, options) => {
      const reader = await openCorpus(db, { readOnly: true });
      await reader.close();
      expect(
        rows(db, 'SELECT path, count(*) AS n FROM passage GROUP BY path ORDER BY path'),
      ).toEqual(whole);
      const versions = rows(
        db,
        `SELECT path, group_concat(DISTINCT CASE WHEN text LIKE '%OLD%' THEN 'OLD' ELSE 'NEW' END) AS v
         FROM passage GROUP BY path`,
      );
      for (const { v } of versions) seen.add(String(v));
      return embed(texts, options);
    };
    await runIndex(db, slow, [root], { batchSize: 1, concurrency: 1 });
    expect([...seen].sort()).toEqual(['NEW', 'OLD']);
    expect(value(db, "SELECT count(*) FROM chunk WHERE text LIKE '%OLD%'")).toBe(0);
  });
});

describe('the copy of a corpus', () => {
  it('goes on where the original was', async () => {
    const root = temporary({ 'a.md': 'Apples.\n' });
    await runIndex(db, countingEmbedder(), [root]);
    const folder = join(temporary(), 'copy');
    mkdirSync(folder);
    copyFileSync(db, join(folder, 'copy.db'));
    const embedder = countingEmbedder();
    await runIndex(join(folder, 'copy.db'), embedder, [root]);
    expect(embedder.inputs).toEqual([]);
  });
});
