/** `umekomi eval` as it ships: the built command line in a folder of its own. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { plant } from '../../helpers/temp.ts';

let box: Sandbox;
beforeAll(async () => {
  box = createSandbox();
  box.write('home/config/umekomi/config.json', JSON.stringify({ model: 'builtin' }));
  box.copyFixtures('docs');
  box.copyFixtures('judged', 'judged');
  expect(await box.umekomi(['index', 'docs'])).toMatchObject({ code: 0 });
  const rows = ['tomato soup with basil', 'bicycle chain oil', 'アルミの鍋', 'red wine vinegar'];
  const corpus = rows.map((text, i) => JSON.stringify({ _id: `d/${i}`, title: `T${i}`, text }));
  plant(box.folder, {
    'set/corpus.jsonl': corpus.join('\n'),
    'set/queries.jsonl':
      '{"_id":"a","text":"chain"}\n{"_id":"b","text":"鍋"}\n{"_id":"c","text":"x"}\n',
    'set/qrels/dev.tsv': 'query-id\tcorpus-id\tscore\na\td/1\t1\nb\td/2\t2\nb\td/9\t1\n',
  });
});
afterAll(() => box.remove());

interface Answer {
  readonly version: number;
  readonly documents: number;
  readonly chunks: number;
  readonly unjudgedQueries: number;
  readonly unknownDocuments: readonly string[];
  readonly model: { readonly model: string };
  readonly modes: readonly {
    readonly mode: string;
    readonly measures: Record<string, { mean: number; low: number; high: number }>;
    readonly queries: readonly { id: string; scores: Record<string, number> }[];
  }[];
}

async function evaluate(...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await box.umekomi(['eval', ...args, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

describe('an existing corpus', () => {
  it('is asked the questions of a folder, answers named by path', async () => {
    const answer = await evaluate('judged');
    expect(answer).toMatchObject({ version: 1, documents: 27, unknownDocuments: [] });
    const [semantic] = answer.modes;
    expect(semantic?.mode).toBe('semantic');
    expect(semantic?.queries.length).toBeGreaterThan(30);
    const mean =
      semantic!.queries.reduce((sum, { scores }) => sum + scores['ndcg10']!, 0) /
      semantic!.queries.length;
    expect(semantic!.measures['ndcg10']!.mean).toBeCloseTo(mean, 12);
  });

  it('prints a table, the rank of every answer, and what was left out', async () => {
    const asked = [
      { text: 'パンク', answers: ['docs/自転車/パンク修理.md'] },
      { text: 'no answer is known' },
      { text: 'harbour', answers: ['詩/harbour.txt', 'gone.md'] },
    ];
    writeFileSync(join(box.folder, 'ask.jsonl'), asked.map((q) => JSON.stringify(q)).join('\n'));
    const { code, stdout, stderr } = await box.umekomi(['eval', 'ask.jsonl', '--ranks']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^MODE +nDCG@10 +recall@10 +recall@100 +MRR@10$/m);
    expect(stdout).toMatch(/^semantic +\d\.\d{3} \(\d\.\d{3}–\d\.\d{3}\)/m);
    expect(stdout).toMatch(/^(?: +\d+){3} +パンク +docs\/自転車\/パンク修理\.md$/m);
    expect(stdout).toMatch(/^(?: +–){3} +harbour +gone\.md$/m);
    expect(stderr).toContain('1 query without an answer left out');
    expect(stderr).toContain('1 answer not in the corpus, such as gone.md');
  });
});

describe('a set with documents', () => {
  it('is indexed into a corpus of its own, gone afterwards', async () => {
    const before = readdirSync(box.folder);
    const answer = await evaluate('set', '--split', 'dev', '--model', 'builtin');
    expect(answer).toMatchObject({ documents: 4, unjudgedQueries: 1, unknownDocuments: ['d/9'] });
    expect(answer.modes[0]?.queries.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(answer.modes[0]?.queries[0]?.scores['mrr10']).toBe(1);
    expect(answer.modes[0]?.queries[1]?.scores['recall10']).toBe(0.5);
    expect(readdirSync(box.folder)).toEqual(before);
    expect(JSON.parse((await box.umekomi(['status', '--json'])).stdout)).toMatchObject({
      documents: 27,
    });
  });

  it('stays in the corpus that --db names, and is brought up to date there', async () => {
    const args = ['set', '--split', 'dev', '--model', 'builtin', '--db', 'kept.db'];
    const first = await evaluate(...args);
    plant(box.folder, {
      'set/corpus.jsonl': '{"_id":"d/1","text":"a chain"}\n{"_id":"d/2","text":"鍋"}',
    });
    const second = await evaluate(...args, '--chunk-size', '64');
    expect([first.documents, second.documents]).toEqual([4, 2]);
    expect(existsSync(join(box.folder, 'kept.db'))).toBe(true);
    expect(existsSync(join(box.folder, 'kept.db.eval-documents'))).toBe(false);
  });

  it('never gets into a corpus that holds something else', async () => {
    const args = ['eval', 'set', '--split', 'dev', '--db', '.umekomi/corpus.db'];
    const { code, stderr } = await box.umekomi(args);
    expect(code).toBe(2);
    expect(stderr).toContain('corpus of their own');
    expect(JSON.parse((await box.umekomi(['status', '--json'])).stdout)).toMatchObject({
      documents: 27,
    });
  });
});

describe('sentences of the corpus', () => {
  it('are asked back, and what that says is said', async () => {
    const { code, stdout, stderr } = await box.umekomi(['eval', '--from-corpus']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('200 sentences of the corpus asked back: 27 documents');
    expect(stdout).toMatch(/^lexical +\d\.\d{3} \(/m);
    expect(stdout).toContain('This is a smoke test');
    expect(stdout).toContain('no measure of quality');
    expect(stderr).toBe('');
  });

  it('inside a filter, fewer than were wanted, as JSON and the same every time', async () => {
    const args = ['eval', '--from-corpus', '--path', '詩', '--json'];
    const { code, stdout, stderr } = await box.umekomi(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/\d sentences instead of 200/);
    const report = JSON.parse(stdout) as Answer & { readonly set: null };
    expect(report).toMatchObject({
      ...{ version: 1, set: null, split: null, documents: 27, unknownDocuments: [] },
      fromCorpus: { seed: 1, wanted: 200, documents: 2 },
    });
    expect(report.modes.map(({ mode }) => mode)).toEqual(['semantic', 'lexical', 'hybrid']);
    expect(report.modes[1]?.measures['recall10']?.mean).toBe(1);
    for (const { id } of report.modes[0]!.queries) expect(id).toMatch(/^docs\/詩\/.+:\d+:\d+$/);
    expect((await box.umekomi(args)).stdout).toBe(stdout);
  });

  it('are other ones for another seed, with their places if wanted', async () => {
    const args = ['eval', '--from-corpus', '--mode', 'lexical', '--ranks'];
    const first = await box.umekomi(args);
    const second = await box.umekomi([...args, '--seed', '2']);
    expect(first.stdout).toMatch(/^ +1 {2}\S.* {2}docs\/.+:\d+$/m);
    expect(second.code).toBe(0);
    expect(second.stdout).not.toBe(first.stdout);
  });
});

describe('two runs', () => {
  const keep = async (name: string, ...args: string[]): Promise<Answer> => {
    const answer = await evaluate(...args);
    writeFileSync(join(box.folder, name), JSON.stringify(answer));
    return answer;
  };

  it('are compared query by query', async () => {
    const a = await keep('a.json', 'judged');
    expect((await box.umekomi(['index', 'docs', '--db', 'b.db', '--chunk-size', '64'])).code).toBe(
      0,
    );
    const b = await keep('b.json', 'judged', '--db', 'b.db');
    expect(b.chunks).toBeGreaterThan(a.chunks);
    const { code, stdout, stderr } = await box.umekomi(['eval', '--compare', 'a.json', 'b.json']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('38 queries in both');
    expect(stdout).toMatch(
      /^nDCG@10 +\d\.\d{3} +\d\.\d{3} +[+−]?\d\.\d{3} +\S+ … \S+ +[01]\.\d{4}$/m,
    );
    const { comparisons } = JSON.parse(
      (await box.umekomi(['eval', '--compare', 'a.json', 'b.json', '--json'])).stdout,
    ) as { comparisons: { measures: Record<string, { difference: { mean: number } }> }[] };
    expect(stdout).toMatch(/^chunk size +256 +64$/m);
    expect(stdout).toMatch(new RegExp(`^passages +${a.chunks} +${b.chunks}$`, 'm'));
    expect(stdout).not.toMatch(/^model +/m);
    expect(stdout).toMatch(/^\d+ of 38 queries (gained|lost) in nDCG@10/m);
    const means = [a, b].map(({ modes }) => modes[0]!.measures['mrr10']!.mean);
    expect(comparisons[0]?.measures['mrr10']?.difference.mean).toBeCloseTo(
      means[1]! - means[0]!,
      12,
    );
  });

  it('say in JSON what differs and which queries gained and lost', async () => {
    const args = ['eval', '--compare', 'a.json', 'b.json', '--mode', 'semantic', '--json'];
    const { code, stdout } = await box.umekomi(args);
    expect(code).toBe(0);
    const { comparisons } = JSON.parse(stdout) as {
      comparisons: Record<'gained' | 'lost', { id: string; a: number; b: number }[]>[];
    };
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({
      a: { file: 'a.json', mode: 'semantic', model: 'builtin/lexical-2', chunkSize: 256 },
      b: { file: 'b.json', mode: 'semantic', model: 'builtin/lexical-2', chunkSize: 64 },
      differs: ['chunkSize', 'chunks'],
      queries: 38,
    });
    const { gained, lost } = comparisons[0]!;
    expect(gained.length + lost.length).toBeGreaterThan(0);
    for (const { a, b } of gained) expect(b).toBeGreaterThan(a);
    for (const { a, b } of lost) expect(b).toBeLessThan(a);
    // The texts of queries are in the runs, not here.
    expect(stdout).not.toContain('"text"');
  });

  it('of sentences of the corpus are compared too, however they were cut', async () => {
    await keep('s.json', '--from-corpus', '--mode', 'lexical');
    await keep('t.json', '--from-corpus', '--mode', 'lexical', '--db', 'b.db');
    const { code, stdout, stderr } = await box.umekomi(['eval', '--compare', 's.json', 't.json']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('200 queries in both');
    const other = await box.umekomi(['eval', '--compare', 'a.json', 's.json']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('0 in both, 38 only in the first, 200 only in the second');
  });

  it('with other questions or answers under the same ids are an error', async () => {
    const ask = async (name: string, text: string, answer: string): Promise<void> => {
      writeFileSync(join(box.folder, 'one.jsonl'), JSON.stringify({ text, answers: [answer] }));
      await keep(name, 'one.jsonl');
    };
    await ask('p.json', 'パンク', '自転車/パンク修理.md');
    await ask('q.json', 'harbour', '自転車/パンク修理.md');
    await ask('r.json', 'パンク', '詩/harbour.txt');
    const questions = await box.umekomi(['eval', '--compare', 'p.json', 'q.json']);
    expect(questions.code).toBe(2);
    expect(questions.stderr).toContain('1 of 1 queries have another text');
    const answers = await box.umekomi(['eval', '--compare', 'p.json', 'r.json']);
    expect(answers.code).toBe(2);
    expect(answers.stderr).toContain('not with the same answers');
    expect((await box.umekomi(['eval', '--compare', 'p.json', 'p.json'])).code).toBe(0);
  });

  it('over different queries are an error', async () => {
    await keep('c.json', 'set', '--split', 'dev', '--model', 'builtin');
    const { code, stderr } = await box.umekomi(['eval', '--compare', 'a.json', 'c.json']);
    expect(code).toBe(2);
    expect(stderr).toContain('0 in both, 38 only in the first, 2 only in the second');
  });

  it('of one file are its modes; something else is no run', async () => {
    const run = await evaluate('judged');
    const [mode] = run.modes;
    const two = { ...run, modes: [mode, { ...mode, mode: 'other' }] };
    writeFileSync(join(box.folder, 'two.json'), JSON.stringify(two));
    expect((await box.umekomi(['eval', '--compare', 'two.json'])).stdout).toContain(
      'B  two.json: other',
    );
    for (const [name, text] of [
      ['x.json', '{}'],
      ['y.json', 'no'],
      ['z.json', '{"version":1,"modes":[{}]}'],
    ] as const) {
      writeFileSync(join(box.folder, name), text);
      const { code, stderr } = await box.umekomi(['eval', '--compare', 'two.json', name]);
      expect(code).toBe(2);
      expect(stderr).toContain('is not what umekomi eval --json prints');
    }
  });
});

describe('what cannot be evaluated', () => {
  it.each([
    ['no set', [], 'Name a judged set'],
    ['nothing there', ['nowhere'], 'There is nothing at'],
    ['no split', ['set'], '(split): dev'],
    ['an unknown mode', ['judged', '--mode', 'psychic'], 'the modes are semantic, lexical, hybrid'],
    ['a chunk size for a corpus that is cut', ['judged', '--chunk-size', '99'], 'umekomi index'],
    ['a set and --from-corpus', ['--from-corpus', 'judged'], 'name no judged set'],
    ['a split of sentences', ['--from-corpus', '--split', 'x'], '--split is for a judged set'],
    ['a chunk size of sentences', ['--from-corpus', '--chunk-size', '99'], '--chunk-size is for'],
    ['a filter of a set', ['judged', '--path', '詩'], '--path goes with --from-corpus only'],
    ['a seed of a set', ['judged', '--seed', '2'], '--seed goes with --from-corpus only'],
    ['a filter that leaves nothing', ['--from-corpus', '--path', 'no'], 'leave out --path'],
    ['--from-corpus and --compare', ['--from-corpus', '--compare', 'a.json'], '--from-corpus'],
    ['a set and --compare', ['--compare', 'a.json', '--split', 'x', '--', 'judged'], '--compare'],
    [
      'a split and --compare',
      ['--compare', 'a.json', '--split', 'x'],
      '--split goes with the runs',
    ],
    [
      'a size and --compare',
      ['--compare', 'a.json', '--chunk-size', '99'],
      '--chunk-size goes with',
    ],
    [
      'an overlap and --compare',
      ['--compare', 'a.json', '--chunk-overlap', '9'],
      '--chunk-overlap',
    ],
    ['a reranker and --compare', ['--compare', 'a.json', '--rerank', 'm'], '--rerank goes with'],
    ['ranks and --compare', ['--compare', 'a.json', '--ranks'], '--ranks goes with the runs'],
    ['a run that is not there', ['--compare', 'gone.json'], 'gone.json; umekomi eval --json'],
    ['a run that is a folder', ['--compare', 'judged'], 'judged cannot be read (EISDIR)'],
    ['a seed and --compare', ['--compare', 'a.json', '--seed', '2'], '--seed goes with'],
  ])('is said: %s', async (_, args, message) => {
    const { code, stderr } = await box.umekomi(['eval', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('a server that is down is exit code 3, not figures of zero', async () => {
    writeFileSync(join(box.folder, 'home/config/umekomi/config.json'), '{"retries": 0}');
    const args = [
      'eval',
      'set',
      '--split',
      'dev',
      '--endpoint',
      'http://127.0.0.1:9',
      '--model',
      'm',
    ];
    const { code, stdout } = await box.umekomi(args);
    expect(code).toBe(3);
    expect(stdout).toBe('');
  });
});
