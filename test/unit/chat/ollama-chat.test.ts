/** Ollama's chat as real servers speak it: what is sent, how answers end, and how they fail. */
import { describe, expect, it, vi } from 'vitest';
import { type OllamaChatOptions, ollamaChat } from '../../../src/chat/ollama-chat.ts';
import type { Fetch } from '../../../src/server/http.ts';
import type { StreamFault } from '../../helpers/stand-in/faults.ts';
import { EMBEDDING_MODEL } from '../../helpers/stand-in/models.ts';
import type { StandIn } from '../../helpers/stand-in/server.ts';
import {
  BARE,
  chatRequest,
  chatRequests,
  clock,
  GPT_OSS,
  QUESTION,
  R1,
  say,
  servers,
  THINKER,
} from './asking.ts';

const start = servers();
const TEXT = '青いのは散乱のため。';

function modelOf(server: StandIn, options: OllamaChatOptions = {}) {
  return ollamaChat({ endpoint: server.url, model: 'qwen3:8b', clock, ...options });
}

const withFault = (how: StreamFault) =>
  start({ faults: [{ path: '/api/chat', do: { kind: 'stream', how } }] });

describe('what is sent', () => {
  it('never lets a prompt be cut unnoticed, and always says the context', async () => {
    const server = await start();
    const said = await say(modelOf(server), { temperature: 0, seed: 7, maxTokens: 99 });
    expect(said).toMatchObject({ text: TEXT, thinking: '', outcome: { type: 'complete' } });
    expect(said.outcome?.usage).toEqual({ promptTokens: expect.any(Number), answerTokens: 3 });
    expect(chatRequest(server)).toEqual({
      path: '/api/chat',
      body: {
        ...{ model: 'qwen3:8b', messages: QUESTION, stream: true, truncate: false, shift: false },
        options: { num_ctx: 8192, temperature: 0, seed: 7, num_predict: 99 },
      },
    });
  });

  it.each([
    ['what it is loaded with', { loadedContext: 5000, parameters: 'num_ctx 3000' }, 5000],
    ['what its parameters say', { parameters: 'stop "x"\nnum_ctx   3000' }, 3000],
    ['no more than it was made for', { contextTokens: 512 }, 512],
  ])('takes for the context %s', async (_name, more, num_ctx) => {
    const server = await start({ models: [{ ...THINKER, ...more }] });
    const model = modelOf(server, { model: 'thinker:4b' });
    await say(model);
    expect(chatRequest(server).body).toMatchObject({ options: { num_ctx } });
    expect((await model.identity()).contextTokens).toBe(num_ctx);
    await say(model, { contextTokens: 400 });
    expect(chatRequest(server).body).toMatchObject({ options: { num_ctx: 400 } });
  });

  it.each([
    ['qwen3:8b', undefined, undefined],
    ['qwen3:8b', false, undefined],
    ['thinker:4b', undefined, false],
    ['thinker:4b', true, true],
    ['thinker:4b', 'high', true],
    ['gpt-oss:20b', undefined, 'low'],
    ['gpt-oss:20b', true, 'medium'],
    ['gpt-oss:20b', 'high', 'high'],
  ] as const)('tells %s to think (%s) with %s', async (model, think, sent) => {
    const server = await start();
    await say(modelOf(server, { model }), { think });
    expect((chatRequest(server).body as { think?: unknown }).think).toBe(sent);
  });

  it('asks a model without a template to go on with plain text', async () => {
    const server = await start();
    const said = await say(modelOf(server, { model: BARE.name }));
    expect(said).toMatchObject({ text: TEXT, outcome: { type: 'complete' } });
    expect(chatRequest(server)).toMatchObject({
      path: '/api/generate',
      body: {
        prompt: 'Be short.\n\nUser: なぜ空は青い？\n\nAssistant:',
        ...{ raw: true, truncate: false, shift: false, options: { num_ctx: 8192 } },
      },
    });
  });

  it('asks at /api/generate where /api/chat is not let through', async () => {
    const body = '<html>not found</html>';
    const server = await start({
      faults: [{ path: '/api/chat', do: { kind: 'answer', status: 404, body } }],
      chat: { thinking: ['Hm.'] },
    });
    const model = modelOf(server, { model: GPT_OSS.name });
    const said = await say(model);
    expect(said).toMatchObject({ text: TEXT, thinking: 'Hm.', outcome: { type: 'complete' } });
    expect(chatRequest(server)).toEqual({
      path: '/api/generate',
      body: {
        ...{ model: GPT_OSS.name, system: 'Be short.', prompt: 'なぜ空は青い？', stream: true },
        ...{ truncate: false, shift: false, think: 'low', options: { num_ctx: 8192 } },
      },
    });
    const turns = [
      ...QUESTION,
      { role: 'assistant', content: 'A.' },
      { role: 'user', content: 'B?' },
    ] as const;
    await say(model, {}, turns);
    const prompt = 'User: なぜ空は青い？\n\nAssistant: A.\n\nUser: B?\n\nAssistant:';
    expect(chatRequest(server).body).toMatchObject({ system: 'Be short.', prompt });
  });

  it.each([
    { maxTokens: 0 },
    { maxTokens: 1.5 },
    { contextTokens: 0 },
    { temperature: Number.NaN },
    { temperature: -1 },
    { seed: 0.5 },
  ])('refuses %j, which servers take for something else', async (options) => {
    const server = await start();
    await expect(say(modelOf(server), options)).rejects.toMatchObject({ code: 'USAGE' });
    expect(server.requests).toHaveLength(0);
  });

  it('refuses to ask without a message, which would only load the model', async () => {
    const server = await start();
    await expect(say(modelOf(server), {}, [])).rejects.toMatchObject({ code: 'USAGE' });
    await expect(say(modelOf(server), {}, QUESTION.slice(0, 1))).rejects.toThrow(/no message/);
  });
});

