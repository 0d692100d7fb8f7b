/** Servers that fail, seen from `embedAll` and from one call. */
import { afterEach, describe, expect, it } from 'vitest';
import { type EmbedAllOptions, embedAll } from '../../../src/embedding/embed-all.ts';
import { type OllamaOptions, ollama } from '../../../src/embedding/ollama.ts';
import type { EmbeddingError } from '../../../src/model/errors.ts';
import type { Embedder } from '../../../src/model/types.ts';
import type { RetryEvent } from '../../../src/server/retry.ts';
import {
  STAND_IN_KEY,
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../helpers/stand-in/server.ts';
import { OLLAMA_ROWS } from '../../helpers/stand-in/wire-rows.ts';

const open: StandIn[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

interface Scene {
  readonly server: StandIn;
  readonly embedder: Embedder;
  readonly waits: number[];
  readonly events: RetryEvent[];
}

/** An embedder that has already been identified, so that faults hit what is tested. */
async function scene(
  serverOptions: StandInOptions = {},
  options: OllamaOptions = {},
): Promise<Scene> {
  const server = await startStandIn(serverOptions);
  open.push(server);
  const waits: number[] = [];
  const events: RetryEvent[] = [];
  const clock = {
    now: () => Date.parse('2025-01-01T00:00:00Z'),
    random: () => 0.5,
    sleep: async (milliseconds: number) => void waits.push(milliseconds),
  };
  const embedder = ollama({
    endpoint: server.url,
    apiKey: STAND_IN_KEY,
    clock,
    onRetry: (event) => events.push(event),
    ...options,
  });
  await embedder.identity();
  server.forgetRequests();
  return { server, embedder, waits, events };
}

const inputsOf = (count: number): { text: string }[] =>
  Array.from({ length: count }, (_, i) => ({ text: `text ${i}` }));

async function run(
  embedder: Embedder,
  inputs: readonly { text: string }[],
  options: EmbedAllOptions = {},
): Promise<{ embedded: string[]; failed: [string, string][]; error: EmbeddingError | undefined }> {
  const embedded: string[] = [];
  const failed: [string, string][] = [];
  try {
    for await (const batch of embedAll(embedder, inputs, options)) {
      embedded.push(...batch.embedded.map(({ input }) => input.text));
      failed.push(
        ...batch.failed.map(({ input, error }): [string, string] => [input.text, error.code]),
      );
    }
  } catch (error) {
    return { embedded, failed, error: error as EmbeddingError };
  }
  return { embedded, failed, error: undefined };
}

describe('what passes is tried again', () => {
  it.each(
    OLLAMA_ROWS.filter(({ action }) => action === 'retry').map((row) => [row.when, row] as const),
  )('%s', async (_when, { status, body }) => {
    const { server, embedder, waits, events } = await scene();
    server.fault({ do: { kind: 'answer', status, body }, times: 2 });
    expect(await embedder.embedDocuments(['x'])).toHaveLength(1);
    expect(waits).toEqual([500, 1000]);
    expect(events.map(({ retry }) => retry)).toEqual([1, 2]);
  });

  it.each(['cut', 'cut-body'] as const)('a connection that is %s', async (kind) => {
    const { server, embedder, waits } = await scene();
    server.fault({ do: { kind }, times: 2 });
    expect(await embedder.embedDocuments(['x'])).toHaveLength(1);
    expect(waits).toHaveLength(2);
  });

  it('as late as Retry-After asks, in seconds or as a date', async () => {
    const { server, embedder, waits } = await scene();
    for (const value of ['7', 'Wed, 01 Jan 2025 00:00:09 GMT']) {
      const headers = { 'retry-after': value };
      server.fault({ do: { kind: 'answer', status: 429, body: {}, headers }, times: 1 });
    }
    await embedder.embedDocuments(['x']);
    expect(waits).toEqual([7000, 9000]);
  });

  it('but not for ever: the error says how often', async () => {
    const { server, embedder } = await scene({}, { retries: 2 });
    server.fault({ do: { kind: 'answer', status: 502, body: 'secret page' } });
    const error: EmbeddingError = await embedder.embedDocuments(['x']).catch((e) => e);
    expect(error).toMatchObject({ code: 'ENDPOINT_FAILED', status: 502 });
    expect(error.message).toMatch(/model bge-m3:latest: the server answers 502 .*\(3 attempts\)$/);
    expect(error.message).not.toContain('secret');
    expect(server.embedRequests()).toHaveLength(3);
  });

  it('when the server restarts in between', async () => {
    const { server, embedder, waits } = await scene({}, { retries: 3 });
    await server.close();
    open.length = 0;
    await expect(embedder.embedDocuments(['x'])).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    });
    expect(waits).toHaveLength(3);
  });
});

