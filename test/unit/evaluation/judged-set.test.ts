/** Judged sets as files: the layouts that there are, and what is wrong with them, said. */
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgedFileName } from '../../../src/engine/evaluation/judged-documents.ts';
import { readJudgedSet, writeJudgedDocuments } from '../../../src/engine/evaluation/judged-set.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { countingEmbedder } from '../../helpers/corpus.ts';
import { type Files, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
const queries = '{"_id": "q1", "text": "first"}\n{"_id": "q2", "text": "second"}\n';
const judgements = 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t0\nq9\td1\t1\n';
const expected = {
  queries: [{ id: 'q1', text: 'first', judgements: new Map([['d1', 1]]) }],
  unjudgedQueries: 1,
  unknownQueries: 1,
};

describe('a judged set', () => {
  it.each<[string, Files, string | undefined]>([
    [
      'BEIR',
      { 'corpus.jsonl': '', 'queries.jsonl': queries, 'qrels/test.tsv': judgements },
      undefined,
    ],
    ['BEIR, a split', { 'queries.jsonl': queries, 'qrels/dev.tsv': judgements }, 'dev'],
    ['one folder', { 'queries.jsonl': queries, 'qrels.tsv': judgements }, undefined],
    ['a folder for each split', { 'a/queries.jsonl': queries, 'a/qrels.tsv': judgements }, 'a'],
    ['deeper', { 'a/b/queries.jsonl': queries, 'a/b/qrels.tsv': judgements }, 'a/b'],
  ])('is read: %s', async (_, files, split) => {
    expect(await readJudgedSet(temporary(files), { split })).toMatchObject(expected);
  });

  it('knows whether it has documents', async () => {
    const files = { 'queries.jsonl': queries, 'qrels.tsv': judgements };
    const own = temporary({ ...files, 'documents.jsonl': '' });
    expect((await readJudgedSet(own)).documents).toBe(join(own, 'documents.jsonl'));
    expect((await readJudgedSet(temporary(files))).documents).toBeNull();
  });

  it('may be one file of questions with their answers', async () => {
    const root = temporary({
      'ask.jsonl': '\uFEFF{"text": "a?", "answers": ["x.md", "y.md"]}\r\n\r\n{"text": "b?"}\r\n',
    });
    expect(await readJudgedSet(join(root, 'ask.jsonl'))).toEqual({
      path: join(root, 'ask.jsonl'),
      documents: null,
      queries: [
        {
          id: '1',
          text: 'a?',
          judgements: new Map([
            ['x.md', 1],
            ['y.md', 1],
          ]),
        },
      ],
      unjudgedQueries: 1,
      unknownQueries: 0,
    });
  });

  it('that has splits lists them when none is named', async () => {
    const root = temporary({
      'dev/queries.jsonl': queries,
      'dev/qrels.tsv': judgements,
      'ja/test/qrels.tsv': judgements,
      'qrels/train.tsv': judgements,
    });
    await expect(readJudgedSet(root)).rejects.toThrow('(split): dev, ja/test, train');
    await expect(readJudgedSet(root, { split: 'nope' })).rejects.toThrow('(split): dev');
  });

  it.each<[string, Files, string]>([
    ['nothing there', {}, 'queries.jsonl'],
    ['no judgements', { 'queries.jsonl': queries }, 'qrels.tsv'],
    ['a query twice', { 'queries.jsonl': queries + queries, 'qrels.tsv': '' }, 'queries.jsonl:3:'],
    [
      'broken judgements',
      { 'queries.jsonl': queries, 'qrels.tsv': 'a\tb\t1\nc\n' },
      'qrels.tsv:2:',
    ],
  ])('that cannot be read says why: %s', async (_, files, message) => {
    await expect(readJudgedSet(temporary(files))).rejects.toThrow(message);
  });
});

describe('documents of a set', () => {
  it('are indexed with their title and exactly their text', async () => {
    const title = 'A "title": with - yaml # in it';
    const rows = [
      { id: 'Doc/1', title, text: '本文である。\u2028つづき。' },
      { id: 'doc/1', title: '', text: '---\ntitle: not front matter\n---\n\nbody' },
    ];
    const root = temporary({ 'corpus.jsonl': rows.map((row) => JSON.stringify(row)).join('\n') });
    expect(await writeJudgedDocuments(join(root, 'corpus.jsonl'), join(root, 'out'))).toBe(2);

    const corpus = await openCorpus(':memory:', { embedder: countingEmbedder() });
    await corpus.index([join(root, 'out')]);
    const hits = (await corpus.search('本文')).hits;
    const first = hits.find(({ path }) => path === judgedFileName('Doc/1'));
    const second = hits.find(({ path }) => path === judgedFileName('doc/1'));
    expect(first).toMatchObject({
      title,
      text: expect.stringMatching(/^本文である。\u2028つづき。\n?$/),
    });
    expect(second?.text).toContain('---\ntitle: not front matter');
    await corpus.close();
  });

  it('may be files beside the set, copied byte for byte', async () => {
    const bytes = Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67]);
    const root = temporary({
      'documents.jsonl': '{"id": "d", "path": "pages/d.md"}\n',
      'pages/d.md': bytes,
    });
    await writeJudgedDocuments(join(root, 'documents.jsonl'), join(root, 'out'));
    expect(readFileSync(join(root, 'out', judgedFileName('d')))).toEqual(bytes);
  });

  it('never bring in a file from outside the set', async () => {
    const outside = temporary({ 'secret.md': 'secret' });
    for (const path of ['../secret.md', join(outside, 'secret.md'), 'link.md', 'gone.md']) {
      const set = temporary({ 'documents.jsonl': `${JSON.stringify({ id: 'd', path })}\n` });
      symlinkSync(join(outside, 'secret.md'), join(set, 'link.md'));
      await expect(
        writeJudgedDocuments(join(set, 'documents.jsonl'), join(set, 'out')),
      ).rejects.toThrow('documents.jsonl:1:');
      expect(readdirSync(join(set, 'out'))).toEqual([]);
    }
  });

  it('are refused when an id comes twice', async () => {
    const root = temporary({ 'c.jsonl': '{"id":"d","text":"a"}\n{"id":"d","text":"b"}\n' });
    await expect(writeJudgedDocuments(join(root, 'c.jsonl'), join(root, 'out'))).rejects.toThrow(
      'c.jsonl:2:',
    );
  });

  it('have names of letters only, so that no number or word in an id is found by its name', () => {
    expect(judgedFileName('covid-19_0042')).toMatch(/^[a-p]{32}\.md$/);
    expect(judgedFileName('A')).not.toBe(judgedFileName('a'));
  });
});
