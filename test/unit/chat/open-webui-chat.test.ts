/** Through Open WebUI: an answer that failed or was cut is not taken for a whole one. */
import { describe, expect, it } from 'vitest';
import { ollamaChat } from '../../../src/chat/ollama-chat.ts';
import type { StreamFault } from '../../helpers/stand-in/faults.ts';
import { STAND_IN_KEY, type StandIn, type StandInOptions } from '../../helpers/stand-in/server.ts';
import { BARE, chatRequest, chatRequests, clock, QUESTION, say, servers } from './asking.ts';

const startOne = servers();
const TEXT = '青いのは散乱のため。';
const COUNTS = { prompt_tokens: 5, completion_tokens: 2 };
const EVENTS = { 'content-type': 'text/event-stream' };

const start = (options: StandInOptions = {}) =>
  startOne({
    flavour: 'open-webui',
    openWebUiVersion: '0.12.4',
    presets: { 'my-preset': 'qwen3:8b' },
    ...options,
  });

const withFault = (path: string, how: StreamFault, options: StandInOptions = {}) =>
  start({ faults: [{ path, do: { kind: 'stream', how } }], ...options });

const modelOf = (server: StandIn, model: string) =>
  ollamaChat({ endpoint: server.url, apiKey: STAND_IN_KEY, model, clock });

describe("a model of Ollama's", () => {
  it('is asked over the wire that keeps everything', async () => {
    const server = await start({ prefix: 'box' });
    const said = await say(modelOf(server, 'qwen3:8b'));
    expect(said).toMatchObject({ text: TEXT, outcome: { type: 'complete' } });
    expect(chatRequest(server)).toMatchObject({
      path: '/ollama/api/chat',
      body: { model: 'box.qwen3:8b', truncate: false, shift: false, options: { num_ctx: 8192 } },
    });
  });

  it('without a template is asked with one message, since generate may cut it', async () => {
    const server = await start();
    expect((await say(modelOf(server, BARE.name))).text).toBe(TEXT);
    expect(chatRequest(server)).toMatchObject({
      path: '/ollama/api/chat',
      body: {
        messages: [{ role: 'user', content: expect.stringMatching(/^Be short\.\n\nUser: /) }],
      },
    });
  });

  it.each([
    [{ what: 'error', after: 2 }],
    [{ what: 'no-end', after: 2 }],
    [{ what: 'cut', after: 2 }],
  ] as const)('fails after %j', async (how) => {
    const server = await withFault('/ollama/api/chat', how);
    const { text, error } = await say(modelOf(server, 'qwen3:8b'));
    expect([text, error?.code]).toEqual(['青いのは', 'ANSWER_INTERRUPTED']);
  });

  it('that a user may not use is not found', async () => {
    const server = await start({ users: [{ token: STAND_IN_KEY, models: [] }] });
    const { error } = await say(modelOf(server, 'qwen3:8b'));
    expect(error?.code).toBe('MODEL_NOT_FOUND');
  });

  it('is asked for again when Ollama was only away', async () => {
    const body = { detail: "Model 'qwen3:8b' was not found" };
    const fault = { kind: 'answer', status: 400, body } as const;
    const server = await start({ faults: [{ path: '/ollama/api/chat', times: 1, do: fault }] });
    expect((await say(modelOf(server, 'qwen3:8b'))).text).toBe(TEXT);
    expect(chatRequests(server)).toBe(2);
  });

  it('never repeats the key, however the server cuts it', async () => {
    const words = `It is ${STAND_IN_KEY}, sk-`;
    for (const text of [[words], [...words], [words.slice(0, 12), words.slice(12)]]) {
      const server = await start({ chat: { text, thinking: text } });
      const said = await say(modelOf(server, 'thinker:4b'), { think: true });
      expect([said.thinking, said.text]).toEqual(['It is (key), sk-', 'It is (key), sk-']);
    }
  });

  it('says what the key may not do', async () => {
    const keyEndpoints = ['/ollama/api/tags', '/ollama/api/show', '/api/models'];
    const server = await start({ keyEndpoints });
    const { error } = await say(modelOf(server, 'qwen3:8b'));
    expect(error?.code).toBe('ENDPOINT_FORBIDDEN');
    expect(error?.message).toContain('/ollama/api/chat');
    expect(error?.message).not.toContain(STAND_IN_KEY);
  });
});