describe('what does not pass fails at once', () => {
  it.each(
    OLLAMA_ROWS.filter(({ action }) => action === 'fail').map(
      (row) => [`${row.status} ${row.when}`, row] as const,
    ),
  )('%s', async (_when, { status, body, code }) => {
    const { server, embedder, waits } = await scene();
    server.fault({ do: { kind: 'answer', status, body } });
    const { error, embedded } = await run(embedder, inputsOf(3));
    expect(error).toMatchObject({ code, status });
    expect(embedded).toEqual([]);
    expect(waits).toEqual([]);
    expect(server.embedRequests()).toHaveLength(1);
  });

  it('and hands over what was embedded before', async () => {
    const { server, embedder } = await scene();
    server.fault({
      do: { kind: 'answer', status: 401, body: {} },
      text: (text) => text === 'text 9',
    });
    const { embedded, error } = await run(embedder, inputsOf(12), { batchSize: 3, concurrency: 1 });
    expect(embedded).toHaveLength(9);
    expect(error?.code).toBe('ENDPOINT_UNAUTHORIZED');
  });
});

describe('one poison text', () => {
  it.each([
    ['NaN, Ollama 0.24', { version: '0.24.0' }],
    ['NaN as zeros, Ollama 0.33', {}],
    ['NaN through Open WebUI', { flavour: 'open-webui', version: '0.24.0' }],
    [
      'NaN through Open WebUI 0.8.12, as 500',
      { flavour: 'open-webui', version: '0.24.0', openWebUiVersion: '0.8.12' },
    ],
  ] as const)('costs only itself: %s', async (_name, options) => {
    const { server, embedder, waits } = await scene(options);
    server.fault({ do: { kind: 'nan' }, text: (text) => text === 'text 5' });
    const { embedded, failed, error } = await run(embedder, inputsOf(16), { batchSize: 16 });
    expect(error).toBeUndefined();
    expect(embedded).toHaveLength(15);
    expect(failed).toEqual([['text 5', 'INPUT_REJECTED']]);
    // One for the length of vectors, one for texts that made room for the known word.
    expect(server.embedRequests()).toHaveLength(1 + 2 * 4 + 1);
    expect(waits).toEqual([]);
  });

  it.each([
    ['Ollama 0.33', {}],
    ['Ollama 0.12', { version: '0.12.5' }],
    ['Ollama 0.11', { version: '0.11.0' }],
    ['Open WebUI 0.8.12', { flavour: 'open-webui', openWebUiVersion: '0.8.12' }],
  ] as const)('that is too long is never cut silently: %s', async (_name, options) => {
    const models = [{ name: 'bge-m3:latest', dimensions: 32, contextTokens: 100 }];
    const { embedder } = await scene({ ...options, models });
    const long = { text: 'long '.repeat(200) };
    const { embedded, failed } = await run(embedder, [...inputsOf(7), long]);
    expect(embedded).toHaveLength(7);
    expect(failed).toEqual([[long.text, 'INPUT_TOO_LONG']]);
  });

  it('among vectors that are one too few shifts no other', async () => {
    const { server, embedder } = await scene();
    server.fault({ do: { kind: 'fewer' }, text: (text) => text === 'text 2' });
    const { embedded, failed } = await run(embedder, inputsOf(8));
    expect(embedded).toHaveLength(7);
    expect(failed).toEqual([['text 2', 'INPUT_REJECTED']]);
  });

  it('that crashes the runner every time costs only itself', async () => {
    const { server, embedder, waits } = await scene();
    const error = 'do embedding request: Post "http://127.0.0.1:40001/v1/embeddings": EOF';
    const crash = { kind: 'answer', status: 400, body: { error } } as const;
    const long = { text: `long ${'word '.repeat(1500)}` };
    const isPoison = (text: string): boolean => text === 'text 3' || text === long.text;
    server.fault({ do: crash, text: isPoison });
    const { embedded, failed } = await run(embedder, [...inputsOf(8), long], { concurrency: 1 });
    expect(embedded).toHaveLength(7);
    expect(failed).toEqual([
      ['text 3', 'INPUT_REJECTED'],
      [long.text, 'INPUT_TOO_LONG'],
    ]);
    expect(waits.length).toBeLessThan(20);
  });

  it('is not looked for where the runner crashes over everything', async () => {
    const { server, embedder } = await scene();
    const body = { error: 'do embedding request: EOF' };
    server.fault({ do: { kind: 'answer', status: 400, body } });
    const { failed, error } = await run(embedder, inputsOf(8));
    expect({ failed, code: error?.code }).toEqual({ failed: [], code: 'ENDPOINT_FAILED' });
    expect(error?.message).toContain('runner crashed');
  });

  it('is named in no message', async () => {
    const { server, embedder } = await scene({ version: '0.24.0' });
    server.fault({ do: { kind: 'nan' }, text: (text) => text.includes('秘密') });
    for await (const { failed } of embedAll(embedder, [{ text: '秘密' }])) {
      expect(failed.map(({ error }) => error.message).join()).not.toContain('秘密');
      expect(failed).toHaveLength(1);
    }
  });
});

