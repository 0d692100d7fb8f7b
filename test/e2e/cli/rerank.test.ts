/** `umekomi search --rerank` as it ships, over a real server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SearchResult } from '../../../src/index.ts';
import {
  type RerankAnswer,
  type RerankStandIn,
  type SeenRerank,
  scoring,
  startRerankServer,
} from '../../helpers/rerank-server.ts';
import {
  createSandbox,
  type Outcome,
  type RunOptions,
  type Sandbox,
} from '../../helpers/sandbox.ts';

let box: Sandbox;
let server: RerankStandIn;
const byRust = scoring((text) => (text.includes('rust') ? 4.5 : text.includes('Oil') ? 0.25 : -7));
let answer: (seen: SeenRerank) => RerankAnswer = byRust;

beforeAll(async () => {
  server = await startRerankServer((seen) => answer(seen));
  box = createSandbox();
  box.write('docs/a.md', '# Chain\n\nThe chain of a bicycle, the chain.\n');
  box.write('docs/b.md', '# Oil\n\nOil for a chain.\n');
  box.write('docs/c.md', '# Weather\n\nRain makes rust of what is a long and unprotected chain.\n');
  box.write('questions.jsonl', '{"text":"chain","answers":["docs/c.md"]}\n');
  expect(await box.umekomi(['index', 'docs', '--model', 'builtin'])).toMatchObject({ code: 0 });
});
afterAll(() => {
  server.close();
  box.remove();
});
afterEach(() => {
  answer = byRust;
});

/** As it ships: the executable, whose search is one bundled file. */
const search = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
  box.start(['search', 'chain', ...args], options).done;

async function found(args: readonly string[], options?: RunOptions): Promise<SearchResult> {
  const { stdout, code } = await search([...args, '--json'], options);
  expect(code).toBe(0);
  return JSON.parse(stdout) as SearchResult;
}