describe('a preset of one', () => {
  const path = '/api/chat/completions';

  it('is complete with the reason and the counts', async () => {
    const server = await start();
    const said = await say(modelOf(server, 'my-preset'), { seed: 7, maxTokens: 50 });
    expect(said).toMatchObject({ text: TEXT, outcome: { type: 'complete' } });
    expect(said.outcome?.usage.answerTokens).toBe(3);
    expect(chatRequest(server)).toEqual({
      path,
      body: {
        ...{ model: 'my-preset', messages: QUESTION, stream: true, seed: 7, max_tokens: 50 },
        stream_options: { include_usage: true },
        params: { num_ctx: 8192, seed: 7, think: false },
      },
    });
  });

  it('fails where the failure is called "stop"', async () => {
    const server = await withFault(path, { what: 'error', after: 2 });
    const { text, outcome, error } = await say(modelOf(server, 'my-preset'));
    expect([text, outcome, error?.code]).toEqual(['青いのは', null, 'ANSWER_INTERRUPTED']);
    expect(error?.message).toMatch(/calls it finished/);
  });

  it.each([
    ['without a reason', { what: 'no-end', after: 2 }],
    ['with an event that says so', { what: 'cut', after: 2 }],
  ] as const)('fails when it ends %s', async (_name, how) => {
    const server = await withFault(path, how);
    const { text, error } = await say(modelOf(server, 'my-preset'));
    expect([text, error?.code]).toEqual(['青いのは', 'ANSWER_INTERRUPTED']);
  });

  it.each(['0.12.4', '0.10.2'])('is cut at the length, as %s calls it', async (version) => {
    const server = await withFault(path, { what: 'length' }, { openWebUiVersion: version });
    const said = await say(modelOf(server, 'my-preset'), { maxTokens: 3 });
    expect(said.outcome).toMatchObject({ type: 'cut', reason: 'length' });
  });

  it('keeps thinking apart', async () => {
    const server = await start({ chat: { thinking: ['Hm.'] }, presets: { p: 'thinker:4b' } });
    const said = await say(modelOf(server, 'p'), { think: true });
    expect([said.thinking, said.text]).toEqual(['Hm.', TEXT]);
  });

  it('that is not there stops at once', async () => {
    const body = { detail: 'Model not found' };
    const server = await start({
      faults: [{ path, do: { kind: 'answer', status: 400, body } }],
    });
    const { error } = await say(modelOf(server, 'my-preset'));
    expect(error).toMatchObject({ code: 'MODEL_NOT_FOUND', status: 400 });
    expect(chatRequests(server)).toBe(1);
  });
});

describe('a model that only Open WebUI has', () => {
  const path = '/api/chat/completions';

  it('ends unconfirmed without counts', async () => {
    const server = await start();
    const said = await say(modelOf(server, 'gpt-4o'));
    expect(said).toMatchObject({ text: TEXT, outcome: { type: 'unconfirmed' } });
    expect(chatRequest(server).body).not.toHaveProperty('params');
    expect(chatRequest(server).body).not.toHaveProperty('chat_id');
  });

  it.each([
    ['an error without data:', '{"error":{"message":"x"}}'],
    ['nothing', 'null'],
    ['data that is no JSON', 'data: {"choices":\n\n'],
  ])('fails with %s', async (_name, body) => {
    const server = await start({
      faults: [{ path, do: { kind: 'answer', status: 200, body, headers: EVENTS } }],
    });
    expect((await say(modelOf(server, 'gpt-4o'))).error?.code).toBe('ANSWER_INTERRUPTED');
  });

  it.each([
    ['counts before the reason only', [{ usage: COUNTS }, { reason: 'stop' }], 'unconfirmed'],
    ['counts behind the reason', [{ reason: 'stop' }, { usage: COUNTS }], 'complete'],
    ['a filter', [{ reason: 'content_filter' }, { usage: COUNTS }], 'unconfirmed'],
  ])('with %s', async (_name, events, type) => {
    const chunks = events.map(({ reason, usage }: { reason?: string; usage?: object }) => ({
      choices: reason === undefined ? [] : [{ delta: {}, finish_reason: reason }],
      ...(usage === undefined ? {} : { usage }),
    }));
    const body = [...chunks.map((each) => JSON.stringify(each)), '[DONE]']
      .map((data) => `data: ${data}\n\n`)
      .join('');
    const server = await start({
      faults: [{ path, do: { kind: 'answer', status: 200, body, headers: EVENTS } }],
    });
    expect((await say(modelOf(server, 'gpt-4o'))).outcome?.type).toBe(type);
  });
});
