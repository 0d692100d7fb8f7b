import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hit } from '../../../src/index.ts';
import { createSandbox, type Outcome, type Sandbox } from '../../helpers/sandbox.ts';
import { STAND_IN_KEY, type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';

let box: Sandbox;
let server: StandIn;
beforeEach(() => {
  box = createSandbox();
  box.write('notes/a.md', '# 埋め込み\n\n単語をベクトルにする。\n');
  box.write('notes/b.md', '# Backup\n\nRestore a single file.\n');
});
afterEach(async () => {
  await server?.close();
  box.remove();
});

/** One try, so that a failure ends at once. */
const once = ['--retries', '0'];

function keysSeen(): (string | null)[] {
  return [...new Set(server.requests.map(({ authorization }) => authorization))];
}

describe('Ollama', () => {
  beforeEach(async () => {
    server = await startStandIn();
  });

  it('indexes and searches; a second run embeds nothing', async () => {
    const env = { OLLAMA_HOST: server.url };
    const first = await box.umekomi(['index', 'notes'], { env });
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('Using bge-m3:latest');
    const found = await box.umekomi(['search', '埋め込み', '--json', '-k', '1'], { env });
    const { hits } = JSON.parse(found.stdout) as { hits: Hit[] };
    expect(hits[0]).toMatchObject({ rank: 1, path: expect.stringMatching(/\.md$/) as string });
    server.forgetRequests();
    const again = await box.umekomi(['index', '--json'], { env });
    expect(JSON.parse(again.stdout)).toMatchObject({ inputs: { embedded: 0 } });
    expect(server.embedRequests(), 'not even a probe').toEqual([]);
  });

  it('says that a rebuild for the same model embedded nothing, and when it did', async () => {
    const env = { OLLAMA_HOST: server.url };
    const fresh = await box.umekomi(['index', 'notes', '--rebuild', '--json'], { env });
    expect(JSON.parse(fresh.stdout)).toMatchObject({ rebuild: null, inputs: { embedded: 2 } });
    const same = await box.umekomi(['index', '--rebuild'], { env });
    expect(same).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^rebuild {4}not needed/m),
    });
    const json = await box.umekomi(['index', '--rebuild', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ rebuild: 'not-needed', inputs: { embedded: 0 } },
    });
    const other = ['index', '--rebuild', '--dimensions', '16', '--json'];
    const done = await box.umekomi(other, { env });
    expect(JSON.parse(done.stdout)).toMatchObject({ rebuild: 'done', inputs: { embedded: 2 } });
  });

  it('that makes no vector of a query: its words are searched, and that is said', async () => {
    const env = { OLLAMA_HOST: server.url };
    await box.umekomi(['index', 'notes'], { env });
    server.fault({ do: { kind: 'zero' }, text: (text) => text.includes('Restore') });
    const found = await box.umekomi(['search', 'Restore', '--json'], { env });
    expect(found).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('searched by words only'),
    });
    expect(JSON.parse(found.stdout)).toMatchObject({ mode: 'lexical', hits: [{ path: 'b.md' }] });
    for (const flags of [
      ['--mode', 'semantic'],
      ['--min-similarity', '0.1'],
    ]) {
      expect(await box.umekomi(['search', 'Restore', ...flags], { env })).toMatchObject({
        ...{ code: 3, stdout: '' },
        stderr: expect.stringMatching(/other words. Or search by words alone.*\[INPUT_REJECTED\]/),
      });
    }
    const quiet = await box.umekomi(['search', 'Restore', '--mode', 'lexical'], { env });
    expect(quiet).toMatchObject({ code: 0, stderr: '' });
  });

  it('offers its models in a table and as JSON', async () => {
    const { stdout } = await box.umekomi(['models', '--endpoint', server.url]);
    expect(stdout).toMatch(/^MODEL +EMBEDS +DIMENSIONS +CONTEXT +SIZE +FROM\n/);
    expect(stdout).toMatch(/^bge-m3:latest +yes +32 +8,192 /m);
    expect(stdout).toMatch(/^qwen3:8b +no /m);
    const json = await box.umekomi(['models', '--json', '--endpoint', server.url]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      models: [
        { name: 'bge-m3:latest', canEmbed: true },
        { name: 'qwen3:8b', canEmbed: false },
      ],
    });
    server.setModels([]);
    expect(await box.umekomi(['models', '--endpoint', server.url])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('lists no models'),
    });
  });

  it('does not get the key of another origin', async () => {
    const env = {
      OPEN_WEBUI_URL: 'http://elsewhere.invalid',
      OPEN_WEBUI_API_KEY: 'k1',
      OLLAMA_API_KEY: 'k2',
    };
    await box.umekomi(['models', '--endpoint', server.url], {
      env: { ...env, OLLAMA_HOST: 'http://elsewhere.invalid' },
    });
    expect(keysSeen()).toEqual([null]);
    server.forgetRequests();
    await box.umekomi(['models', '--endpoint', server.url], { env });
    expect(new Set(keysSeen())).toEqual(new Set([null, 'Bearer k2']));
  });

  it('that has not the model, or whose model cannot be guessed, says what to do', async () => {
    const missing = await box.umekomi([
      'index',
      'notes',
      '--model',
      'bge-m4',
      '--endpoint',
      server.url,
    ]);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('Did you mean bge-m3:latest?');
    const more = { name: 'nomic-embed-text:latest', dimensions: 8, contextTokens: 2048 };
    server.setModels([{ name: 'bge-m3:latest', dimensions: 8, contextTokens: 8192 }, more]);
    const several = await box.umekomi(['index', 'notes', '--endpoint', server.url]);
    expect(several.code).toBe(2);
    expect(several.stderr).toContain('nomic-embed-text:latest');
  });

  it('that refuses one text costs only that text: exit code 4, and status shows it', async () => {
    server.fault({ do: { kind: 'nan' }, text: (text) => text.includes('ベクトル') });
    const run = await box.umekomi(['index', 'notes', '--endpoint', server.url, ...once]);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('failed     1 text could not be embedded');
    expect(run.stderr).not.toMatch(/^done/m);
    expect(run.stderr).toMatch(/notes\/a\.md:\d+ {2}.*\[INPUT_REJECTED\]/);
    const status = await box.umekomi(['status']);
    expect(status.stdout).toContain('failed     1 text; the next run tries again');
    server.clearFaults();
    expect(await box.umekomi(['index', '--endpoint', server.url])).toMatchObject({ code: 0 });
  });

  it('that is tried again is said on stderr', async () => {
    server.fault({ do: { kind: 'answer', status: 503, body: { error: 'busy' } }, times: 1 });
    const run = await box.umekomi(['index', 'notes', '--endpoint', server.url]);
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toMatch(/^umekomi: .*Trying again in .* \(1 of 6\)\.$/m);
  });
});

