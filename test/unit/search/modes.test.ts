/** Words, meaning, and both; filters; what people are shown around a hit. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtin, type Corpus, type Embedder, openCorpus } from '../../../src/index.ts';

let folder: string;
let corpus: Corpus;

const FILES: Readonly<Record<string, string>> = {
  'errors.md':
    '---\ntags: [ops, Backup]\nowner:\n  name: mei\n---\n# Errors\n\nCode H-423 means that the store is locked.\n\n## Other\n\nCode H-101 means that the key is wrong.\n',
  'kana.md': '# 設定\n\nサーバーの設定を変える。\n\n濁点とﾊﾟｿｺﾝの話。\n',
  'sub/copy.txt': 'The very same sentence stands in two files.\n',
  'sub/other.txt': 'The very same sentence stands in two files.\n',
  'lines.txt': Array.from({ length: 9 }, (_, i) => `Line number ${i + 1}.\n`).join('\n'),
};

function open(embedder: Embedder = builtin()): Promise<Corpus> {
  return openCorpus(join(folder, 'corpus.db'), { embedder, cwd: folder });
}

/** An embedder whose server is down. */
const down: Embedder = {
  identity: () => Promise.reject(new Error('down')),
  embedDocuments: () => Promise.reject(new Error('down')),
  embedQuery: () => Promise.reject(new Error('down')),
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'umekomi-modes-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
    utimesSync(join(folder, path), new Date('2026-01-01'), new Date('2026-01-01'));
  }
  utimesSync(join(folder, 'kana.md'), new Date('2026-06-01'), new Date('2026-06-01'));
  corpus = await open();
  await corpus.index(['.'], { chunkSize: 32 });
});

afterEach(async () => {
  await corpus.close();
  rmSync(folder, { recursive: true });
});

async function paths(query: string, options: Parameters<Corpus['search']>[1]): Promise<string[]> {
  return (await corpus.search(query, options)).hits.map((hit) => hit.path);
}

