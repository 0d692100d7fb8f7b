import { afterEach, describe, expect, it } from 'vitest';
import { type OllamaOptions, ollama } from '../../../src/embedding/ollama.ts';
import type { Embedder } from '../../../src/model/types.ts';
import { describeEmbedderContract } from '../../contracts/embedder.ts';
import { CHAT_MODEL, EMBEDDING_MODEL, type StandInModel } from '../../helpers/stand-in/models.ts';
import {
  STAND_IN_KEY,
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../helpers/stand-in/server.ts';

const RURI: StandInModel = {
  name: 'hf.co/me/ruri-v3-310m-GGUF:Q8_0',
  dimensions: 48,
  contextTokens: 8192,
};

const open: StandIn[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: StandInOptions = {}): Promise<StandIn> {
  const server = await startStandIn(options);
  open.push(server);
  return server;
}

/** An embedder on a stand-in; retries cost no time. */
async function on(
  serverOptions: StandInOptions,
  options: OllamaOptions = {},
): Promise<{ readonly server: StandIn; readonly embedder: Embedder }> {
  const server = await start(serverOptions);
  const clock = { now: () => Date.now(), sleep: async () => {}, random: () => 0 };
  const key = serverOptions.flavour === 'open-webui' ? { apiKey: STAND_IN_KEY } : {};
  const embedder = ollama({ endpoint: server.url, clock, ...key, ...options });
  return { server, embedder };
}

describeEmbedderContract('ollama on Ollama', async () => (await on({})).embedder);
describeEmbedderContract(
  'ollama on Open WebUI',
  async () => (await on({ flavour: 'open-webui', prefix: 'box' }, { model: 'bge-m3' })).embedder,
);
describeEmbedderContract(
  'ollama on an old Ollama behind an old Open WebUI, with prefixes',
  async () => {
    const versions = { version: '0.11.4', openWebUiVersion: '0.6.20', hasDeploymentId: false };
    return (await on({ flavour: 'open-webui', ...versions, models: [RURI] })).embedder;
  },
);

describe('the identity', () => {
  it('holds name, digest, length, prompts and what is read for certain', async () => {
    const { embedder } = await on({ models: [RURI, CHAT_MODEL] });
    expect(await embedder.identity()).toEqual({
      kind: 'ollama',
      model: RURI.name,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      dimensions: 48,
      documentPrompt: '検索文書: ',
      queryPrompt: '検索クエリ: ',
      contextTokens: 2048,
    });
  });

  it('is the same for one model on Ollama and through Open WebUI with a prefix', async () => {
    const direct = await on({});
    const proxied = await on({ flavour: 'open-webui', prefix: 'box' });
    const [a, b] = [await direct.embedder.identity(), await proxied.embedder.identity()];
    expect(b.model).toBe('box.bge-m3:latest');
    expect({ ...b, model: a.model }).toEqual(a);
  });

  it('costs one probe, once, however many ask', async () => {
    const { server, embedder } = await on({});
    await Promise.all([embedder.identity(), embedder.identity(), embedder.embedQuery('x')]);
    await embedder.embedDocuments(['a', 'b']);
    expect(server.embedRequests().map(({ inputs }) => inputs)).toEqual([
      ['umekomi'],
      ['x'],
      ['umekomi', 'a'],
      ['b'],
    ]);
  });

  it('is asked for again after a failure', async () => {
    const { server, embedder } = await on({ models: [] });
    await expect(embedder.identity()).rejects.toMatchObject({ code: 'MODEL_REQUIRED' });
    server.setModels([EMBEDDING_MODEL]);
    expect((await embedder.identity()).model).toBe('bge-m3:latest');
  });

  it.each(['0.33.0', '0.29.0', '0.11.0', '0.6.0'])('is found on Ollama %s', async (version) => {
    const { embedder } = await on({ version });
    expect(await embedder.identity()).toMatchObject({ model: 'bge-m3:latest', dimensions: 32 });
  });
});

describe('the model', () => {
  it('is the only one that can embed, if none is named', async () => {
    const { embedder } = await on({ version: '0.20.0' });
    expect((await embedder.identity()).model).toBe('bge-m3:latest');
  });

  it('must be named if several can embed; the error lists them', async () => {
    const { embedder } = await on({ models: [EMBEDDING_MODEL, RURI, CHAT_MODEL] });
    await expect(embedder.identity()).rejects.toMatchObject({
      code: 'MODEL_REQUIRED',
      message: expect.stringMatching(/bge-m3:latest, hf\.co.*Q8_0\)/),
      remedy: { code: 'name-model' },
    });
  });

  it('that is not there gets near misses and the way to pull it', async () => {
    const { embedder } = await on({}, { model: 'bge-m33' });
    await expect(embedder.identity()).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringMatching(
        /no model bge-m33\. Did you mean bge-m3:latest\?.*ollama pull/,
      ),
    });
  });

  it('is sent to the letter as the server lists it', async () => {
    const { server, embedder } = await on(
      { flavour: 'open-webui', prefix: 'box' },
      { model: 'BGE-M3' },
    );
    await embedder.embedQuery('x');
    expect(server.embedRequests().map(({ body }) => (body as { model: string }).model)).toEqual([
      'box.bge-m3:latest',
      'box.bge-m3:latest',
    ]);
  });

  it('that chats is refused by the probe, with what to do', async () => {
    for (const version of ['0.33.0', '0.20.0']) {
      const { embedder } = await on({ version }, { model: 'qwen3:8b' });
      await expect(embedder.identity()).rejects.toMatchObject({
        code: 'MODEL_NOT_EMBEDDING',
        message: expect.stringContaining('ollama pull bge-m3'),
      });
    }
  });

  it('that chats embeds on servers that let it, if it is named', async () => {
    const { embedder } = await on({ version: '0.11.4' }, { model: 'qwen3:8b' });
    expect((await embedder.identity()).dimensions).toBe(64);
  });

  it('of the cloud asks to sign in', async () => {
    const cloud = { ...EMBEDDING_MODEL, name: 'big:cloud' };
    const { embedder } = await on({ models: [cloud] }, { model: 'big:cloud' });
    await expect(embedder.identity()).rejects.toMatchObject({
      code: 'ENDPOINT_UNAUTHORIZED',
      message: expect.stringContaining('ollama signin'),
    });
  });

  it('that answers with NaN or zeros to a plain word is broken', async () => {
    for (const version of ['0.33.0', '0.20.0']) {
      const { embedder } = await on({ version, faults: [{ do: { kind: 'nan' } }] });
      await expect(embedder.identity()).rejects.toMatchObject({ code: 'VECTORS_INVALID' });
    }
  });
});