describe('thinking', () => {
  it('is apart from the text', async () => {
    const server = await start({ chat: { thinking: ['Hm', '…'] } });
    const said = await say(modelOf(server, { model: GPT_OSS.name }));
    expect(said).toMatchObject({ text: TEXT, thinking: 'Hm…', outcome: { type: 'complete' } });
  });

  it.each([R1.name, 'qwen3:8b'])('inside the content of %s is not the answer', async (model) => {
    const server = await start({ chat: { text: ['Hm. ', '</th', 'ink>\n', 'Blue', '.'] } });
    const said = await say(modelOf(server, { model }));
    expect(said.text).toBe('Blue.');
    expect(said.thinking + said.retracted).toBe('Hm. ');
    expect(said.retracted).toBe(model === R1.name ? '' : 'Hm. ');
  });

  it('that a model cannot do is an error', async () => {
    const server = await start();
    const { error } = await say(modelOf(server), { think: true });
    expect(error).toMatchObject({ code: 'ENDPOINT_FAILED', status: 400 });
    expect(error?.message).toMatch(/cannot think/);
  });
});

describe('how an answer ends', () => {
  it.each([1, 2, 5, 64])('is read in pieces of %i bytes', async (pieceBytes) => {
    const server = await start({ chat: { text: ['青い', '𠮷', '😀'], pieceBytes } });
    expect(await say(modelOf(server))).toMatchObject({
      ...{ text: '青い𠮷😀', outcome: { type: 'complete' } },
    });
  });

  it('is complete with a reason that forgets `done`', async () => {
    const server = await withFault({ what: 'no-done' });
    expect(await say(modelOf(server))).toMatchObject({ text: TEXT, outcome: { type: 'complete' } });
  });

  it('tells the length that was asked for from a full context', async () => {
    const server = await withFault({ what: 'length' });
    const cut = { type: 'cut', reason: 'length' };
    expect((await say(modelOf(server), { maxTokens: 3 })).outcome).toMatchObject(cut);
    const tokens = 3 + ((await say(modelOf(server))).outcome?.usage.promptTokens ?? 0);
    const full = await say(modelOf(server), { contextTokens: tokens, maxTokens: 50 });
    expect(full.outcome).toMatchObject({ type: 'cut', reason: 'context' });
    // By a limit of the model's own.
    expect((await say(modelOf(server))).outcome).toMatchObject(cut);
  });

  it.each([
    [{ what: 'error', after: 2 }, /runner crashed while it answered/],
    [{ what: 'error', after: 2, error: 'secret words' }, /failed in the middle/],
    [{ what: 'no-end', after: 2 }, /without the line that ends it/],
    [{ what: 'cut', after: 2 }, /cut in the middle/],
    [{ what: 'unload', after: 2 }, /loaded or unloaded/],
  ] as const)('is a failure after %j, and is not asked again', async (how, message) => {
    const server = await withFault(how);
    const { text, outcome, error } = await say(modelOf(server));
    expect([text, outcome]).toEqual(['青いのは', null]);
    expect(error).toMatchObject({ code: 'ANSWER_INTERRUPTED', kind: 'server' });
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toMatch(/secret|青い/);
    expect(chatRequests(server)).toBe(1);
  });
});

