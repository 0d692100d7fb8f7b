import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentStore } from '../../../src/storage/documents.ts';
import {
  lexicalUsable,
  lexicalWriter,
  maintainLexical,
  prepareLexical,
} from '../../../src/storage/lexical.ts';
import { writeMeta } from '../../../src/storage/meta.ts';
import { type CorpusFile, openCorpusFile } from '../../../src/storage/open.ts';
import { addSource, found, idOf, store, tableContent } from './lexical-corpus.ts';

const observation = { size: 1, mtimeNs: 2n, observedAtNs: 2n };

let file: CorpusFile;

beforeEach(() => {
  file = openCorpusFile(':memory:', 'memory', 0);
  addSource(file.db);
});

afterEach(() => file.close());

describe('the table of terms', () => {
  it('is usable at once in an empty corpus, and is filled by the transactions that store documents', () => {
    expect(lexicalUsable(file.db)).toBe(false);
    prepareLexical(file.db);
    expect(lexicalUsable(file.db)).toBe(true);
    store(file.db, { path: 'a.md', chunks: ['埋め込みベクトル'] });
    expect(found(file.db, '埋め込み')).toEqual(['a.md#0']);
    expect(maintainLexical(file.db)).toBe(0);
  });

  it('follows a replaced, a moved and a removed document', () => {
    prepareLexical(file.db);
    const documents = documentStore(file.db);
    store(file.db, { path: 'a.md', chunks: ['old words', 'second'] });
    store(file.db, { path: 'a.md', chunks: ['new words'] });
    expect(found(file.db, 'old second')).toEqual([]);
    expect(found(file.db, 'new')).toEqual(['a.md#0']);
    documents.move(idOf(file.db, 'a.md'), { sourceId: 1, path: 'recipes/献立.md' }, observation);
    expect(found(file.db, 'recipes 献立')).toEqual(['recipes/献立.md#0']);
    documents.remove(idOf(file.db, 'recipes/献立.md'));
    expect(tableContent(file.db)).toEqual([]);
  });

  it('rolls back with the rows', () => {
    prepareLexical(file.db);
    store(file.db, { path: 'a.md', chunks: ['kept'] });
    const before = tableContent(file.db);
    const documents = documentStore(file.db);
    const change = file.db.transaction(() => {
      documents.remove(idOf(file.db, 'a.md'));
      throw new Error('crash');
    });
    expect(change).toThrow('crash');
    expect(tableContent(file.db)).toEqual(before);
    expect(found(file.db, 'kept')).toEqual(['a.md#0']);
  });

  it('is after any history what a build from the stored text gives', () => {
    const path = fc.constantFrom('a.md', 'b.md', 'c/日記.md');
    const text = fc.constantFrom('getUserName v1.2', '東京都の猫', 'ｻｰﾊﾞｰ', 'don’t 𠮷');
    const change = fc.record({
      ...{ path, to: path, chunks: fc.array(text, { maxLength: 3 }) },
      kind: fc.constantFrom('store', 'store', 'move', 'remove', 'maintain'),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(12), (changes, prepareAt) => {
        const { db, close } = openCorpusFile(':memory:', 'memory', 0);
        addSource(db);
        for (const [index, { kind, path: at, to, chunks }] of changes.entries()) {
          if (index === prepareAt) prepareLexical(db);
          const id = idOf(db, at);
          if (kind === 'maintain') maintainLexical(db);
          else if (kind === 'store') store(db, { path: at, chunks, title: 'Title' });
          else if (id >= 0 && kind === 'remove') documentStore(db).remove(id);
          else if (id >= 0 && idOf(db, to) < 0) {
            documentStore(db).move(id, { sourceId: 1, path: to }, observation);
          }
        }
        maintainLexical(db);
        const content = tableContent(db);
        db.exec('DROP TABLE temp.occurrence');
        writeMeta(db, 'chunk_terms', { recipe: 0, complete: true });
        maintainLexical(db);
        expect(tableContent(db)).toEqual(content);
        close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('a corpus without it', () => {
  beforeEach(() => {
    const chunks = Array.from({ length: 2500 }, (_, i) => `passage number${i} 埋め込み`);
    store(file.db, { path: 'a.md', chunks });
  });

  it('gets it from the stored text, with progress', () => {
    const progress: string[] = [];
    const added = maintainLexical(file.db, {
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    expect(added).toBe(2500);
    expect(progress).toEqual(['1000/2500', '2000/2500', '2500/2500', '2500/2500']);
    expect(found(file.db, 'number2499')).toEqual(['a.md#2499']);
  });

  it('goes on where an earlier build was stopped, also after documents changed', () => {
    const stop = new AbortController();
    const build = () =>
      maintainLexical(file.db, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(build).toThrow(/abort/i);
    expect(lexicalUsable(file.db)).toBe(false);
    store(file.db, { path: 'b.md', chunks: ['written meanwhile'] });
    expect(maintainLexical(file.db)).toBe(1500);
    expect(lexicalUsable(file.db)).toBe(true);
    expect(found(file.db, 'meanwhile')).toEqual(['b.md#0']);
    expect(found(file.db, 'number0 number2400', { k: 2 }).sort()).toEqual(['a.md#0', 'a.md#2400']);
  });

  it('leaves writers without it alone', () => {
    const writer = lexicalWriter(file.db);
    expect(() => writer.remove(idOf(file.db, 'a.md'))).not.toThrow();
    expect(lexicalUsable(file.db)).toBe(false);
  });

  it('of another recipe is built anew', () => {
    maintainLexical(file.db);
    writeMeta(file.db, 'chunk_terms', { recipe: 0, complete: true });
    expect(lexicalUsable(file.db)).toBe(false);
    expect(maintainLexical(file.db)).toBe(2500);
  });
});

describe('a corpus file', () => {
  it('is searched by words on a connection that cannot write, with the schema not trusted', () => {
    const folder = mkdtempSync(join(tmpdir(), 'umekomi-lexical-'));
    try {
      const path = join(folder, 'corpus.db');
      const writing = openCorpusFile(path, 'write', 0);
      addSource(writing.db);
      prepareLexical(writing.db);
      store(writing.db, { path: 'a.md', chunks: ['埋め込み'] });
      writing.close();
      const reading = openCorpusFile(path, 'read', 0);
      expect(reading.db.pragma('trusted_schema', { simple: true })).toBe(0);
      expect(found(reading.db, '埋め込み')).toEqual(['a.md#0']);
      expect(reading.db.pragma('integrity_check', { simple: true })).toBe('ok');
      reading.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
