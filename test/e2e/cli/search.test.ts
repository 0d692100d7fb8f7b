/** Searching as it ships: the executable, whose search is one bundled file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hit } from '../../../src/index.ts';
import {
  createSandbox,
  type Outcome,
  type RunOptions,
  type Sandbox,
} from '../../helpers/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = createSandbox();
  box.copyFixtures('docs');
  box.write('docs/evil\u001b[31m.md', '# Evil\n\nzzyzx \u001b[2J\u009b31m \u202egnp.exe zzyzx\n');
  expect(await box.umekomi(['index', 'docs', '--model', 'builtin'])).toMatchObject({ code: 0 });
});
afterAll(() => box.remove());

const search = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
  box.start(['search', ...args], options).done;

async function hitsOf(args: readonly string[]): Promise<Hit[]> {
  const { stdout } = await search([...args, '--json']);
  return (JSON.parse(stdout) as { hits: Hit[] }).hits;
}

describe('a search', () => {
  it('shows Japanese hits: place, similarity, headings, passage; nothing else on any stream', async () => {
    const { code, stdout, stderr } = await search(['埋め込み', '-k', '3']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^docs\/.+\.md:\d+ {2}0\.\d{3}\n {3}\S.*\n {3}\S/u);
    expect(stdout.split('\n\n')).toHaveLength(3);
    expect(stdout).toContain('埋め込み');
  });

  it('joins the words of an English question', async () => {
    const { code, stdout } = await search('how do I restore a single file -k 1'.split(' '));
    expect(code).toBe(0);
    expect(stdout).toContain('docs/hakobune/');
  });

  it('reads the query from stdin with -, also a long one', async () => {
    const long = `${'バックアップから一つのファイルを戻したい。'.repeat(300)}`;
    const { code, stdout } = await search(['-', '--json', '-k', '1'], { input: `${long}\n` });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ query: long, hits: [{ rank: 1 }] });
  });

  it('takes a query that begins with a dash behind --', async () => {
    expect((await search(['-k', '1', '--', '--path'])).code).toBeLessThan(2);
  });

  it('finds the corpus from a folder below, and shows paths that open from there', async () => {
    const { stdout } = await search(['鬼目ナット', '-k', '1'], { cwd: 'docs/木工' });
    expect(stdout).toMatch(/^埋め込みボルト\.md:/);
  });
});

describe('what is printed', () => {
  it('does not repeat the heading that stands above the passage, but --full does', async () => {
    const query = ['鬼目ナット', '-k', '1', '--path', '木工/**'];
    const short = await search(query);
    expect(short.stdout).not.toContain('# 埋め込みボルト');
    const full = await search([...query, '--full']);
    const [hit] = await hitsOf(query);
    const lines = (hit?.text ?? '').trimEnd().split('\n');
    expect(full.stdout.trimEnd().split('\n').slice(-lines.length)).toEqual(
      lines.map((line) => (line === '' ? '' : `   ${line}`)),
    );
  });

  it('is highlighted with FORCE_COLOR only', async () => {
    expect((await search(['埋め込み'])).stdout).not.toContain('\u001b');
    const forced = await search(['埋め込み'], { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001b[33m埋め込み\u001b[39m');
  });

  it('has no control, C1 or bidi characters of indexed text and names', async () => {
    const query = ['zzyzx', '-k', '1'];
    const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u;
    for (const form of [[], ['--full'], ['--json'], ['--jsonl'], ['--files']]) {
      const { stdout } = await search([...query, ...form]);
      expect(stdout).toContain('evil');
      expect(stdout).not.toMatch(dangerous);
    }
    expect((await search([...query, '-0'])).stdout).toBe('docs/evil\u001b[31m.md\0');
    expect((await search([...query, '--files'])).stdout).toBe('"docs/evil\\033[31m.md"\n');
  });

  it('with --json is one object with the documented fields, whose offsets are exact', async () => {
    const { stdout } = await search(['埋め込み', '-k', '2', '--json']);
    expect(stdout.trimEnd()).not.toContain('\n');
    const parsed = JSON.parse(stdout) as { version: number; query: string; hits: Hit[] };
    expect(parsed).toMatchObject({ version: 1, query: '埋め込み', mode: 'hybrid' });
    expect(Object.keys(parsed.hits[0] ?? {}).sort()).toEqual(
      [
        ...['rank', 'source', 'path', 'startLine', 'endLine', 'startOffset', 'endOffset'],
        ...['line', 'headings', 'title', 'text', 'similarity', 'distance', 'score', 'rerankScore'],
        ...['lists', 'otherPlaces', 'before', 'after', 'id', 'uri', 'matches', 'excerpt', 'fusion'],
      ].sort(),
    );
    for (const hit of parsed.hits) {
      const text = readFileSync(join(hit.source, hit.path), 'utf8').replace(/^\uFEFF/, '');
      expect(hit.text).toBe(text.slice(hit.startOffset, hit.endOffset));
    }
  });

  it('with --jsonl is a hit a line, with --files each path once', async () => {
    const { stdout } = await search(['埋め込み', '-k', '8', '--jsonl']);
    const hits = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Hit);
    expect(hits.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const files = (await search(['埋め込み', '-k', '8', '--files'])).stdout.trimEnd().split('\n');
    expect(new Set(files).size).toBe(8);
    const one = await hitsOf(['埋め込み', '-k', '8', '--per-document', '1']);
    expect(files).toEqual(one.map(({ path }) => `docs/${path}`));
    const raw = (await search(['埋め込み', '-k', '8', '-0'])).stdout;
    expect(raw).toBe(files.map((name) => `${name}\0`).join(''));
  });
});

describe('filters', () => {
  it('--path restricts, ! takes out, both before ranking', async () => {
    const inside = await hitsOf(['埋め込み', '--path', '検索/**', '--path', '!**/用語集.md']);
    expect(inside.length).toBeGreaterThan(0);
    for (const { path } of inside) expect(path).toMatch(/^検索\/(?!用語集)/u);
    const far = await hitsOf(['埋め込み', '--path', 'hakobune/**', '-k', '2']);
    expect(far).toHaveLength(2);
  });

  it('--exact gives the same list in a small corpus', async () => {
    expect(await hitsOf(['埋め込み', '--exact'])).toEqual(await hitsOf(['埋め込み']));
  });

  it('exit code 1, and nothing on stdout, where nothing is found', async () => {
    const { code, stdout, stderr } = await search(['x', '--min-similarity', '0.99']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('--min-similarity leaves out everything');
    const json = await search(['x', '--min-similarity', '0.99', '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ hits: [] });
  });
});

describe('wrong usage is exit code 2, with nothing on stdout', () => {
  it.each([
    [['-k', 'abc', 'x'], 'whole number'],
    [['-k', '0', 'x'], 'whole number'],
    [['--limt', '1', 'x'], "unknown option '--limt'"],
    [['-n', '1', 'x'], "umekomi: unknown option '-n': did you mean -k? [USAGE]"],
    [['--limit', '1', 'x'], 'did you mean -k? [USAGE]'],
    [['--top-k=1', 'x'], 'did you mean -k? [USAGE]'],
    [['-V'], 'did you mean --version? [USAGE]'],
    [['--fles', 'x'], 'did you mean --files? [USAGE]'],
    [['x', '--min-similarity', '2'], 'number from -1 to 1'],
    [['x', '--json', '--files'], 'cannot be used with'],
    [['x', '--jsonl', '-0'], 'cannot be used with'],
    [['x', '--db', ''], 'empty'],
    [[''], 'query is empty'],
    [['-'], 'query is empty'],
    [[], 'missing required argument'],
  ])('search %j', async (args, message) => {
    const { code, stdout, stderr } = await search(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('an unknown command gets a suggestion', async () => {
    const { code, stderr } = await box.umekomi(['serch', 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain("umekomi: unknown command 'serch': did you mean search? [USAGE]");
  });

  it.each([
    ['help', 'nope'],
    ['help', 'search', 'nope'],
    ['index', '-n', '.'],
    ['index', '--chunk-size', 'abc', '.'],
  ])('%s %s is an error in one line and in the words of all errors', async (...args) => {
    const { code, stdout, stderr } = await box.umekomi(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^umekomi: .*\[USAGE\]\n\(umekomi --help lists commands and flags\)\n$/);
    expect(stderr).not.toContain('did you mean -k');
  });

  it('a corpus that is not there is named', async () => {
    const { code, stderr } = await search(['x', '--db', 'none.db']);
    expect(code).toBe(2);
    expect(stderr).toContain('[CORPUS_NOT_FOUND]');
  });
});

describe('like', () => {
  it('finds others, for a line and for a document, without any server', async () => {
    const line = await box.umekomi(['like', 'docs/検索/用語集.md:20', '-k', '2', '--json']);
    expect(JSON.parse(line.stdout)).toMatchObject({
      query: null,
      hits: [{ rank: 1 }, { rank: 2 }],
    });
    const whole = await box.umekomi(['like', 'docs/検索/用語集.md', '--files']);
    expect(whole.code).toBe(0);
    expect(whole.stdout).not.toContain('用語集.md');
  });

  it('of something unknown is exit code 2', async () => {
    const { code, stderr } = await box.umekomi(['like', 'docs/none.md']);
    expect(code).toBe(2);
    expect(stderr).toContain('[DOCUMENT_NOT_FOUND]');
  });
});

describe('a closed pipe is success', () => {
  it('also in the middle of an answer', async () => {
    // No two passages are equal: those would be one hit.
    for (let i = 0; i < 60; i++) {
      const words = Array.from({ length: 400 }, (_, n) => `pipe ${i}x${n}`);
      box.write(`more/${i}.md`, `# Page ${i}\n\n${words.join(' ')}\n`);
    }
    await box.umekomi(['index', 'more', '--db', 'more.db', '--model', 'builtin']);
    const args = ['search', 'pipe', '--full', '-k', '500', '--db', 'more.db'];
    const running = box.start(args);
    running.child.stdout?.once('data', () => running.child.stdout?.destroy());
    expect(await running.done).toMatchObject({ code: 0, stderr: '' });
    const whole = await box.umekomi(args);
    expect(whole.stdout.length).toBeGreaterThan(200_000);
  });
});
