/** Which server it is, who may come in, and where keys never go. */
import { afterEach, describe, expect, it } from 'vitest';
import { type OllamaOptions, ollama } from '../../../src/embedding/ollama.ts';
import type { EmbedderIdentity } from '../../../src/model/types.ts';
import { listModels } from '../../../src/server/models.ts';
import type { FaultAction } from '../../helpers/stand-in/faults.ts';
import { CHAT_MODEL, EMBEDDING_MODEL } from '../../helpers/stand-in/models.ts';
import {
  STAND_IN_KEY,
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../helpers/stand-in/server.ts';

const open: StandIn[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: StandInOptions = {}): Promise<StandIn> {
  const server = await startStandIn(options);
  open.push(server);
  return server;
}

const clock = { now: () => Date.now(), sleep: async () => {}, random: () => 0 };
const identify = (options: OllamaOptions): Promise<EmbedderIdentity> =>
  ollama({ clock, ...options }).identity();

describe('the address', () => {
  it.each(['', '/', '/ollama', '/ollama/', '/ollama/api', '/ollama/api/embed', '/api', '/v1'])(
    'of Open WebUI may be pasted with %j',
    async (tail) => {
      const server = await start({ flavour: 'open-webui' });
      await identify({ endpoint: server.url + tail, apiKey: STAND_IN_KEY });
      expect(server.embedRequests().map(({ path }) => path)).toEqual(['/ollama/api/embed']);
    },
  );

  it.each(['', '/api', '/api/tags', '/v1/embeddings'])(
    'of Ollama may be pasted with %j',
    async (tail) => {
      const server = await start();
      await identify({ endpoint: server.url + tail });
      expect(server.embedRequests().map(({ path }) => path)).toEqual(['/api/embed']);
    },
  );

  it('may have a path: Ollama itself at …/ollama is not taken for Open WebUI', async () => {
    const server = await start({ basePath: '/ollama' });
    await identify({ endpoint: server.url });
    expect(server.embedRequests().map(({ path }) => path)).toEqual(['/ollama/api/embed']);
  });

  it.each(['/c/0f1e2d', '/auth', '/workspace/models', '/ollama/c/1'])(
    'of a page of Open WebUI (%j) is tried at its origin',
    async (page) => {
      const server = await start({ flavour: 'open-webui' });
      await identify({ endpoint: server.url + page, apiKey: STAND_IN_KEY });
      expect(server.embedRequests().map(({ path }) => path)).toEqual(['/ollama/api/embed']);
    },
  );

  it('that refuses a foreign Host is no login', async () => {
    const refusal = { kind: 'answer', status: 403, body: '', headers: { 'content-type': '' } };
    const server = await start({ faults: [{ do: refusal as FaultAction, path: '' }] });
    await expect(identify({ endpoint: server.url })).rejects.toMatchObject({
      code: 'ENDPOINT_FORBIDDEN',
      message: expect.stringMatching(/another host or origin.*proxy.*OLLAMA_HOST=0\.0\.0\.0/),
    });
  });

  it('of an old Open WebUI without deployment id is known by its health', async () => {
    const server = await start({ flavour: 'open-webui', hasDeploymentId: false });
    await identify({ endpoint: server.url, apiKey: STAND_IN_KEY });
    expect(server.embedRequests().map(({ path }) => path)).toEqual(['/ollama/api/embed']);
  });

  it('of Open WebUI where Ollama was promised says where its Ollama API is', async () => {
    const server = await start({ flavour: 'open-webui' });
    await expect(identify({ endpoint: server.url, kind: 'ollama' })).rejects.toMatchObject({
      code: 'ENDPOINT_NOT_EMBEDDING',
      message: expect.stringContaining('its Ollama API is at …/ollama'),
    });
  });

  it('of something else says so', async () => {
    const page = { kind: 'answer', status: 200, body: '<html>router</html>' } as const;
    const server = await start({ faults: [{ do: page, path: '' }] });
    await expect(identify({ endpoint: server.url })).rejects.toMatchObject({
      code: 'ENDPOINT_NOT_EMBEDDING',
      message: expect.stringContaining('neither as Ollama nor as Open WebUI'),
    });
  });

  it('where nobody listens fails at first contact, without a retry', async () => {
    const server = await startStandIn();
    await server.close();
    const waits: number[] = [];
    const counting = { ...clock, sleep: async (ms: number) => void waits.push(ms) };
    await expect(identify({ endpoint: server.url, clock: counting })).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: expect.stringMatching(/127\.0\.0\.1:\d+: nothing listens there/),
      remedy: { code: 'start-server' },
    });
    expect(waits).toEqual([]);
  });

  it('of a server that is just starting is asked again', async () => {
    const starting = { kind: 'answer', status: 503, body: 'starting' } as const;
    const server = await start({ faults: [{ do: starting, path: '', times: 3 }] });
    expect((await identify({ endpoint: server.url })).dimensions).toBe(32);
  });
});