describe('lexical mode', () => {
  it('needs no embedder, and is never taken by itself when the server is down', async () => {
    const offline = await open(down);
    const hits = (await offline.search('H-423', { mode: 'lexical' })).hits;
    expect(hits[0]).toMatchObject({ path: 'errors.md', similarity: null, distance: null });
    expect(hits[0]?.text).toContain('H-423');
    expect(hits[0]?.lists).toMatchObject({ semantic: null, lexical: { rank: 1 } });
    await expect(offline.search('H-423')).rejects.toThrow('down');
    await offline.close();
  });

  it('one absent word never empties the list, and Japanese meets in every width', async () => {
    expect(await paths('the zzyzx is locked', { mode: 'lexical' })).toContain('errors.md');
    expect(await paths('ｻｰﾊﾞｰの設定はどう変えますか', { mode: 'lexical' })).toContain('kana.md');
    expect(await paths('パソコン', { mode: 'lexical' })).toEqual(['kana.md']);
  });

  it('nothing that a user types is FTS syntax', async () => {
    for (const query of ['"a', '*b', 'a OR', 'NEAR(', 'text:x', '^x', '-x', '(((c', "';--d"]) {
      await expect(corpus.search(query, { mode: 'lexical' })).resolves.toBeDefined();
      await expect(corpus.search(query, { mode: 'hybrid' })).resolves.toBeDefined();
    }
  });

  it('a query without words is an error, in every mode', async () => {
    for (const mode of ['lexical', 'hybrid', 'semantic'] as const) {
      for (const query of ['"', '…', '(((', '- _', '「」']) {
        await expect(corpus.search(query, { mode })).rejects.toMatchObject({ code: 'USAGE' });
      }
    }
  });

  it('a least similarity is an error: words have none', async () => {
    const search = corpus.search('x', { mode: 'lexical', minSimilarity: 0.1 });
    await expect(search).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe.each(['lexical', 'semantic', 'hybrid'] as const)('in %s mode', (mode) => {
  it('+word must stand in a hit', async () => {
    expect(await paths('the very same sentence code', { mode })).toContain('sub/copy.txt');
    expect(new Set(await paths('the very same sentence +code', { mode }))).toEqual(
      new Set(['errors.md']),
    );
    expect(await paths('code +nowhere', { mode })).toEqual([]);
  });

  it('-word must not', async () => {
    const all = await corpus.search('code means', { mode });
    expect(all.hits.some(({ text }) => text.includes('locked'))).toBe(true);
    const { hits } = await corpus.search('code means -locked', { mode });
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.some(({ text }) => text.includes('locked'))).toBe(false);
  });
});

describe('hybrid mode', () => {
  it('is the default, and tells where a hit stood in both lists', async () => {
    expect((await corpus.search('code')).mode).toBe('hybrid');
    const [hit] = (await corpus.search('H-423 locked')).hits;
    expect(hit).toMatchObject({ path: 'errors.md', startLine: 6 });
    expect(hit?.lists.lexical?.rank).toBe(1);
    expect(hit?.lists.semantic?.rank).toBeGreaterThan(0);
    expect(hit?.similarity).toBeGreaterThan(0);
  });

  it('a quoted phrase must stand there, whatever meaning says', async () => {
    expect(await paths('"the store is locked"', {})).toEqual(['errors.md']);
    expect(await paths('"store the is locked"', { mode: 'lexical' })).toEqual([]);
  });

  it('quoted words in a sentence are a wish, and must stand there in lexical mode', async () => {
    const query = 'what does "the store was locked" mean';
    const { hits, phrasesRelaxed } = await corpus.search(query);
    expect([hits[0]?.path, phrasesRelaxed]).toEqual(['errors.md', false]);
    expect(await paths(query, { mode: 'lexical' })).toEqual([]);
  });

  it('a quoted phrase that is nowhere is looked for as its words, and that is said', async () => {
    const nowhere = await corpus.search('"store the is locked"');
    expect(nowhere.phrasesRelaxed).toBe(true);
    expect(nowhere.hits[0]?.path).toBe('errors.md');
    const there = await corpus.search('"the store is locked"');
    expect(there).toMatchObject({ phrasesRelaxed: false });
    const { hits } = await corpus.search('"the store is locked" "nowhere at all"');
    expect(hits[0]?.path).toBe('errors.md');
  });

  it('a passage that shares nothing is no hit of the built-in embedder, however many are wanted', async () => {
    for (const mode of ['hybrid', 'semantic'] as const) {
      for (const query of ['qqzzvv', 'the store', '設定']) {
        const { hits } = await corpus.search(query, { mode, k: 100 });
        const byMeaning = hits.filter(({ lists }) => lists.lexical === null);
        for (const { similarity } of byMeaning) expect(similarity).toBeGreaterThanOrEqual(0.0005);
      }
    }
  });

  it('identical passages are one hit with the other places', async () => {
    const hits = (await corpus.search('the very same sentence', { k: 3 })).hits;
    expect(hits[0]).toMatchObject({
      path: 'sub/copy.txt',
      otherPlaces: [{ path: 'sub/other.txt', startLine: 1 }],
    });
    expect(hits.map((hit) => hit.path)).not.toContain('sub/other.txt');
  });

  it('an edited, a moved and a removed document are found by their new words only', async () => {
    writeFileSync(join(folder, 'errors.md'), '# Errors\n\nCode Q-999 is new.\n');
    await corpus.index();
    expect(await paths('"H-423"', { mode: 'lexical' })).toEqual([]);
    expect(await paths('"Q-999"', { mode: 'lexical' })).toEqual(['errors.md']);
    await corpus.remove('errors.md');
    expect(await paths('"Q-999"', { mode: 'lexical' })).toEqual([]);
  });
});

describe('filters and surroundings', () => {
  it('hold in both lists, before ranking', async () => {
    for (const mode of ['semantic', 'lexical', 'hybrid'] as const) {
      const query = 'code sentence 設定';
      expect(new Set(await paths(query, { mode, where: ['tags=backup'] }))).toEqual(
        new Set(['errors.md']),
      );
      expect(new Set(await paths(query, { mode, where: ['owner.name=Mei'] }))).toEqual(
        new Set(['errors.md']),
      );
      expect(new Set(await paths(query, { mode, since: Date.parse('2026-05-01') }))).toEqual(
        new Set(['kana.md']),
      );
      expect(await paths(query, { mode, until: Date.parse('2025-05-01') })).toEqual([]);
      await expect(paths(query, { mode, sources: ['elsewhere'] })).rejects.toMatchObject({
        code: 'USAGE',
      });
      expect((await paths(query, { mode, sources: ['.'] })).length).toBeGreaterThan(2);
    }
  });

  it('perDocument bounds the hits of one document', async () => {
    const hits = await paths('line number code', { perDocument: 1, mode: 'semantic' });
    expect(new Set(hits).size).toBe(hits.length);
  });

  it('contextLines gives the lines around a hit as the file has them', async () => {
    const [hit] = (await corpus.search('"number 5"', { mode: 'lexical', contextLines: 2 })).hits;
    const lines = (FILES['lines.txt'] ?? '').split('\n');
    const { startLine = 0, endLine = 0, before, after } = hit ?? {};
    expect(before).toBe(lines.slice(Math.max(0, startLine - 3), startLine - 1).join('\n'));
    expect(after).toBe(lines.slice(endLine, Math.min(endLine + 2, 17)).join('\n'));
    const text = FILES['lines.txt'] ?? '';
    expect(text.slice(hit?.startOffset, hit?.endOffset)).toBe(hit?.text);
  });
});

describe('a corpus without an index of words', () => {
  it('gets it from the next run, with progress; until then search is by meaning', async () => {
    const db = new Database(join(folder, 'corpus.db'));
    db.exec("DROP TABLE words_block; DELETE FROM meta WHERE key = 'words'");
    db.close();
    expect((await corpus.search('code')).mode).toBe('semantic');
    const search = corpus.search('H-423', { mode: 'lexical' });
    await expect(search).rejects.toMatchObject({ code: 'CORPUS_OUTDATED' });
    const seen: unknown[] = [];
    await corpus.index([], {
      onProgress: ({ phase, words }) => phase === 'words' && seen.push(words),
    });
    const total = (await corpus.status()).chunks;
    expect(seen.at(-1)).toEqual({ done: total, total });
    expect((await corpus.search('code')).mode).toBe('hybrid');
    expect((await corpus.search('H-423', { mode: 'lexical' })).hits[0]?.path).toBe('errors.md');
  });
});
