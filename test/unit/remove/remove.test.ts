/** `remove`: out of the corpus for good, and nothing on disk is touched. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtin, type Corpus, openCorpus } from '../../../src/index.ts';

let folder: string;
let corpus: Corpus;

async function paths(): Promise<readonly string[]> {
  const { hits } = await corpus.search('word', { k: 100 });
  return hits.map((hit) => hit.path).sort();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'umekomi-remove-'));
  for (const path of ['a/one.md', 'a/draft [1]/two.md', 'a/draft [1]/three.md', 'b/four.md']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), `A word about ${path}.\n`);
  }
  corpus = await openCorpus(join(folder, 'corpus.db'), { embedder: builtin(), cwd: folder });
  await corpus.index(['a', 'b']);
});

afterEach(async () => {
  await corpus.close();
  rmSync(folder, { recursive: true });
});

describe('remove', () => {
  it('takes a source out, with its vectors', async () => {
    const summary = await corpus.remove('b');
    expect(summary).toEqual({
      sources: [join(folder, 'b')],
      documents: 1,
      vectors: 1,
      excluded: [],
    });
    expect(await paths()).not.toContain('four.md');
    expect(await corpus.status()).toMatchObject({ documents: 3, vectors: 3 });
    expect(existsSync(join(folder, 'b/four.md'))).toBe(true);
    await corpus.index();
    expect((await corpus.status()).documents).toBe(3);
  });

  it('takes a folder out whose name looks like a glob, and the next run leaves it out', async () => {
    expect(await corpus.remove('a/draft [1]/')).toMatchObject({
      sources: [],
      documents: 2,
      vectors: 2,
    });
    expect(await paths()).toEqual(['four.md', 'one.md']);
    const { documents } = await corpus.index();
    expect(documents).toMatchObject({ added: 0, removed: 0 });
    expect(await paths()).toEqual(['four.md', 'one.md']);
  });

  it('takes a file out by its path inside the source', async () => {
    expect(await corpus.remove('one.md')).toMatchObject({ documents: 1 });
    await corpus.index();
    expect(await paths()).toEqual(['draft [1]/three.md', 'draft [1]/two.md', 'four.md']);
  });

  it('finds what is named through a symbolic link, even if it is gone from disk', async () => {
    const link = `${folder}-link`;
    symlinkSync(folder, link, 'junction');
    rmSync(join(folder, 'b/four.md'));
    const linked = await openCorpus(join(link, 'corpus.db'), { embedder: builtin(), cwd: link });
    expect((await linked.like({ path: 'a/one.md' })).hits.length).toBeGreaterThan(0);
    expect(await linked.remove('b/four.md')).toMatchObject({ documents: 1 });
    await linked.close();
    rmSync(link);
  });

  it('says so if nothing is there', async () => {
    await expect(corpus.remove('nowhere')).rejects.toEqual(
      expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
    );
    expect((await corpus.status()).documents).toBe(4);
  });
});
