import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { STAND_IN_KEY, startStandIn } from '../../helpers/stand-in/server.ts';

let box: Sandbox;
beforeAll(async () => {
  box = createSandbox();
  box.copyFixtures('docs');
  expect((await box.umekomi(['index', 'docs', '--model', 'builtin'])).code).toBe(0);
});
afterAll(() => box.remove());

describe('umekomi ls', () => {
  it('lists every document; a glob and filters leave others out', async () => {
    const all = (await box.umekomi(['ls', '--jsonl'])).stdout.trimEnd().split('\n');
    expect(all).toHaveLength(27);
    const { stdout } = await box.umekomi(['ls', 'hakobune/*.md', '--json']);
    const { version, documents } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(documents.map(({ path }: { path: string }) => path)).toContain('hakobune/README.md');
    expect(documents[0]).toMatchObject({ passages: expect.any(Number), mtime: expect.any(Number) });
  });

  it('is a table for people, lined up in a terminal', async () => {
    const { stdout } = await box.umekomi(['ls', '--source', 'docs']);
    expect(stdout).toMatch(/^PASSAGES +SIZE +CHANGED +PATH +TITLE\n/);
    expect(stdout).toMatch(/ docs\/hakobune\/README\.md +Hakobune\n/);
  });

  it('ends with 1 where nothing is left', async () => {
    for (const args of [['nothing.md'], ['--since', '2999-01-01'], ['nothing.md', '--json']]) {
      expect((await box.umekomi(['ls', ...args])).code).toBe(1);
    }
    expect((await box.umekomi(['ls', '--source', 'elsewhere'])).code).toBe(2);
  });
});

describe('umekomi get', () => {
  it('prints a document or lines of it, by its path or by the uri of a hit', async () => {
    const whole = await box.umekomi(['get', 'docs/hakobune/README.md']);
    expect(whole.stdout).toMatch(/^# Hakobune\n\nHakobune \("ark"\)/);
    const first = await box.umekomi(['get', 'hakobune/README.md:1']);
    expect(first.stdout).toBe('# Hakobune\n');
    const search = await box.umekomi(['search', 'H-423', '-k', '1', '--json']);
    const [hit] = JSON.parse(search.stdout).hits;
    const got = JSON.parse((await box.umekomi(['get', hit.uri, '--json'])).stdout);
    expect(got).toMatchObject({ version: 1, uri: hit.uri, path: hit.path, text: hit.text });
  });

  it('says what is not there', async () => {
    const { code, stderr } = await box.umekomi(['get', 'docs/nothing.md']);
    expect(code).toBe(2);
    expect(stderr).toContain('[DOCUMENT_NOT_FOUND]');
  });
});

describe('--debug', () => {
  it('says what is asked of server and corpus, without texts and keys', async () => {
    const server = await startStandIn({ flavour: 'open-webui' });
    const env = { OPEN_WEBUI_URL: server.url, OPEN_WEBUI_API_KEY: STAND_IN_KEY };
    box.write('secret/a.md', 'ひみつの文章');
    const index = ['index', 'secret', '--db', 'secret.db', '--model', 'bge-m3', '--debug'];
    const indexed = await box.umekomi(index, { env });
    expect(indexed.code).toBe(0);
    expect(indexed.stderr).toMatch(/umekomi: POST http:\S+\/api\/embed, 1 text: 200 in [\d.]+ ms/);
    expect(indexed.stderr).toMatch(/umekomi: store commit: [\d.]+ ms/);
    const search = ['search', 'ひみつ', '--db', 'secret.db', '--json'];
    const found = await box.umekomi(search, { env: { ...env, UMEKOMI_DEBUG: '1' } });
    expect(found.stderr).toMatch(/umekomi: store find: [\d.]+ ms/);
    for (const { stderr } of [indexed, found]) {
      expect(stderr).not.toContain('ひみつ');
      expect(stderr).not.toContain(STAND_IN_KEY);
    }
    await server.close();
  });
});