describe('every request', () => {
  it('looks the same: truncate false, no options, no keep_alive', async () => {
    const { server, embedder } = await on({}, { documentPrefix: 'd: ', queryPrefix: 'q: ' });
    await embedder.embedDocuments(['a', 'b']);
    await embedder.embedQuery('c');
    const model = 'bge-m3:latest';
    expect(server.embedRequests().map(({ body }) => body)).toEqual([
      { model, input: ['d: umekomi'], truncate: false },
      { model, input: ['d: umekomi', 'd: a'], truncate: false },
      { model, input: ['d: b'], truncate: false },
      { model, input: ['q: c'], truncate: false },
    ]);
  });

  it('asks for the dimensions that were asked for, and they come', async () => {
    const { server, embedder } = await on({}, { dimensions: 16 });
    expect((await embedder.identity()).dimensions).toBe(16);
    const [vector] = await embedder.embedDocuments(['x']);
    expect(vector).toHaveLength(16);
    for (const { body } of server.embedRequests()) expect(body).toMatchObject({ dimensions: 16 });
  });

  it.each([
    ['an Open WebUI that drops them', { flavour: 'open-webui', openWebUiVersion: '0.6.33' }, 16],
    ['a model that is smaller', {}, 64],
  ] as const)('says so if dimensions do not come: %s', async (_name, options, dimensions) => {
    const { embedder } = await on(options, { dimensions });
    await expect(embedder.identity()).rejects.toMatchObject({
      code: 'VECTORS_INVALID',
      message: expect.stringContaining(`${dimensions} dimensions were asked for and 32 came back`),
    });
  });

  it('carries the key to a proxied Ollama and to Open WebUI', async () => {
    for (const flavour of ['ollama', 'open-webui'] as const) {
      const { server, embedder } = await on({ flavour }, { apiKey: STAND_IN_KEY });
      await embedder.embedQuery('x');
      for (const { authorization } of server.embedRequests()) {
        expect(authorization).toBe(`Bearer ${STAND_IN_KEY}`);
      }
    }
  });
});

describe('the options', () => {
  it.each([
    [{ dimensions: 0 }],
    [{ dimensions: 1.5 }],
    [{ timeoutMs: 0 }],
    [{ timeoutMs: Number.POSITIVE_INFINITY }],
    [{ retries: -1 }],
    [{ retries: 0.5 }],
  ])('%j are refused before anything is asked', (options) => {
    expect(() => ollama(options)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('an identity that is known from a corpus', () => {
  it('saves the probe while the digest is the same, and is found anew when it is not', async () => {
    const { server, embedder } = await on({});
    const known = await embedder.identity();
    const again = (): Embedder => ollama({ endpoint: server.url, model: 'bge-m3', known });
    server.forgetRequests();
    expect(await again().identity()).toEqual(known);
    expect(server.embedRequests()).toEqual([]);

    server.setModels([{ ...EMBEDDING_MODEL, digest: 'f'.repeat(64), dimensions: 48 }]);
    expect(await again().identity()).toMatchObject({ digest: 'f'.repeat(64), dimensions: 48 });
    expect(server.embedRequests()).toHaveLength(1);
  });

  it('keeps its limit under another name of the same file', async () => {
    const digest = 'a'.repeat(64);
    const minilm = { ...EMBEDDING_MODEL, name: 'all-minilm:latest', digest, contextTokens: 512 };
    const { server, embedder } = await on({ models: [minilm] });
    const known = await embedder.identity();
    expect(known.contextTokens).toBe(256);
    server.setModels([{ ...minilm, name: 'copy:latest' }]);
    const alias = ollama({ endpoint: server.url, model: 'copy', known });
    expect((await alias.identity()).contextTokens).toBe(256);
  });

  it('is not kept waiting by a list that takes long', async () => {
    const { server, embedder } = await on({ flavour: 'open-webui' });
    const known = await embedder.identity();
    server.fault({ do: { kind: 'hang' }, path: '/ollama/api/tags' });
    const again = ollama({ endpoint: server.url, apiKey: STAND_IN_KEY, model: known.model, known });
    expect(await again.identity()).toEqual(known);
    expect(await again.embedQuery('x')).toHaveLength(32);
  });
});
