/** The stand-in says what the real servers say: the tables of the wire, asked over HTTP. */
import { afterEach, describe, expect, it } from 'vitest';
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

interface Said {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

async function say(
  options: StandInOptions,
  [method, path, body, headers = {}]: readonly [string, string, unknown?, Record<string, string>?],
): Promise<Said> {
  const server = await startStandIn(options);
  open.push(server);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  return {
    status: response.status,
    type,
    body: type === 'application/json' ? JSON.parse(answer) : answer,
  };
}

const embed = (body: unknown, options: StandInOptions = {}): Promise<Said> =>
  say(options, ['POST', '/api/embed', body]);
const model = 'bge-m3';
const short = { ...EMBEDDING_MODEL, contextTokens: 4 };
const longText = 'a long text of many words indeed';

describe('POST /api/embed of Ollama', () => {
  it('answers vectors of length 1 in order, the model as it was sent', async () => {
    const { status, body } = await embed({ model, input: ['a', 'b'] });
    const { embeddings, ...rest } = body as { embeddings: number[][]; model: string };
    expect(status).toBe(200);
    expect(rest.model).toBe(model);
    for (const vector of embeddings) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect((await embed({ model, input: 'b' })).body).toMatchObject({
      embeddings: [embeddings[1]],
    });
  });

  it.each([
    ['nothing', {}],
    ['null', { input: null }],
    ['an empty text', { input: '' }],
    ['an empty list', { input: [] }],
  ])('for %s loads the model and answers no vectors', async (_name, input) => {
    expect(await embed({ model, ...input })).toMatchObject({
      status: 200,
      body: { model, embeddings: [] },
    });
  });

  it.each([
    ['empty body', '', 400, 'missing request body'],
    ['broken JSON', '{', 400, 'unexpected EOF'],
    [
      'model no string',
      { model: 1 },
      400,
      'json: cannot unmarshal number into Go struct field EmbedRequest.model of type string',
    ],
    ['model empty', { model: '' }, 404, "model '' not found"],
    ['model with a space', { model: 'a b' }, 400, 'invalid model name'],
    [
      'model unknown',
      { model: 'nope', input: 'a' },
      404,
      'model "nope" not found, try pulling it first',
    ],
    ['input a number', { model, input: 1 }, 400, 'invalid input type'],
    ['input mixed', { model, input: ['a', 1] }, 400, 'invalid input type'],
    ['input type before model', { model: 'nope', input: 1 }, 400, 'invalid input type'],
    [
      'bad option',
      { model, input: 'a', options: { num_ctx: 'x' } },
      500,
      'option "num_ctx" must be of type integer',
    ],
    [
      'chat model',
      { model: CHAT_MODEL.name, input: 'a' },
      501,
      'This server does not support embeddings. Start it with `--embeddings`',
    ],
  ])('%s', async (_name, body, status, error) => {
    expect(await embed(body)).toMatchObject({ status, body: { error } });
  });

  it.each([
    ['0.33.0', 'the input length exceeds the context length'],
    ['0.13.2', 'input exceeds maximum context length'],
    ['0.11.11', 'input length exceeds maximum context length'],
  ])('too long with truncate false, %s', async (version, error) => {
    const body = { model, input: longText, truncate: false };
    expect(await embed(body, { version, models: [short] })).toMatchObject({
      status: 400,
      body: { error },
    });
  });

  it('cuts silently without truncate false', async () => {
    const options = { models: [short] };
    const whole = await embed({ model, input: longText }, options);
    const cut = await embed({ model, input: longText.slice(0, 12) }, options);
    expect(whole.status).toBe(200);
    expect(whole.body).toEqual(cut.body);
  });

  it.each([
    [16, 16],
    [64, 32],
    [0, 32],
    [-1, 32],
  ])('dimensions %s give %s', async (dimensions, expected) => {
    const { body } = await embed({ model, input: 'a', dimensions });
    const [vector] = (body as { embeddings: number[][] }).embeddings;
    expect(vector).toHaveLength(expected);
    expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 5);
  });

  it.each([
    ['0.24.0', 501, 'this model does not support embeddings'],
    ['0.13.2', 200, undefined],
  ])('a chat model on %s', async (version, status, error) => {
    const said = await embed({ model: CHAT_MODEL.name, input: 'a' }, { version });
    expect(said).toMatchObject({ status, ...(error ? { body: { error } } : {}) });
  });

  it('NaN is a 500 up to 0.24 and zeros from 0.30', async () => {
    const faults = [{ do: { kind: 'nan' } }] as const;
    expect(await embed({ model, input: 'a' }, { version: '0.24.0', faults })).toMatchObject({
      status: 500,
      body: { error: 'failed to encode response: json: unsupported value: NaN' },
    });
    const { body } = await embed({ model, input: 'a' }, { version: '0.30.0', faults });
    expect((body as { embeddings: number[][] }).embeddings[0]?.every((n) => n === 0)).toBe(true);
  });

  it('an unknown path is 404 in text', async () => {
    expect(await say({}, ['GET', '/health'])).toEqual({
      status: 404,
      type: 'text/plain',
      body: '404 page not found',
    });
  });
});

