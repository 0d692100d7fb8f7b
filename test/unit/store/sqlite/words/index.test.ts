import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../../../src/store/sqlite/connection.ts';
import { documentWriter } from '../../../../../src/store/sqlite/document-writer.ts';
import { writeMeta } from '../../../../../src/store/sqlite/meta.ts';
import { wordsState } from '../../../../../src/store/sqlite/words/examine.ts';
import { maintainWords, optimizeWords } from '../../../../../src/store/sqlite/words/maintain.ts';
import { prepareWords, wordsUsable } from '../../../../../src/store/sqlite/words/state.ts';
import { wordsWriter } from '../../../../../src/store/sqlite/words/writer.ts';
import { openConnection } from '../../../../helpers/connection.ts';
import { addSource, ask, found, idOf, store } from './words-corpus.ts';

const observation = { size: 1, mtimeNs: 2n, observedAtNs: 2n };

let file: Connection;

beforeEach(() => {
  file = openConnection(':memory:', 'memory', 0);
  addSource(file.db);
});

afterEach(() => file.close());

describe('the index of words', () => {
  it('is usable at once in an empty corpus, and is filled by the transactions that store documents', () => {
    expect(wordsUsable(file.db)).toBe(false);
    prepareWords(file.db);
    expect(wordsUsable(file.db)).toBe(true);
    store(file.db, { path: 'a.md', chunks: ['埋め込みベクトル'] });
    expect(found(file.db, '埋め込み')).toEqual(['a.md#0']);
    expect(maintainWords(file.db)).toBe(0);
  });

  it('follows a replaced, a moved and a removed document', () => {
    prepareWords(file.db);
    const documents = documentWriter(file.db);
    store(file.db, { path: 'a.md', chunks: ['old words', 'second'] });
    store(file.db, { path: 'a.md', chunks: ['new words'] });
    expect(found(file.db, 'old second')).toEqual([]);
    expect(found(file.db, 'new')).toEqual(['a.md#0']);
    const id = idOf(file.db, 'a.md');
    documents.move({ id, sourceId: 1, path: 'recipes/献立.md' }, observation);
    expect(found(file.db, 'recipes 献立')).toEqual(['recipes/献立.md#0']);
    documents.remove(idOf(file.db, 'recipes/献立.md'));
    expect(found(file.db, 'recipes 献立 new')).toEqual([]);
    expect(wordsState(file.db)).toBe('right');
  });

  it('rolls back with the rows', () => {
    prepareWords(file.db);
    store(file.db, { path: 'a.md', chunks: ['kept'] });
    const documents = documentWriter(file.db);
    const change = file.db.transaction(() => {
      documents.remove(idOf(file.db, 'a.md'));
      throw new Error('crash');
    });
    expect(change).toThrow('crash');
    expect(wordsState(file.db)).toBe('right');
    expect(found(file.db, 'kept')).toEqual(['a.md#0']);
  });

  it('is after any history what a build from the stored text gives', () => {
    const path = fc.constantFrom('a.md', 'b.md', 'c/日記.md');
    const text = fc.constantFrom('getUserName v1.2', '東京都の猫', 'ｻｰﾊﾞｰ', 'don’t 𠮷');
    const change = fc.record({
      ...{ path, to: path, chunks: fc.array(text, { maxLength: 3 }) },
      kind: fc.constantFrom('store', 'store', 'move', 'remove', 'maintain', 'optimize'),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(12), (changes, prepareAt) => {
        const opened = openConnection(':memory:', 'memory', 0);
        const { db } = opened;
        addSource(db);
        for (const [index, { kind, path: at, to, chunks }] of changes.entries()) {
          if (index === prepareAt) prepareWords(db);
          const id = idOf(db, at);
          if (kind === 'maintain') maintainWords(db);
          else if (kind === 'optimize') optimizeWords(db);
          else if (kind === 'store') store(db, { path: at, chunks, title: 'Title' });
          else if (id >= 0 && kind === 'remove') documentWriter(db).remove(id);
          else if (id >= 0 && idOf(db, to) < 0) {
            documentWriter(db).move({ id, sourceId: 1, path: to }, observation);
          }
        }
        maintainWords(db);
        expect(wordsState(db)).toBe('right');
        const queries = ['get user v1.2', '東京 猫', '都', 'title サーバ "don’t"'];
        const answers = queries.map((query) => ask(db, query));
        optimizeWords(db);
        expect(wordsState(db)).toBe('right');
        expect(queries.map((query) => ask(db, query))).toEqual(answers);
        writeMeta(db, 'words', { recipe: 0, complete: true });
        maintainWords(db);
        expect(queries.map((query) => ask(db, query))).toEqual(answers);
        opened.close();
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
    const added = maintainWords(file.db, {
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    expect(added).toBe(2500);
    expect(progress).toEqual(['1000/2500', '2000/2500', '2500/2500', '2500/2500']);
    expect(found(file.db, 'number2499')).toEqual(['a.md#2499']);
  });

  it('goes on where an earlier build was stopped, also after documents changed', () => {
    const stop = new AbortController();
    const build = () =>
      maintainWords(file.db, { signal: stop.signal, onProgress: () => stop.abort() });
    expect(build).toThrow(/abort/i);
    expect(wordsUsable(file.db)).toBe(false);
    store(file.db, { path: 'b.md', chunks: ['written meanwhile'] });
    expect(maintainWords(file.db)).toBe(1500);
    expect(wordsUsable(file.db)).toBe(true);
    expect(found(file.db, 'meanwhile')).toEqual(['b.md#0']);
    expect(found(file.db, 'number0 number2400', { k: 2 }).sort()).toEqual(['a.md#0', 'a.md#2400']);
  });

  it('leaves writers without it alone', () => {
    const writer = wordsWriter(file.db);
    expect(() => writer.remove(idOf(file.db, 'a.md'))).not.toThrow();
    expect(wordsUsable(file.db)).toBe(false);
  });

  it('of another recipe is built anew', () => {
    maintainWords(file.db);
    writeMeta(file.db, 'words', { recipe: 0, complete: true });
    expect(wordsUsable(file.db)).toBe(false);
    expect(maintainWords(file.db)).toBe(2500);
  });
});

describe('a corpus of an older umekomi', () => {
  beforeEach(() => {
    store(file.db, { path: 'a.md', chunks: ['harbour lantern'] });
    file.db.exec(`CREATE VIRTUAL TABLE chunk_terms USING fts5 (text, content = '', contentless_delete = 1);
      CREATE VIRTUAL TABLE chunk_terms_vocabulary USING fts5vocab (chunk_terms, 'row');
      INSERT INTO meta (key, value) VALUES ('chunk_terms', '{"recipe":1,"complete":true}')`);
  });

  const former = (): unknown[] =>
    file.db.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'chunk_terms%'").all();

  it('has no words until the next writer, which drops the index over FTS5', () => {
    expect(former()).not.toEqual([]);
    expect(wordsUsable(file.db)).toBe(false);
    maintainWords(file.db);
    expect(former()).toEqual([]);
    expect(found(file.db, 'lantern')).toEqual(['a.md#0']);
  });

  it('that it has written to since does not have all words', () => {
    file.db.exec("DELETE FROM meta WHERE key = 'chunk_terms'");
    maintainWords(file.db);
    writeMeta(file.db, 'chunk_terms', { recipe: 1, complete: true });
    expect(wordsUsable(file.db)).toBe(false);
    maintainWords(file.db);
    expect(wordsUsable(file.db)).toBe(true);
  });
});

describe('a corpus file', () => {
  it('is searched by words on a connection that cannot write, with the schema not trusted', () => {
    const folder = mkdtempSync(join(tmpdir(), 'umekomi-lexical-'));
    try {
      const path = join(folder, 'corpus.db');
      const writing = openConnection(path, 'write', 0);
      addSource(writing.db);
      prepareWords(writing.db);
      store(writing.db, { path: 'a.md', chunks: ['埋め込み'] });
      writing.close();
      const reading = openConnection(path, 'read', 0);
      expect(reading.db.pragma('trusted_schema', { simple: true })).toBe(0);
      expect(found(reading.db, '埋め込み')).toEqual(['a.md#0']);
      expect(reading.db.pragma('integrity_check', { simple: true })).toBe('ok');
      reading.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