describe('Open WebUI', () => {
  beforeEach(async () => {
    server = await startStandIn({ flavour: 'open-webui', prefix: 'box' });
  });

  it.each([
    ['OPEN_WEBUI_URL', 'http://127.0.0.1:9', '--endpoint'],
    ['OLLAMA_HOST', '', 'OLLAMA_HOST'],
  ])('whose key was not sent says why (%s)', async (variable, other, origin) => {
    const env = {
      OPEN_WEBUI_API_KEY: STAND_IN_KEY,
      [variable]: other === '' ? server.url : other,
    };
    const flags = origin === '--endpoint' ? ['--endpoint', server.url] : [];
    const run = await box.umekomi(['index', 'notes', ...flags], { env });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(
      `OPEN_WEBUI_API_KEY is set and was not sent: it goes to the address in OPEN_WEBUI_URL only, and this one came from ${origin}.`,
    );
    expect(run.stderr).toContain('[ENDPOINT_UNAUTHORIZED]');
    expect(keysSeen()).toEqual([null]);
  });

  it('indexes and searches with its key, which detection does not send', async () => {
    const env = { OPEN_WEBUI_URL: server.url, OPEN_WEBUI_API_KEY: STAND_IN_KEY };
    expect(await box.umekomi(['index', 'notes', '--model', 'bge-m3'], { env })).toMatchObject({
      code: 0,
    });
    expect(await box.umekomi(['search', 'backup'], { env })).toMatchObject({ code: 0 });
    for (const { path, authorization } of server.requests) {
      const isDetection = /\/(?:api\/version|health)$/.test(path) && !path.includes('/ollama/');
      expect([path, authorization]).toEqual([path, isDetection ? null : `Bearer ${STAND_IN_KEY}`]);
    }
  });

  it('lists its own models beside Ollama’s', async () => {
    const env = { OPEN_WEBUI_API_KEY: STAND_IN_KEY };
    const { stdout } = await box.umekomi(['models', '--endpoint', server.url], { env });
    expect(stdout).toMatch(/^box\.bge-m3:latest +yes .*Ollama$/m);
    expect(stdout).toMatch(/^gpt-4o .*Open WebUI$/m);
  });

  it('without a key, or with a wrong one, is exit code 3; no key is ever printed', async () => {
    const none = await box.umekomi(['models', '--endpoint', server.url]);
    expect(none.code).toBe(3);
    expect(none.stderr).toContain('OPEN_WEBUI_API_KEY');
    const env = { OPEN_WEBUI_API_KEY: 'sk-wrong-and-secret' };
    const wrong = await box.umekomi(['models', '-v', '--endpoint', server.url], { env });
    expect(wrong.code).toBe(3);
    expect(wrong.stdout + wrong.stderr).not.toContain('sk-wrong');
  });
});