describe('a vector of another length', () => {
  it('ends the run: the model was replaced', async () => {
    const { server, embedder } = await scene();
    server.fault({ do: { kind: 'dimensions', dimensions: 7 } });
    const { error, failed } = await run(embedder, inputsOf(3));
    expect(error).toMatchObject({ code: 'VECTORS_INVALID' });
    expect(error?.message).toContain('7 instead of 32 dimensions');
    expect(failed).toEqual([]);
  });
});

describe('a limit on the size of requests', () => {
  it('halves batches until they fit', async () => {
    const { embedder, waits } = await scene({ maxBodyBytes: 200 });
    const { embedded, failed, error } = await run(embedder, inputsOf(64));
    expect({ count: embedded.length, failed, error, waits }).toEqual({
      count: 64,
      failed: [],
      error: undefined,
      waits: [],
    });
  });

  it('that a single text exceeds makes it a text that is too long', async () => {
    const { embedder } = await scene({ maxBodyBytes: 200 });
    const large = { text: '大きい'.repeat(100) };
    const { embedded, failed } = await run(embedder, [...inputsOf(5), large]);
    expect(embedded).toHaveLength(5);
    expect(failed).toEqual([[large.text, 'INPUT_TOO_LONG']]);
  });
});

describe('a server that hangs', () => {
  it('is given up after the timeout, once more for a single text', async () => {
    const { server, embedder } = await scene({}, { timeoutMs: 50 });
    server.fault({ do: { kind: 'hang' } });
    await expect(embedder.embedQuery('x')).rejects.toMatchObject({
      code: 'ENDPOINT_TIMEOUT',
      message: expect.stringContaining('no answer within 0.05 s.'),
      remedy: { code: 'longer-timeout' },
    });
    expect(server.embedRequests()).toHaveLength(2);
  });

  it('with large batches gets smaller ones', async () => {
    const { server, embedder } = await scene({}, { timeoutMs: 2_000 });
    server.fault({ do: { kind: 'hang' }, request: 2 });
    const { embedded, error } = await run(embedder, inputsOf(8), { batchSize: 8, concurrency: 1 });
    expect({ count: embedded.length, error }).toEqual({ count: 8, error: undefined });
    expect(server.embedRequests().map(({ inputs }) => inputs.length)).toEqual([8, 4, 1, 4]);
  });

  it('is left at once on abort, and its connection is closed', async () => {
    const { server, embedder } = await scene();
    server.fault({ do: { kind: 'hang' } });
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    const running = run(embedder, inputsOf(100), { signal: controller.signal });
    while (server.embedRequests().length < 2) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    expect((await running).error).toBe(reason);
    while ((await server.openConnections()) > 0)
      await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('requests in flight', () => {
  it('are two unless asked otherwise', async () => {
    for (const concurrency of [undefined, 1, 4]) {
      const { server, embedder } = await scene({ latencyMs: 1 });
      const { embedded } = await run(embedder, inputsOf(60), { batchSize: 5, concurrency });
      expect(embedded).toHaveLength(60);
      expect(server.mostInFlight()).toBe(concurrency ?? 2);
    }
  });
});
