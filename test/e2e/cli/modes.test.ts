/** Modes of search and the flags around them, as people run them. */
import { utimesSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hit } from '../../../src/index.ts';
import {
  createSandbox,
  type Outcome,
  type RunOptions,
  type Sandbox,
} from '../../helpers/sandbox.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';

let box: Sandbox;
beforeAll(async () => {
  box = createSandbox();
  box.copyFixtures('docs');
  const page = (tags: string, text: string): string =>
    `---\ntags: ${tags}\n---\n\n# 献立\n\n${text}\n`;
  box.write('more/月曜.md', page('[夕食, 魚]', 'サーバーの隣で鯖を焼く。'));
  box.write('more/火曜.md', page('[夕食]', '豆腐を煮る。'));
  box.write('more/写し.md', page('[控え]', '豆腐を煮る。'));
  const old = box.write('more/old.md', '# 2020\n\n昔の献立。豆腐はまだない。\n');
  utimesSync(old, new Date(2020, 0, 5, 12), new Date(2020, 0, 5, 12));
  const indexed = await box.umekomi(['index', 'docs', 'more', '--model', 'builtin']);
  expect(indexed).toMatchObject({ code: 0 });
});
afterAll(() => box.remove());

const search = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
  box.umekomi(['search', ...args], options);

async function answerOf(args: readonly string[]): Promise<{ mode: string; hits: Hit[] }> {
  const { stdout } = await search([...args, '--json']);
  return JSON.parse(stdout) as { mode: string; hits: Hit[] };
}

const pathsOf = async (args: readonly string[]): Promise<string[]> =>
  (await answerOf(args)).hits.map(({ path }) => path);

describe('--mode', () => {
  it('lexical finds an error code first, and has no similarity to show', async () => {
    const { mode, hits } = await answerOf(['H-423', '--mode', 'lexical']);
    expect(mode).toBe('lexical');
    expect(hits[0]).toMatchObject({ path: 'hakobune/troubleshooting.md', similarity: null });
    expect(hits[0]?.text).toContain('H-423');
    expect(hits[0]?.lists).toMatchObject({ semantic: null, lexical: { rank: 1 } });
    const { stdout } = await search(['H-423', '--mode', 'lexical', '-k', '1']);
    expect(stdout).toMatch(/^docs\/hakobune\/troubleshooting\.md:\d+ {2}\d+\.\d\n/);
  });

  it('lexical finds full-width text by half-width katakana, and nothing by absent words', async () => {
    const paths = await pathsOf(['ｻｰﾊﾞｰ 鯖', '--mode', 'lexical']);
    expect(paths[0]).toBe('月曜.md');
    const { code, stdout } = await search(['qqqqzzzz', '--mode', 'lexical']);
    expect([code, stdout]).toEqual([1, '']);
  });

  it('semantic asks vectors alone, hybrid is both and the default', async () => {
    const semantic = await answerOf(['鬼目ナット', '--mode', 'semantic']);
    expect(semantic.mode).toBe('semantic');
    for (const { lists, similarity, score } of semantic.hits) {
      expect(lists.lexical).toBeNull();
      expect(score).toBe(similarity);
    }
    const hybrid = await answerOf(['鬼目ナット', '--mode', 'hybrid']);
    expect(hybrid.mode).toBe('hybrid');
    expect(hybrid.hits[0]?.lists).toMatchObject({ semantic: {}, lexical: { rank: 1 } });
    expect(await answerOf(['鬼目ナット'])).toEqual(hybrid);
  });

  it.each([
    [['x', '--mode', 'psychic'], 'Allowed choices are semantic, lexical, hybrid'],
    [['x', '--mode', 'lexical', '--min-similarity', '0.1'], '--min-similarity or --mode'],
    [['x', '--since', 'yesterday'], 'a date such as 2026-03-12'],
    [['x', '--until', '2026-02-30'], 'a date such as 2026-03-12'],
    [['x', '--since', '2026-03-02', '--until', '2026-03-01'], 'since and until'],
    [['x', '--where', 'tags'], 'key=value'],
    [['x', '--per-document', '0'], 'whole number, at least 1'],
    [['x', '--context', '-1'], 'whole number, at least 0'],
  ])('search %j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await search(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('is not for like, which has the other flags', async () => {
    expect((await box.umekomi(['like', 'more/火曜.md', '--mode', 'lexical'])).code).toBe(2);
    const args = ['like', 'more/火曜.md', '--where', 'tags=夕食', '--per-document', '1', '--json'];
    const { hits } = JSON.parse((await box.umekomi(args)).stdout) as { hits: Hit[] };
    expect(hits.map(({ path }) => path)).toEqual(['月曜.md']);
  });
});

