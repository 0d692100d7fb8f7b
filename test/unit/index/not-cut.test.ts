/** A file that our own code fails on costs itself: it is told, remembered, and tried again when it can help. */
import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isComplete, summaryLines } from '../../../src/cli/render/summary.ts';
import { type MakeDocument, toDocument } from '../../../src/engine/indexing/prepare.ts';
import { runIndex } from '../../../src/engine/indexing/run.ts';
import type { IndexSummary } from '../../../src/model/indexing.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let store: Store;
/** Texts that were given to the chunker. */
let tried: string[];
/** An hour ago and later: what was written just now is read again anyway. */
let clock: number;

beforeEach(async () => {
  store = await openSqliteStore(':memory:', { mode: 'memory', now: Date.now, owner: 'test' });
  tried = [];
  clock = Date.now() / 1000 - 3600;
});
afterEach(() => store.close());

/** Overflows the stack on a text, as a chunker with a fault would. */
const faulty: MakeDocument = (content, place, chunking) => {
  tried.push(content.text);
  const overflow = (depth: number): number => overflow(depth + 1) + 1;
  if (content.text.includes('poison')) overflow(0);
  return toDocument(content, place, chunking);
};

function write(root: string, name: string, text: string): void {
  plant(root, { [name]: text });
  clock += 1;
  utimesSync(join(root, name), clock, clock);
}

interface Given {
  readonly makeDocument?: MakeDocument | undefined;
  readonly chunkSize?: number;
  readonly embedder?: Embedder;
  readonly rebuild?: boolean;
  readonly dryRun?: boolean;
}

async function index(path: string, given: Given = {}): Promise<IndexSummary> {
  const summary = await runIndex({
    ...{ store, embedder: given.embedder ?? countingEmbedder() },
    ...{ chunkSize: given.chunkSize, chunkOverlap: undefined },
    sources: [
      { path, kind: 'folder', include: [], exclude: [], ignoreFiles: true, encoding: null },
    ],
    limits: { batchSize: 4, batchTokens: 10_000, concurrency: 1 },
    ...{ rules: {}, rebuild: given.rebuild === true, dryRun: given.dryRun === true },
    ...{ signal: undefined, now: Date.now, onProgress: () => {} },
    makeDocument: 'makeDocument' in given ? given.makeDocument : faulty,
  });
  if (summary === null) throw new Error('nobody else makes this corpus');
  return summary;
}

async function texts(): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of store.documents()) {
    found.push(...(await store.passages(id)).map(({ text }) => text));
  }
  return found;
}

const skip = (source: string, detail?: string) => ({
  ...{ source, path: 'b.md', reason: 'not-cut', detail },
});

describe('a file that makes the chunker fail', () => {
  it('costs itself: every other one is indexed, and it is named', async () => {
    const root = temporary({ 'a.md': 'Tea.\n', 'b.md': 'poison\n', 'c.md': 'Rice.\n' });
    const summary = await index(root);
    expect(await texts()).toEqual(['Tea.', 'Rice.']);
    expect(summary.skipped).toEqual([skip(root, 'RangeError')]);
    expect(summary.skipCounts).toEqual({ 'not-cut': 1 });
    expect(summary.documents.added).toBe(2);
    expect(isComplete(summary)).toBe(false);
    const context = { cwd: root, verbose: false, seconds: 1, corpus: 'c.db' };
    const lines = summaryLines(summary, context);
    expect(lines).toMatch(/not cut {4}1 file .*\n {2}b\.md {2}not-cut \(RangeError\)\n/);
    expect(lines).not.toContain('poison');
    expect(await store.notCut(10)).toEqual([{ source: root, path: 'b.md' }]);
  });

  it('is not tried again as it is, which is said by every run', async () => {
    const root = temporary();
    write(root, 'a.md', 'Tea.\n');
    write(root, 'b.md', 'poison\n');
    await index(root);
    tried = [];
    const second = await index(root);
    expect(tried).toEqual([]);
    expect(second.skipped).toEqual([skip(root)]);
    expect(second.documents).toMatchObject({ read: 0, unchanged: 2, added: 0 });
    expect(isComplete(second)).toBe(false);
  });

  it('keeps what was indexed of it before', async () => {
    const root = temporary();
    write(root, 'b.md', 'Tea.\n');
    await index(root);
    write(root, 'b.md', 'poison now\n');
    expect((await index(root)).skipped).toEqual([skip(root, 'RangeError')]);
    expect(await texts()).toEqual(['Tea.']);
    expect((await index(root)).skipped).toEqual([skip(root)]);
    expect(await texts()).toEqual(['Tea.']);
  });

  it.each([
    ['it changes', 'Rice.\n'],
    ['its former text is back', 'Tea.\n'],
  ])('is tried again when %s', async (_, text) => {
    const root = temporary();
    write(root, 'b.md', 'Tea.\n');
    await index(root);
    write(root, 'b.md', 'poison\n');
    await index(root);
    write(root, 'b.md', text);
    const summary = await index(root);
    expect(summary.skipped).toEqual([]);
    expect(isComplete(summary)).toBe(true);
    expect(await texts()).toEqual([text.trim()]);
    expect(await store.notCut(10)).toEqual([]);
  });

  it('is tried again by another chunker: other sizes, or a version that is mended', async () => {
    const root = temporary();
    write(root, 'b.md', 'poison\n');
    await index(root);
    tried = [];
    expect((await index(root, { chunkSize: 64 })).skipped).toEqual([skip(root, 'RangeError')]);
    expect(tried).toEqual(['poison\n']);
    await index(root, { chunkSize: 100, makeDocument: undefined });
    expect(await texts()).toEqual(['poison']);
  });

  it('goes with its file', async () => {
    const root = temporary();
    write(root, 'a.md', 'Tea.\n');
    write(root, 'b.md', 'poison\n');
    await index(root);
    rmSync(join(root, 'b.md'));
    const summary = await index(root);
    expect(summary.skipped).toEqual([]);
    expect(summary.documents).toMatchObject({ removed: 1, unchanged: 1 });
    expect(await store.notCut(10)).toEqual([]);
  });

  it('ends no rebuild', async () => {
    const root = temporary();
    write(root, 'a.md', 'Tea.\n');
    write(root, 'b.md', 'Milk.\n');
    await index(root);
    write(root, 'b.md', 'poison\n');
    const embedder = countingEmbedder({ model: 'another' });
    const summary = await index(root, { embedder, rebuild: true });
    expect(summary.skipped).toEqual([skip(root, 'RangeError')]);
    expect(await texts()).toEqual(['Tea.', 'Milk.']);
    expect((await store.counts()).missing).toBe(0);
  });

  it('is said by a dry run, which remembers nothing', async () => {
    const root = temporary({ 'b.md': 'poison\n' });
    expect((await index(root, { dryRun: true })).skipped).toEqual([skip(root, 'RangeError')]);
    expect(await store.notCut(10)).toEqual([]);
  });
});