describe('before the first byte', () => {
  it.each([
    [{ kind: 'answer', status: 503, body: { error: 'server busy, please try again.' } }],
    [{ kind: 'answer', status: 500, body: { error: 'llama runner process no longer running' } }],
    [{ kind: 'cut' }],
    [{ kind: 'answer', status: 200, body: '' }],
  ] as const)('%j is tried again', async (fault) => {
    const server = await start({ faults: [{ path: '/api/chat', times: 1, do: fault }] });
    expect(await say(modelOf(server))).toMatchObject({ text: TEXT, outcome: { type: 'complete' } });
    expect(chatRequests(server)).toBe(2);
  });

  it.each([
    [404, "model 'x' not found", 'MODEL_NOT_FOUND'],
    [400, 'invalid model name', 'MODEL_NOT_FOUND'],
    [400, 'model is required', 'MODEL_REQUIRED'],
    [400, '"all-minilm" does not support chat', 'MODEL_NOT_CHATTING'],
    [400, '"all-minilm" does not support generate', 'MODEL_NOT_CHATTING'],
    [400, "invalid think value: 'bogus'", 'ENDPOINT_FAILED'],
    [400, 'json: cannot unmarshal number into Go struct field', 'ENDPOINT_FAILED'],
    [500, 'option "temperature" must be of type float32', 'ENDPOINT_FAILED'],
    [400, 'the input length exceeds the context length', 'PROMPT_TOO_LONG'],
    [400, 'the prompt is longer than the context length currently available', 'PROMPT_TOO_LONG'],
    [401, 'unauthorized', 'ENDPOINT_UNAUTHORIZED'],
    [403, 'ollama cloud is disabled: remote model is unavailable', 'ENDPOINT_FORBIDDEN'],
    [404, '404 page not found', 'ENDPOINT_NOT_CHATTING'],
  ])('%i %s stops at once with %s', async (status, error, code) => {
    const fault = { kind: 'answer', status, body: { error } } as const;
    const server = await start({ faults: [{ path: '/api/chat', do: fault }] });
    server.fault({ path: '/api/generate', do: fault });
    const said = await say(modelOf(server));
    expect(said.error).toMatchObject({ code, status });
    expect(said.error?.message).toMatch(/^Chat server http:\/\/127/);
    // Another route may be there.
    expect(chatRequests(server)).toBe(code === 'ENDPOINT_NOT_CHATTING' ? 2 : 1);
  });

  it('a page is no answer', async () => {
    const page = { kind: 'answer', status: 200, body: '<html></html>' } as const;
    const server = await start({ faults: [{ path: '/api/chat', do: page }] });
    expect((await say(modelOf(server))).error?.code).toBe('ENDPOINT_NOT_CHATTING');
  });

  it.each([
    ['0.33.0', true],
    ['0.24.0', false],
  ])('too long a prompt is refused by %s (counted: %s)', async (version, isCounted) => {
    const server = await start({ version });
    const long = [{ role: 'user', content: '青'.repeat(628) }] as const;
    const { error } = await say(modelOf(server), { contextTokens: 256 }, long);
    expect(error?.code).toBe('PROMPT_TOO_LONG');
    expect(error?.promptTokens).toBe(isCounted ? 628 : undefined);
    expect(error?.contextTokens).toBe(isCounted ? 256 : undefined);
    expect(error?.message).not.toContain('青');
  });
});

describe('waiting', () => {
  it('ends when the first token does not come in time', async () => {
    const server = await start({ faults: [{ path: '/api/chat', do: { kind: 'hang' } }] });
    const { error } = await say(modelOf(server, { firstTokenMs: 30 }));
    expect(error).toMatchObject({ code: 'ENDPOINT_TIMEOUT' });
    await vi.waitFor(async () => expect(await server.openConnections()).toBe(0));
  });

  it('ends when the next one does not', async () => {
    const server = await withFault({ what: 'hang', after: 1 });
    const { text, error } = await say(modelOf(server, { tokenMs: 30 }));
    expect([text, error?.code]).toEqual(['青い', 'ENDPOINT_TIMEOUT']);
    expect(error?.message).toMatch(/nothing more came for 0.03 s/);
    expect(chatRequests(server)).toBe(1);
    await vi.waitFor(async () => expect(await server.openConnections()).toBe(0));
  });

  it.each([{ firstTokenMs: 0 }, { tokenMs: Number.NaN }, { tokenMs: 2 ** 31 }])(
    'of %j is refused',
    (times) => expect(() => ollamaChat(times)).toThrow(expect.objectContaining({ code: 'USAGE' })),
  );
});