describe('a server that is down', () => {
  let server: StandIn;
  beforeAll(async () => {
    server = await startStandIn();
    box.write('notes/a.md', '# Locks\n\nE1042 means that the lock is stale.\n');
    const args = ['index', 'notes', '--db', 'served.db', '--endpoint', server.url];
    expect(await box.umekomi([...args, '--model', 'bge-m3'])).toMatchObject({ code: 0 });
  });
  afterAll(() => server?.close());

  it('leaves --mode lexical, and only that', async () => {
    const down = ['--db', 'served.db', '--endpoint', `http://127.0.0.1:${await closedPort()}`];
    const lexical = await search(['E1042', '--mode', 'lexical', ...down]);
    expect([lexical.code, lexical.stderr]).toEqual([0, '']);
    expect(lexical.stdout).toContain('notes/a.md:3');
    // A server that is away is not waited for in a test.
    box.write('home/config/umekomi/config.json', '{"retries":0}');
    for (const mode of [['--mode', 'hybrid'], []]) {
      const { code, stdout, stderr } = await search(['E1042', ...mode, ...down]);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain('[ENDPOINT_UNREACHABLE]');
    }
  });
});

describe('what is shown', () => {
  it('--explain: the places in both lists, on a line of its own', async () => {
    const explained = await search(['H-423', '--explain', '-k', '1']);
    expect(explained.stdout).toMatch(
      /^ {3}semantic #\d+ -?\d\.\d{3} · lexical #1 \d+\.\d · score \d\.\d{3} = 0\.3 × meaning \d\.\d{3} \+ 0\.7 × words \d\.\d{3}$/m,
    );
    expect((await search(['H-423', '-k', '1'])).stdout).not.toContain('lexical #');
  });

  it('--context: the lines around, dimmed for people and in JSON', async () => {
    const filler = (word: string): string => `${word} `.repeat(30).trim();
    const lines = [filler('above'), '', 'near', '', filler('xyzzy'), '', filler('below')];
    box.write('lines/a.md', `${lines.join('\n')}\n`);
    const small = ['--db', 'lines.db'];
    const options = ['--model', 'builtin', '--chunk-size', '32', ...small];
    expect(await box.umekomi(['index', 'lines', ...options])).toMatchObject({ code: 0 });
    const query = ['xyzzy', '--mode', 'lexical', '-k', '1', ...small];
    const [bare] = (await answerOf(query)).hits;
    expect(bare).toMatchObject({ startLine: 5, endLine: 5, before: '', after: '' });
    const [hit] = (await answerOf([...query, '--context', '2'])).hits;
    expect(hit).toMatchObject({ before: 'near\n', after: `\n${lines[6]}` });
    const env = { FORCE_COLOR: '1' };
    const { stdout } = await search([...query, '--context', '9', '--full'], { env });
    expect(stdout).toContain('\n   \u001b[2mnear\u001b[22m\n');
    expect(stdout).toContain(`\u001b[2m${lines[6]}\u001b[22m`);
    expect(stdout).not.toContain('\u001b[2mxyzzy');
  });

  it('the same passage elsewhere is named, not listed again', async () => {
    const query = ['豆腐を煮る', '--path', '火曜.md', '--path', '写し.md'];
    const { hits } = await answerOf(query);
    expect(hits).toHaveLength(1);
    expect(hits[0]?.otherPlaces.map(({ path }) => path)).toHaveLength(1);
    expect((await search(query)).stdout).toMatch(/^ {3}also in more\/(?:写し|火曜)\.md:\d+$/m);
  });
});

describe('filters', () => {
  it('--where asks front matter: every condition must hold, a list by one item', async () => {
    const dinner = await pathsOf(['献立', '--where', 'tags=夕食']);
    expect([...dinner].sort()).toEqual(['月曜.md', '火曜.md'].sort());
    expect(await pathsOf(['献立', '--where', 'tags=夕食', '--where', 'tags=魚'])).toEqual([
      '月曜.md',
    ]);
    expect((await search(['献立', '--where', 'tags=朝食'])).code).toBe(1);
  });

  it('--since and --until ask when a file was changed; a day is whole', async () => {
    const { code, stdout, stderr } = await search(['献立', '--since', '9999-01-01']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('--since leaves out everything');
    expect(await pathsOf(['献立', '--until', '2020-01-05'])).toEqual(['old.md']);
    expect(await pathsOf(['献立', '--since', '2020-01-05', '--until', '2020-01-05'])).toEqual([
      'old.md',
    ]);
    expect((await search(['献立', '--until', '2020-01-05T11:59'])).code).toBe(1);
    expect(await pathsOf(['献立', '--source', 'more', '--since', '2020-01-06'])).not.toContain(
      'old.md',
    );
  });

  it('--source is a path from here; several are either', async () => {
    for (const path of await pathsOf(['献立', '--source', 'more'])) {
      expect(['月曜.md', '火曜.md', '写し.md', 'old.md']).toContain(path);
    }
    const inside = await search(['献立', '--source', '.', '--json'], { cwd: 'more' });
    const { hits } = JSON.parse(inside.stdout) as { hits: Hit[] };
    expect(new Set(hits.map(({ source }) => source))).toEqual(new Set([join(box.folder, 'more')]));
    const both = await answerOf(['献立', '--source', 'more', '--source', 'docs', '-k', '50']);
    expect(new Set(both.hits.map(({ source }) => source)).size).toBe(2);
  });

  it('--per-document leaves room for others', async () => {
    const paths = await pathsOf(['restore a file', '--per-document', '1']);
    expect(new Set(paths).size).toBe(paths.length);
    const free = await pathsOf(['restore a file', '-k', '30']);
    expect(new Set(free).size).toBeLessThan(free.length);
  });
});

/** A port of this machine where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