describe('an existing corpus', () => {
  const run = (args: readonly string[], env = {}): Promise<Outcome> => box.umekomi(args, { env });
  beforeEach(async () => {
    server = await startStandIn();
    await run(['index', 'notes', '--endpoint', server.url]);
  });

  it('decides the model; environment and configuration are for new ones', async () => {
    const env = { UMEKOMI_MODEL: 'builtin', OLLAMA_HOST: server.url };
    expect(await run(['search', 'backup'], env)).toMatchObject({ code: 0 });
    expect(await run(['index'], env)).toMatchObject({ code: 0 });
  });

  it('is not searched with another model, and says how to change', async () => {
    const other = await run(['search', 'x', '--model', 'builtin', '--endpoint', server.url]);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/umekomi index --rebuild --model builtin \[SPACE_MISMATCH\]/);
    const dimensions = await run(['index', '--dimensions', '8', '--endpoint', server.url]);
    expect(dimensions.code).toBe(2);
    expect(dimensions.stderr).toMatch(/--rebuild.*\[SPACE_MISMATCH\]/);
  });

  it('whose server is gone is exit code 3, never another embedder', async () => {
    const { url } = server;
    await server.close();
    for (const args of [
      ['search', 'backup'],
      ['index', ...once],
    ]) {
      const failed = await run([...args, '--endpoint', url]);
      expect([failed.code, failed.stdout]).toEqual([3, '']);
      expect(failed.stderr).toContain('[ENDPOINT_UNREACHABLE]');
    }
    expect(await run(['like', 'notes/a.md'])).toMatchObject({ code: 0 });
    expect(await run(['status'])).toMatchObject({ code: 0 });
    server = await startStandIn();
  });

  it('is embedded anew by another one with --rebuild', async () => {
    const rebuilt = await run(['index', '--rebuild', '--model', 'builtin', '--json']);
    expect(rebuilt.code).toBe(0);
    expect(JSON.parse(rebuilt.stdout)).toMatchObject({ inputs: { embedded: 2 } });
    const status = await run(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ space: { kind: 'builtin' }, vectors: 2 });
    expect(await run(['search', 'backup'])).toMatchObject({ code: 0 });
  });
});