describe('who leaves', () => {
  it('ends the request at the server by leaving the iteration', async () => {
    const server = await withFault({ what: 'hang', after: 2 });
    for await (const event of modelOf(server).chat(QUESTION)) {
      expect(event).toEqual({ type: 'text', text: '青い' });
      break;
    }
    await vi.waitFor(async () => expect(await server.openConnections()).toBe(0));
  });

  it.each(['hang', 'end'])('ends it by the signal, whose reason is thrown (%s)', async (how) => {
    const server = how === 'hang' ? await withFault({ what: 'hang', after: 2 }) : await start();
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('enough');
    const asked = async (): Promise<void> => {
      for await (const event of modelOf(server).chat(QUESTION, { signal })) {
        if (event.type === 'text') controller.abort(reason);
      }
    };
    await expect(asked()).rejects.toBe(reason);
    await vi.waitFor(async () => expect(await server.openConnections()).toBe(0));
  });
});

describe("somebody's own fetch", () => {
  const undici: Fetch = (url, init) => fetch(url, init);
  /** Without a body that can be read in pieces. */
  const plain: Fetch = async (url, init) => {
    const answer = await fetch(url, init);
    return { status: answer.status, headers: answer.headers, text: () => answer.text() };
  };

  it.each([undici, plain])('gives the same answer', async (own) => {
    const server = await start();
    const said = await say(modelOf(server, { fetch: own }));
    expect(said).toMatchObject({ text: TEXT, outcome: { type: 'complete' } });
  });

  it('fails when it is cut, and is ended by time and by leaving', async () => {
    const cut = await withFault({ what: 'cut', after: 2 });
    const said = await say(modelOf(cut, { fetch: undici }));
    expect([said.text, said.error?.code]).toEqual(['青いのは', 'ANSWER_INTERRUPTED']);
    const hanging = await withFault({ what: 'hang', after: 1 });
    const model = modelOf(hanging, { fetch: undici, tokenMs: 30 });
    expect((await say(model)).error?.code).toBe('ENDPOINT_TIMEOUT');
    for await (const _ of model.chat(QUESTION)) break;
    expect(chatRequests(hanging)).toBe(2);
  });
});

describe('which model', () => {
  it('is the only one that chats', async () => {
    const wrong = {
      ...EMBEDDING_MODEL,
      name: 'sorted:latest',
      listedCapabilities: ['completion'],
    };
    for (const version of ['0.33.0', '0.24.0', '0.6.0']) {
      const server = await start({ version, models: [EMBEDDING_MODEL, wrong, THINKER] });
      const found = modelOf(server, { model: undefined }).identity();
      // Before 0.6.4 nothing tells such a model apart.
      if (version === '0.6.0')
        await expect(found).rejects.toMatchObject({ code: 'MODEL_REQUIRED' });
      else expect((await found).model).toBe('thinker:4b');
    }
  });

  it('has to be named where there are several, or none', async () => {
    const several = modelOf(await start(), { model: undefined }).identity();
    await expect(several).rejects.toMatchObject({ code: 'MODEL_REQUIRED', kind: 'usage' });
    await expect(several).rejects.toThrow(/qwen3:8b, thinker:4b, gpt-oss:20b/);
    const server = await start({ models: [EMBEDDING_MODEL] });
    const none = modelOf(server, { model: undefined }).identity();
    await expect(none).rejects.toMatchObject({ code: 'MODEL_REQUIRED' });
  });

  it('that cannot chat, or is not there, is an error before anything is asked', async () => {
    const server = await start();
    const embedding = modelOf(server, { model: 'bge-m3' }).identity();
    await expect(embedding).rejects.toMatchObject({ code: 'MODEL_NOT_CHATTING' });
    const missing = modelOf(server, { model: 'qwen4:8b' }).identity();
    await expect(missing).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(missing).rejects.toThrow(/Did you mean qwen3:8b/);
    expect(chatRequests(server)).toBe(0);
  });
});