describe('Open WebUI', () => {
  const bearer = { authorization: `Bearer ${STAND_IN_KEY}` };
  const webUi = { flavour: 'open-webui' } as const;
  const post = (
    body: unknown,
    options: StandInOptions = {},
    headers: Record<string, string> = bearer,
  ): Promise<Said> => say({ ...webUi, ...options }, ['POST', '/ollama/api/embed', body, headers]);

  it('answers a page at Ollama’s addresses, and 405 to a POST', async () => {
    expect(await say(webUi, ['GET', '/api/tags'])).toMatchObject({
      status: 200,
      type: 'text/html',
    });
    expect(await say(webUi, ['POST', '/api/embed', {}])).toMatchObject({ status: 405 });
  });

  it('is alive without a key', async () => {
    expect((await say(webUi, ['GET', '/health'])).body).toEqual({ status: true });
    expect((await say(webUi, ['GET', '/api/version'])).body).toHaveProperty('deployment_id');
    expect((await say(webUi, ['GET', '/ollama/api/version'])).body).toEqual({ version: '0.33.0' });
  });

  it.each([
    ['JSON before auth', '{', {}, {}, 422, undefined],
    ['auth before form', {}, {}, {}, 401, 'Not authenticated'],
    [
      'unknown key',
      {},
      {},
      { authorization: 'Bearer sk-x' },
      401,
      'Your session has expired or the token is invalid. Please sign in again.',
    ],
    ['bad JWT', {}, {}, { authorization: 'Bearer x.y.z' }, 401, '401 Unauthorized'],
    [
      'keys off',
      {},
      { apiKeysEnabled: false },
      bearer,
      403,
      'Use of API key is not enabled in the environment.',
    ],
    [
      'key restricted, 0.8',
      {},
      { keyEndpoints: [], openWebUiVersion: '0.8.12' },
      bearer,
      403,
      'API key not allowed to access this endpoint.',
    ],
    ['form before Ollama', { model }, { ollamaApiEnabled: false }, bearer, 422, undefined],
    [
      'Ollama disabled',
      { model, input: 'a' },
      { ollamaApiEnabled: false },
      bearer,
      503,
      'The Ollama API is disabled. Please enable it to use this feature.',
    ],
    [
      'no access',
      { model: 'bge-m3:latest', input: 'a' },
      { users: [{ token: STAND_IN_KEY, models: [] }] },
      bearer,
      403,
      'Model not found',
    ],
    ['tag missing', { model, input: 'a' }, {}, bearer, 400, "Model 'bge-m3' was not found"],
    ['Ollama’s error', { model: 'bge-m3:latest', input: 1 }, {}, bearer, 400, 'invalid input type'],
    [
      'Ollama’s error, 0.8.12',
      { model: 'bge-m3:latest', input: 1 },
      { openWebUiVersion: '0.8.12' },
      bearer,
      500,
      'Ollama: invalid input type',
    ],
  ] as const)('%s', async (_name, body, options, headers, status, detail) => {
    const said = await post(body, options, headers as Record<string, string>);
    expect(said.status).toBe(status);
    if (detail !== undefined) expect(said.body).toEqual({ detail });
  });

  it('echoes the form in a 422', async () => {
    expect((await post({ model: '秘密' })).body).toMatchObject({
      detail: [{ type: 'missing', loc: ['body', 'input'], input: { model: '秘密' } }],
    });
  });

  it('fills in the tag before 0.8, and drops dimensions before 0.6.34', async () => {
    const form = { model, input: 'a', dimensions: 16 };
    const old = await post(form, { openWebUiVersion: '0.6.33' });
    expect((old.body as { embeddings: number[][] }).embeddings[0]).toHaveLength(32);
    const newer = await post(form, { openWebUiVersion: '0.6.34' });
    expect((newer.body as { embeddings: number[][] }).embeddings[0]).toHaveLength(16);
  });
});