describe('keys', () => {
  it('are not part of detection', async () => {
    for (const flavour of ['ollama', 'open-webui'] as const) {
      const server = await start({ flavour });
      await identify({ endpoint: server.url, apiKey: STAND_IN_KEY });
      const detection = server.requests.filter(({ path }) => /version|health/.test(path));
      expect(detection.length).toBeGreaterThan(0);
      for (const { authorization } of detection) expect(authorization).toBeNull();
    }
  });

  it('may be chosen by the kind that was found', async () => {
    const keys: string[] = [];
    const apiKey = (kind: string): string | undefined => {
      keys.push(kind);
      return kind === 'open-webui' ? STAND_IN_KEY : undefined;
    };
    const server = await start({ flavour: 'open-webui' });
    await identify({ endpoint: server.url, apiKey });
    expect(server.embedRequests()[0]?.authorization).toBe(`Bearer ${STAND_IN_KEY}`);
    const plain = await start();
    await identify({ endpoint: plain.url, apiKey });
    for (const { authorization } of plain.requests) expect(authorization).toBeNull();
    expect(keys).toContain('ollama');
  });

  it('are no header at all when empty, and do not break Basic auth', async () => {
    const server = await start();
    await identify({ endpoint: server.url, apiKey: '  ' });
    for (const { headerNames } of server.requests)
      expect(headerNames).not.toContain('authorization');
    const basic = `Basic ${Buffer.from('me:pw').toString('base64')}`;
    const guarded = await start({ requiredAuthorization: basic });
    const endpoint = guarded.url.replace('//', '//me:pw@');
    expect((await identify({ endpoint, apiKey: '' })).dimensions).toBe(32);
  });

  it('may come with “Bearer” and a line end', async () => {
    const server = await start({ flavour: 'open-webui' });
    await identify({ endpoint: server.url, apiKey: `Bearer ${STAND_IN_KEY}\n` });
    expect(server.embedRequests()[0]?.authorization).toBe(`Bearer ${STAND_IN_KEY}`);
  });

  it('that no header can hold are refused without being repeated', async () => {
    const server = await start();
    const apiKey = 'sk-秘密\u0000x';
    await expect(identify({ endpoint: server.url, apiKey, kind: 'ollama' })).rejects.toThrow(
      /^(?!.*秘密).*API key.*$/,
    );
  });

  it('never follow a redirect, and only its origin is told', async () => {
    const thief = await start();
    for (const path of ['/api/version', '/api/tags', '/api/embed']) {
      const redirect = {
        kind: 'answer',
        status: 307,
        body: '',
        headers: { location: `${thief.url}${path}?token=secret` },
      } as const;
      const server = await start({ faults: [{ do: redirect, path }] });
      const error = await identify({ endpoint: server.url, apiKey: STAND_IN_KEY }).catch((e) => e);
      expect(error).toMatchObject({ code: 'ENDPOINT_NOT_EMBEDDING', status: 307 });
      expect(error.message).toContain(`redirects to ${thief.url}`);
      expect(error.message).not.toContain('secret');
    }
    expect(thief.requests).toEqual([]);
  });

  it('and a password in the URL are one too many', async () => {
    const server = await start();
    const endpoint = server.url.replace('//', '//me:pw@');
    await expect(identify({ endpoint, apiKey: 'k' })).rejects.toMatchObject({
      code: 'ENDPOINT_INVALID',
    });
  });
});