describe('--rerank', () => {
  it('orders hits by the scores of the server, in every mode', async () => {
    const plain = await found(['--mode', 'lexical']);
    expect(plain.hits.map(({ path }) => path)).toEqual(['a.md', 'b.md', 'c.md']);
    expect(plain.rerank).toBeNull();
    for (const mode of ['hybrid', 'lexical', 'semantic']) {
      const { hits, rerank } = await found(['--mode', mode, '--rerank', server.url]);
      expect(hits.map(({ path, rerankScore }) => [path, rerankScore])).toEqual([
        ['c.md', 4.5],
        ['b.md', 0.25],
        ['a.md', -7],
      ]);
      expect(rerank).toEqual({ model: `${server.url}/rerank`, passages: 3, failed: null });
    }
    expect(server.seen.at(-1)?.body).toMatchObject({
      query: 'chain',
      documents: expect.arrayContaining(['# Oil\n\nOil for a chain.']) as unknown,
    });
  });

  it('takes a model, on the server of the environment or of the user', async () => {
    const env = { UMEKOMI_RERANK_URL: server.url };
    const { rerank, hits } = await found(['--rerank', 'bge-reranker-v2-m3'], { env });
    expect([rerank?.model, hits[0]?.path]).toEqual(['bge-reranker-v2-m3', 'c.md']);
    expect(server.seen.at(-1)?.body).toMatchObject({ model: 'bge-reranker-v2-m3' });
    box.write('home/config/umekomi/config.json', JSON.stringify({ rerankUrl: server.url }));
    expect((await found(['--rerank', 'other'])).hits[0]?.path).toBe('c.md');
    box.write('home/config/umekomi/config.json', '{}');
    const { code, stderr, stdout } = await search(['--rerank', 'bge']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/UMEKOMI_RERANK_URL.*\[USAGE\]/);
  });

  it('shows its scores with --explain, and goes with every form of output', async () => {
    const explained = await search(['--rerank', server.url, '--explain']);
    expect(explained.stdout).toMatch(/^docs\/c\.md:.*\n.*\n {3}rerank 4\.500 · semantic #\d/);
    expect([explained.code, explained.stderr]).toEqual([0, '']);
    const files = await search(['--rerank', server.url, '--files']);
    expect(files.stdout).toBe('docs/c.md\ndocs/b.md\ndocs/a.md\n');
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['is away', async () => 'http://127.0.0.1:9', /nothing listens there|refused|cannot/],
    [
      'fails',
      async () => {
        answer = () => ({ status: 500, body: { error: 'Oil for a chain' } });
        return server.url;
      },
      /an error \(HTTP 500\)/,
    ],
    [
      'answers with rubbish',
      async () => {
        answer = () => ({ body: '<p>\u001b[31m' });
        return server.url;
      },
      /a score for every passage/,
    ],
  ])('that %s leaves the list as it is, and says so on one line', async (_, prepare, words) => {
    const url = await prepare();
    const plain = await search([]);
    const { code, stdout, stderr } = await search(['--rerank', url]);
    expect([code, stdout]).toEqual([0, plain.stdout]);
    expect(stderr).toMatch(/^umekomi: not reranked, in the order without: Rerank server .*\.\n$/);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('Oil for');
    const { rerank, hits } = await found(['--rerank', url]);
    expect(rerank).toMatchObject({ passages: 0, failed: { code: 'RERANK_FAILED' } });
    expect(hits).toEqual((await found([])).hits);
    expect((await search(['--rerank', url, '--path', 'nowhere/**'])).code).toBe(1);
  });

  it('sends its key to its own server only, and none of another server', async () => {
    const keys = {
      UMEKOMI_RERANK_API_KEY: 'rerank-MARKED-1',
      OLLAMA_API_KEY: 'ollama-MARKED-2',
      OPEN_WEBUI_API_KEY: 'webui-MARKED-3',
    };
    const own = { ...keys, UMEKOMI_RERANK_URL: server.url };
    await found(['--rerank', 'm'], { env: own });
    expect(server.seen.at(-1)?.authorization).toBe('Bearer rerank-MARKED-1');
    const other = { ...keys, UMEKOMI_RERANK_URL: 'http://127.0.0.1:9', OLLAMA_HOST: server.url };
    answer = ({ authorization }) => ({ status: 401, body: { authorization } });
    const { code, stdout, stderr } = await search(['--rerank', server.url, '--debug'], {
      env: other,
    });
    expect(server.seen.at(-1)?.authorization).toBeUndefined();
    expect(code).toBe(0);
    expect(stderr).toContain('UMEKOMI_RERANK_API_KEY is set and was not sent');
    answer = ({ authorization }) => ({ status: 401, body: { authorization } });
    const repeated = await search(['--rerank', 'm', '-v'], { env: own });
    expect([stdout, stderr, repeated.stdout, repeated.stderr].join()).not.toContain('MARKED');
  });

  it('hides the password of an address', async () => {
    const { host } = new URL(server.url);
    const { rerank } = await found(['--rerank', `http://me:word-31@${host}`]);
    expect(rerank?.model).toBe(`${server.url}/rerank`);
    expect(server.seen.at(-1)?.authorization).toBe(`Basic ${btoa('me:word-31')}`);
  });

  it('is never switched on, nor led elsewhere, by a checkout', async () => {
    const before = server.seen.length;
    box.write('.umekomi/config.json', JSON.stringify({ rerankUrl: server.url }));
    const led = await search(['--rerank', 'bge']);
    expect([led.code, led.stdout]).toEqual([2, '']);
    expect(led.stderr).toMatch(
      /cannot say where text is sent \(rerankUrl\).*--rerank.*CONFIG_INVALID/,
    );
    box.write('.umekomi/config.json', JSON.stringify({ rerank: server.url }));
    expect((await search([])).stderr).toMatch(/no setting "rerank"/);
    box.write('.umekomi/config.json', '{}');
    expect(server.seen).toHaveLength(before);
  });

  it.each([['--rerank', ''], ['--rerank', 'ftp://box'], ['--rerank']])(
    '%j %j is an error',
    async (...args) => {
      expect(await search(args)).toMatchObject({ code: 2, stdout: '' });
    },
  );

  it('is no flag of like', async () => {
    const { code } = await box.umekomi(['like', 'docs/a.md', '--rerank', server.url]);
    expect(code).toBe(2);
  });
});

describe('eval --rerank', () => {
  const evaluate = (...args: string[]): Promise<Outcome> =>
    box.umekomi(['eval', 'questions.jsonl', '--mode', 'lexical', ...args]);

  it('measures the list that the reranker makes', async () => {
    const mrr = ({ stdout }: Outcome): unknown => JSON.parse(stdout).modes[0].measures.mrr10.mean;
    const plain = await evaluate('--json');
    const reranked = await evaluate('--json', '--rerank', server.url);
    expect([mrr(plain), mrr(reranked)]).toEqual([1 / 3, 1]);
    expect(JSON.parse(plain.stdout)).toMatchObject({ reranker: null });
    expect(JSON.parse(reranked.stdout)).toMatchObject({ reranker: `${server.url}/rerank` });
    expect((await evaluate('--rerank', server.url)).stdout).toContain(`rerank ${server.url}`);
  });

  it('is told apart by --compare', async () => {
    const plain = await evaluate('--json');
    const reranked = await evaluate('--json', '--rerank', server.url);
    box.write('a.json', plain.stdout);
    box.write('b.json', reranked.stdout);
    const { code, stdout } = await box.umekomi(['eval', '--compare', 'a.json', 'b.json']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^A {2}a\.json: lexical, \S+\nB {2}b\.json: lexical, \S+, reranked by http/,
    );
    expect(stdout).toMatch(/^reranker +– +http/m);
  });

  it('is told apart from a run of before there were rerankers', async () => {
    const { reranker: _, ...older } = JSON.parse((await evaluate('--json')).stdout);
    box.write('old.json', JSON.stringify(older));
    box.write('plain.json', (await evaluate('--json')).stdout);
    box.write('new.json', (await evaluate('--json', '--rerank', server.url)).stdout);
    const compare = async (file: string): Promise<unknown> => {
      const { stdout } = await box.umekomi(['eval', '--compare', 'old.json', file, '--json']);
      return JSON.parse(stdout).comparisons[0];
    };
    expect(await compare('plain.json')).toMatchObject({
      ...{ a: { reranker: null }, b: { reranker: null }, differs: [] },
    });
    expect(await compare('new.json')).toMatchObject({
      a: { reranker: null },
      b: { reranker: `${server.url}/rerank` },
      differs: ['reranker'],
    });
  });

  it('goes with sentences of the corpus, and ends there as well', async () => {
    const args = ['eval', '--from-corpus', '--mode', 'lexical', '--rerank', server.url];
    const before = server.seen.length;
    const { code, stdout, stderr } = await box.umekomi([...args, '--json']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ set: null, reranker: `${server.url}/rerank` });
    expect(server.seen.length).toBeGreaterThan(before);
    answer = () => ({ status: 500, body: {} });
    const failed = await box.umekomi(args);
    expect([failed.code, failed.stdout]).toEqual([3, '']);
    expect(failed.stderr).toMatch(/RERANK_FAILED/);
  });

  it('ends where the reranker fails: its figures would be those without it', async () => {
    answer = () => ({ status: 500, body: {} });
    const { code, stdout, stderr } = await evaluate('--rerank', server.url);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/RERANK_FAILED/);
  });
});
