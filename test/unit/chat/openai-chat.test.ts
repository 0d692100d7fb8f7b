/** Any server with OpenAI's API. */
import { describe, expect, it } from 'vitest';
import { type OpenAiChatOptions, openAiChat } from '../../../src/chat/openai-chat.ts';
import type { StandIn, StandInOptions } from '../../helpers/stand-in/server.ts';
import { chatRequest, chatRequests, clock, QUESTION, say, servers } from './asking.ts';

const startOne = servers();
const TEXT = '青いのは散乱のため。';
const path = '/v1/chat/completions';

const start = (options: StandInOptions = {}) => startOne({ flavour: 'openai', ...options });

const modelOf = (server: StandIn, options: Partial<OpenAiChatOptions> = {}) =>
  openAiChat({ endpoint: server.url, clock, ...options });

describe('asking', () => {
  it.each(['', '/', '/v1', '/v1/', '/v1/chat/completions', '/v1/models'])(
    'finds its way from an address with %j',
    async (tail) => {
      const server = await start();
      const said = await say(modelOf(server, { endpoint: server.url + tail }), { seed: 7 });
      expect(said).toMatchObject({ text: TEXT, outcome: { type: 'complete' } });
      expect(said.outcome?.usage).toEqual({ promptTokens: 7, answerTokens: 3 });
      expect(chatRequest(server)).toEqual({
        path,
        body: {
          ...{ model: 'gemma', messages: QUESTION, stream: true, seed: 7 },
          stream_options: { include_usage: true },
        },
      });
    },
  );

  it('sends the key', async () => {
    const server = await start({ requiredAuthorization: 'Bearer key-0123456789' });
    expect((await say(modelOf(server, { apiKey: 'key-0123456789' }))).text).toBe(TEXT);
    const { error } = await say(modelOf(server, { apiKey: 'key-9876543210' }));
    expect(error).toMatchObject({ code: 'ENDPOINT_UNAUTHORIZED', status: 401 });
    expect(error?.message).not.toContain('9876543210');
  });

  it.each([
    [[{ id: 'a', owned_by: 'vllm', max_model_len: 4096 }], 4096],
    [[{ id: 'a', owned_by: 'llamacpp', meta: { n_ctx_train: 32_768 } }], 2048],
    [
      [{ id: 'a', owned_by: 'organization_owner' }, { id: 'text-embedding-nomic-embed-text-v1.5' }],
      null,
    ],
  ])('knows the model and context of %j', async (models, contextTokens) => {
    const identity = await modelOf(await start({ openai: { models } })).identity();
    expect(identity).toMatchObject({ model: 'a', contextTokens });
  });

  it('wants a name where there are several', async () => {
    const server = await start({ openai: { models: [{ id: 'a' }, { id: 'b' }] } });
    const found = modelOf(server).identity();
    await expect(found).rejects.toMatchObject({ code: 'MODEL_REQUIRED' });
    await expect(modelOf(server, { model: 'c' }).identity()).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    expect((await modelOf(server, { model: 'b' }).identity()).model).toBe('b');
  });
});

describe('the end', () => {
  it('is complete by the word of the server, without counts', async () => {
    const server = await start({ openai: { sendsUsage: false } });
    expect((await say(modelOf(server))).outcome).toEqual({
      type: 'complete',
      usage: { promptTokens: null, answerTokens: null },
    });
  });

  it('is cut at the length', async () => {
    const fault = { kind: 'stream', how: { what: 'length' } } as const;
    const server = await start({ faults: [{ path, do: fault }] });
    const said = await say(modelOf(server), { maxTokens: 3 });
    expect(said.outcome).toMatchObject({ type: 'cut', reason: 'length' });
  });

  it.each(['error', 'no-end', 'cut'] as const)('is a failure after "%s"', async (what) => {
    const fault = { kind: 'stream', how: { what, after: 2 } } as const;
    const server = await start({ faults: [{ path, do: fault }] });
    const { text, error } = await say(modelOf(server));
    expect([text, error?.code]).toEqual(['青いのは', 'ANSWER_INTERRUPTED']);
    expect(chatRequests(server)).toBe(1);
  });

  it.each([1, 7])('is found in pieces of %i bytes, thinking apart', async (pieceBytes) => {
    const server = await start({ chat: { thinking: ['青', 'か'], pieceBytes } });
    const said = await say(modelOf(server));
    expect([said.thinking, said.text]).toEqual(['青か', TEXT]);
  });
});

describe('refusals', () => {
  it.each([
    [
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 628,
          n_ctx: 256,
        },
      },
      [628, 256],
    ],
    [
      {
        error: {
          message:
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4500 in the messages, 500 in the completion).",
          type: 'BadRequestError',
          code: 400,
        },
      },
      [4500, 4096],
    ],
  ])('count what is too long: %j', async (body, counts) => {
    const fault = { kind: 'answer', status: 400, body } as const;
    const { error } = await say(modelOf(await start({ faults: [{ path, do: fault }] })));
    expect(error?.code).toBe('PROMPT_TOO_LONG');
    expect([error?.promptTokens, error?.contextTokens]).toEqual(counts);
  });

  it('are tried again while the model is loading', async () => {
    const body = { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } };
    const fault = { kind: 'answer', status: 503, body } as const;
    const server = await start({ faults: [{ path, times: 2, do: fault }] });
    expect((await say(modelOf(server))).text).toBe(TEXT);
    expect(chatRequests(server)).toBe(3);
  });

  it('say that the model is gone, and nothing about Ollama', async () => {
    const body = { error: { message: 'The model `gemma` does not exist.', code: 404 } };
    const fault = { kind: 'answer', status: 404, body } as const;
    const { error } = await say(modelOf(await start({ faults: [{ path, do: fault }] })));
    expect(error?.code).toBe('MODEL_NOT_FOUND');
    expect(error?.message).not.toMatch(/ollama/i);
  });
});