describe('a login before the server', () => {
  const basic = `Basic ${Buffer.from('me:秘密').toString('base64')}`;

  it('takes user and password from the URL, also for detection, and no message shows them', async () => {
    const server = await start({ requiredAuthorization: basic });
    const endpoint = server.url.replace('//', `//me:${encodeURIComponent('秘密')}@`);
    expect((await identify({ endpoint })).dimensions).toBe(32);
    server.fault({ do: { kind: 'answer', status: 400, body: 'no' } });
    const error = await identify({ endpoint }).catch((e) => e);
    expect(error.message).toContain(server.url);
    expect(`${error.message} ${error.stack}`).not.toMatch(/秘密|me:|%E7/);
  });

  it('with a Bearer key is taken for Ollama', async () => {
    const server = await start({ requiredAuthorization: 'Bearer k' });
    expect((await identify({ endpoint: server.url, apiKey: 'k' })).dimensions).toBe(32);
  });

  it('without anything says what is needed', async () => {
    const server = await start({ requiredAuthorization: 'Bearer k' });
    await expect(identify({ endpoint: server.url })).rejects.toMatchObject({
      code: 'ENDPOINT_UNAUTHORIZED',
      status: 401,
    });
  });
});

describe('Open WebUI', () => {
  const JWT = 'eyJhbGciOiJIUzI1NiJ9.e30.x';
  it.each([
    ['without a key', {}, undefined, 'ENDPOINT_UNAUTHORIZED', 'give-key'],
    ['with an unknown key', {}, 'sk-other', 'ENDPOINT_UNAUTHORIZED', 'new key'],
    ['with an expired JWT', {}, JWT, 'ENDPOINT_UNAUTHORIZED', 'new key'],
    [
      'with API keys off',
      { apiKeysEnabled: false },
      STAND_IN_KEY,
      'ENDPOINT_FORBIDDEN',
      'API Keys',
    ],
    [
      'with restricted keys',
      { keyEndpoints: ['/api/models'] },
      STAND_IN_KEY,
      'ENDPOINT_FORBIDDEN',
      '/ollama/api/embed',
    ],
    [
      'before the account is approved',
      { users: [{ token: STAND_IN_KEY, role: 'pending' }] },
      STAND_IN_KEY,
      'ENDPOINT_FORBIDDEN',
      'Users',
    ],
    [
      'with the Ollama API disabled',
      { ollamaApiEnabled: false },
      STAND_IN_KEY,
      'ENDPOINT_FORBIDDEN',
      'Connections',
    ],
    [
      'without access to the model',
      { users: [{ token: STAND_IN_KEY, models: [] }] },
      STAND_IN_KEY,
      'MODEL_NOT_FOUND',
      'access',
    ],
  ] as const)('%s says what to do', async (_name, options, apiKey, code, advice) => {
    const server = await start({ flavour: 'open-webui', ...options });
    const error = await identify({ endpoint: server.url, apiKey }).catch((e) => e);
    expect(error).toMatchObject({ code });
    expect(`${error.message} ${error.remedy?.code}`).toContain(advice);
    expect(error.message).not.toContain(apiKey ?? 'sk-');
  });

  it('takes a JWT as well as a key', async () => {
    const users = [{ token: JWT }];
    const server = await start({ flavour: 'open-webui', users, apiKeysEnabled: false });
    expect((await identify({ endpoint: server.url, apiKey: JWT })).dimensions).toBe(32);
  });

  it('that loses its Ollama for a moment is not believed that the model is gone', async () => {
    const server = await start({ flavour: 'open-webui' });
    const waiting = {
      ...clock,
      sleep: async () => server.setOllamaUp(true),
    };
    const embedder = ollama({ endpoint: server.url, apiKey: STAND_IN_KEY, clock: waiting });
    await embedder.identity();
    server.setOllamaUp(false);
    expect(await embedder.embedDocuments(['x'])).toHaveLength(1);
  });

  it.each([
    ['is down', 'ENDPOINT_FAILED', 'Ollama behind Open WebUI'],
    ['is disabled', 'ENDPOINT_FORBIDDEN', 'Ollama API is disabled'],
    ['has nothing', 'MODEL_NOT_FOUND', 'An admin can pull it'],
  ] as const)('whose list is empty because Ollama %s says so', async (why, code, words) => {
    const server = await start({
      flavour: 'open-webui',
      ollamaApiEnabled: why !== 'is disabled',
      models: why === 'has nothing' ? [] : [EMBEDDING_MODEL],
    });
    server.setOllamaUp(why !== 'is down');
    const empty = { kind: 'answer', status: 200, body: { models: [] } } as const;
    server.fault({ do: empty, path: '/ollama/api/tags' });
    const named = identify({ endpoint: server.url, apiKey: STAND_IN_KEY, model: 'bge-m3' });
    await expect(named).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(await named.catch(({ message }) => message)).not.toContain('ollama pull');
    if (code === 'MODEL_NOT_FOUND') return;
    const unnamed = identify({ endpoint: server.url, apiKey: STAND_IN_KEY });
    await expect(unnamed).rejects.toMatchObject({ code });
  });

  it('whose list is another user’s for a moment is asked for the model itself', async () => {
    const server = await start({ flavour: 'open-webui' });
    const other = { kind: 'answer', status: 200, body: { models: [] } } as const;
    server.fault({ do: other, path: '/ollama/api/tags', times: 2 });
    const identity = await identify({
      endpoint: server.url,
      apiKey: STAND_IN_KEY,
      model: 'bge-m3',
    });
    expect(identity.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that answers null is tried again', async () => {
    const server = await start({ flavour: 'open-webui' });
    server.fault({
      do: {
        kind: 'answer',
        status: 200,
        body: 'null',
        headers: { 'content-type': 'application/json' },
      },
      times: 1,
    });
    const embedder = ollama({ endpoint: server.url, apiKey: STAND_IN_KEY, clock });
    expect(await embedder.embedDocuments(['x'])).toHaveLength(1);
  });

  it('whose list no longer has the model is believed', async () => {
    const server = await start({ flavour: 'open-webui' });
    const embedder = ollama({ endpoint: server.url, apiKey: STAND_IN_KEY, clock });
    await embedder.identity();
    server.setModels([CHAT_MODEL]);
    await expect(embedder.embedDocuments(['x'])).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});

describe('the list of models', () => {
  it.each(['0.33.0', '0.20.0'])('of Ollama %s tells what each can', async (version) => {
    const server = await start({ version });
    const [embedding, chat] = await listModels({ endpoint: server.url, clock });
    expect(embedding).toEqual({
      name: 'bge-m3:latest',
      canEmbed: true,
      dimensions: 32,
      contextTokens: 8192,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      size: 1_157_672_605,
      via: 'ollama',
    });
    expect(chat).toMatchObject({ name: 'qwen3:8b', canEmbed: false });
  });

  it('asks new servers for no model by itself', async () => {
    const server = await start();
    await listModels({ endpoint: server.url, clock });
    expect(server.requests.filter(({ path }) => path === '/api/show')).toEqual([]);
  });

  it('is not believed that none can embed', async () => {
    const misread = { ...EMBEDDING_MODEL, listedCapabilities: ['completion'] };
    const server = await start({ models: [misread, CHAT_MODEL] });
    expect((await identify({ endpoint: server.url })).model).toBe('bge-m3:latest');
    const [embedding] = await listModels({ endpoint: server.url, clock });
    expect(embedding).toMatchObject({ canEmbed: true, dimensions: 32 });
  });

  it('of many chat models asks only about a few, those with names of embedding models first', async () => {
    const chats = Array.from({ length: 150 }, (_, i) => ({ ...CHAT_MODEL, name: `chat${i}:8b` }));
    const doubted = { ...EMBEDDING_MODEL, capabilities: ['completion'] };
    const server = await start({ models: [...chats, doubted] });
    await expect(identify({ endpoint: server.url })).rejects.toMatchObject({
      code: 'MODEL_REQUIRED',
    });
    const shown = server.requests.filter(({ path }) => path === '/api/show');
    expect(shown.length).toBeLessThanOrEqual(10);
    expect(shown.map(({ body }) => (body as { model: string }).model)).toContain(doubted.name);
  });

  it('of ten thousand asks nothing a model', async () => {
    const models = Array.from({ length: 10_000 }, (_, i) => ({
      ...EMBEDDING_MODEL,
      name: i === 7 ? 'bge-m3:latest' : `m${i}:latest`,
    }));
    const server = await start({ version: '0.20.0', models });
    const listed = await listModels({ endpoint: server.url, clock });
    expect(listed.filter(({ canEmbed }) => canEmbed === true)).toHaveLength(1);
    expect(server.requests.filter(({ path }) => path === '/api/show')).toEqual([]);
  });

  it('of servers that tell nothing guesses from known families, else says unknown', async () => {
    const unknown = { ...EMBEDDING_MODEL, name: 'mystery:latest' };
    const server = await start({ version: '0.5.0', models: [EMBEDDING_MODEL, unknown] });
    const models = await listModels({ endpoint: server.url, clock });
    expect(models.map(({ canEmbed }) => canEmbed)).toEqual([true, null]);
  });

  it('of Open WebUI also has what only Open WebUI has, marked as such', async () => {
    const server = await start({ flavour: 'open-webui', prefix: 'box' });
    const models = await listModels({ endpoint: server.url, apiKey: STAND_IN_KEY, clock });
    expect(models.map(({ name, via, canEmbed }) => [name, via, canEmbed])).toEqual([
      ['box.bge-m3:latest', 'ollama', true],
      ['box.qwen3:8b', 'ollama', false],
      ['gpt-4o', 'open-webui', false],
      ['arena-model', 'open-webui', false],
    ]);
  });

  it('of Open WebUI is there even if the key may not use /api/models', async () => {
    const keyEndpoints = ['/ollama/api/tags', '/ollama/api/embed', '/ollama/api/show'];
    const server = await start({ flavour: 'open-webui', keyEndpoints });
    const models = await listModels({ endpoint: server.url, apiKey: STAND_IN_KEY, clock });
    expect(models).toHaveLength(2);
  });

  it('leaves out names that would talk to the terminal', async () => {
    const evil = { ...EMBEDDING_MODEL, name: 'a\u001b[2Jb:latest' };
    const server = await start({ models: [evil, EMBEDDING_MODEL] });
    const models = await listModels({ endpoint: server.url, clock });
    expect(models.map(({ name }) => name)).toEqual(['bge-m3:latest']);
  });

  it('shows many models a few at a time', async () => {
    const models = Array.from({ length: 30 }, (_, i) => ({
      ...EMBEDDING_MODEL,
      name: `m${i}:latest`,
    }));
    const server = await start({ version: '0.20.0', models });
    const listed = await listModels({ endpoint: server.url, clock });
    expect(listed.map(({ name }) => name)).toEqual(models.map(({ name }) => name));
  });
});
