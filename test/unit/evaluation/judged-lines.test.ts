import { describe, expect, it } from 'vitest';
import {
  parseDocument,
  parseJudgements,
  parseQuery,
  splitLines,
} from '../../../src/engine/evaluation/judged-lines.ts';

const place = { file: 'queries.jsonl', line: 7 };

describe('judgements', () => {
  const expected = [
    { query: 'q1', document: 'd1', gain: 1 },
    { query: 'q2', document: 'd2', gain: 0 },
  ];

  it.each([
    ['BEIR with a header', 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t0\n'],
    ['without a header', 'q1\td1\t1\nq2\td2\t0'],
    ['TREC with spaces', 'q1 0 d1 1\nq2 Q0 d2 0\n'],
    ['TREC with tabs', 'q1\t0\td1\t1\nq2\t0\td2\t0\n'],
    [
      'line ends of Windows, a byte order mark and empty lines',
      '\uFEFFq1\td1\t1\r\n\r\nq2\td2\t0\r\n',
    ],
  ])('are read: %s', (_, text) => {
    expect(parseJudgements(text, 'qrels.tsv')).toEqual(expected);
  });

  it('may name paths with spaces, and graded or negative gains', () => {
    expect(parseJudgements('q 1\tnotes/my file.md\t3\nq 1\tb.md\t-1\n', 'qrels.tsv')).toEqual([
      { query: 'q 1', document: 'notes/my file.md', gain: 3 },
      { query: 'q 1', document: 'b.md', gain: -1 },
    ]);
  });

  it.each([
    ['a word for a number behind the first line', 'q1\td1\t1\nq2\td2\tyes\n', 2],
    ['two columns', 'query\tdocument\tscore\nq1\td1\n', 2],
    ['an empty document', 'q1\td1\t1\nq1\t\t1\n', 2],
    ['five columns', 'a\tb\tc\td\te\n1\t2\t3\t4\t5\n', 2],
  ])('name the line that cannot be used: %s', (_, text, line) => {
    expect(() => parseJudgements(text, 'qrels.tsv')).toThrow(`qrels.tsv:${line}:`);
  });
});

describe('queries', () => {
  it('have _id or id, or the number of their line', () => {
    expect(parseQuery('{"_id": "a", "text": "x"}', place).id).toBe('a');
    expect(parseQuery('{"id": 12, "text": "x"}', place).id).toBe('12');
    expect(parseQuery('{"text": "x"}', place).id).toBe('7');
  });

  it('may name their answers', () => {
    expect(parseQuery('{"text": "x", "answers": ["a.md"]}', place).answers).toEqual(['a.md']);
    expect(parseQuery('{"text": "x"}', place).answers).toBeNull();
  });

  it.each([
    ['{"id": "a"}'],
    ['{"id": "a", "text": "  "}'],
    ['["text"]'],
    ['null'],
    ['{"text": '],
    ['{"text": "x", "answers": "a.md"}'],
    ['{"text": "x", "id": ""}'],
    ['{"text": "x", "id": {}}'],
  ])('name the line that cannot be used: %s', (line) => {
    expect(() => parseQuery(line, place)).toThrow('queries.jsonl:7:');
  });
});

describe('documents', () => {
  it('hold their text or name a file', () => {
    expect(parseDocument('{"_id": "d", "title": "T", "text": "x", "metadata": {}}', place)).toEqual(
      {
        ...{ id: 'd', title: 'T', text: 'x', path: null },
      },
    );
    expect(parseDocument('{"id": "d", "path": "docs/d.md"}', place)).toEqual({
      ...{ id: 'd', title: '', text: null, path: 'docs/d.md' },
    });
  });

  it.each([['{"text": "x"}'], ['{"id": "d", "title": "T"}']])('need more than %s', (line) => {
    expect(() => parseDocument(line, place)).toThrow('queries.jsonl:7:');
  });
});

it('lines end with LF or CRLF; a separator inside a text is not the end of a line', () => {
  expect(splitLines('\uFEFFa\r\nb\u2028c\nd')).toEqual(['a', 'b\u2028c', 'd']);
});
