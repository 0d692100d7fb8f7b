import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type OllamaOptions, ollama } from '../../../src/embedding/ollama.ts';
import { UmekomiError } from '../../../src/model/errors.ts';
import type { Fetch } from '../../../src/server/http.ts';
import { listModels } from '../../../src/server/models.ts';
import { parseRetryAfter } from '../../../src/server/retry.ts';

type Answer = (response: ServerResponse) => void;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that answers by path: to `/api/version` and `/api/tags` as Ollama does unless told. */
async function serve(answers: Readonly<Record<string, Answer>>): Promise<string> {
  const all: Record<string, Answer> = {
    '/api/version': json({ version: '0.33.0' }),
    '/api/tags': json({ models: [MODEL] }),
    ...answers,
  };
  const server = createServer((request, response) => {
    request.resume();
    response.on('error', () => {});
    const answer = all[request.url ?? ''];
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const MODEL = { model: 'm:latest', digest: 'ab12', capabilities: ['embedding'] };

function text(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

function json(value: unknown): Answer {
  return text(JSON.stringify(value));
}

/** Goes on until the reader has enough. Counts what was taken off it. */
function endless(counter: { bytes: number }, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    const piece = Buffer.alloc(256 * 1024, '1,');
    const more = (): void => {
      while (!response.destroyed && response.write(piece)) counter.bytes += piece.length;
    };
    response.on('drain', more);
    response.write('{"embeddings":[[');
    more();
  };
}

const quick: OllamaOptions = { retries: 0, timeoutMs: 20_000, kind: 'ollama' };

/** What comes of embedding one text. */
async function embed(endpoint: string, options: OllamaOptions = {}): Promise<unknown> {
  return ollama({ ...quick, endpoint, model: 'm', ...options })
    .embedDocuments(['a'])
    .catch((error: unknown) => error);
}

const byNode: Fetch = (url, init) => globalThis.fetch(url, init) as unknown as ReturnType<Fetch>;

describe('an answer without an end', () => {
  it.each([
    ['to an embed request', '/api/embed', 200, undefined],
    ['… with an error’s status', '/api/embed', 400, undefined],
    ['… read by node’s fetch', '/api/embed', 200, byNode],
    ['to the list of models', '/api/tags', 200, undefined],
  ])('%s is not read on, and is an error', async (_, path, status, fetch) => {
    const counter = { bytes: 0 };
    const endpoint = await serve({ [path]: endless(counter, status) });
    const error = await embed(endpoint, { fetch });
    expect(error).toMatchObject({ code: 'ENDPOINT_NOT_EMBEDDING' });
    expect(String(error)).toContain('longer than any');
    expect(counter.bytes).toBeLessThan(64 * 1024 * 1024);
  });

  it('in headers is one as well', async () => {
    const endpoint = await serve({ '/api/embed': text('{}', 200, { x: 'y'.repeat(200_000) }) });
    expect(await embed(endpoint)).toBeInstanceOf(UmekomiError);
  });
});

describe('an answer that is too large to be true', () => {
  it('a vector of a hundred thousand dimensions', async () => {
    const embeddings = [new Array(100_000).fill(0.5)];
    const endpoint = await serve({ '/api/embed': json({ embeddings }) });
    expect(await embed(endpoint)).toMatchObject({ code: 'VECTORS_INVALID' });
  });

  it('a message that is made for slow patterns is looked at in part', async () => {
    const endpoint = await serve({
      '/api/embed': text(JSON.stringify({ error: 'input'.repeat(1_000_000) }), 400),
    });
    expect(await embed(endpoint)).toMatchObject({ code: 'ENDPOINT_FAILED', status: 400 });
  });

  it('of models: names are cut to those that can be, and their number to ten thousand', async () => {
    const models = Array.from({ length: 12_000 }, (_, i) => ({ ...MODEL, model: `m${i}` }));
    const listed = { models: [{ ...MODEL, model: 'x'.repeat(5_000) }, ...models] };
    const endpoint = await serve({ '/api/tags': json(listed), '/api/show': json({}) });
    const found = await listModels({ ...quick, endpoint });
    expect(found).toHaveLength(9_999);
    const several = await ollama({ ...quick, endpoint })
      .identity()
      .catch((error: unknown) => String(error));
    expect(several).toMatch(/and 9979 more\)/);
  });

  it('in depth', async () => {
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    for (const body of [
      deep,
      `{"embeddings":${deep}}`,
      `{"error":${deep}}`,
      `{"models":${deep}}`,
    ]) {
      const endpoint = await serve({ '/api/embed': text(body), '/api/show': text(body) });
      expect(await embed(endpoint)).toBeInstanceOf(UmekomiError);
    }
  });
});

/** JSON as servers may send it, and as they may not: doubled keys, numbers beyond all limits, rubbish. */
const bodies = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    'NaN',
    '{"embeddings":[[1e999]]}',
    '{"embeddings":[[1e-999]]}',
    '{"embeddings":[[1e38,1e38]]}',
    '{"embeddings":[[123456789012345678901234567890]]}',
    '{"embeddings":[["1","2"]]}',
    '{"embeddings":[{"length":9007199254740991}]}',
    '{"embeddings":{"length":1,"0":[1]}}',
    '{"embeddings":[[1,2]],"embeddings":[[0,0]]}',
    '{"embeddings":[null]}',
    '{"embeddings":[[1],[2]]}',
    '{"__proto__":{"embeddings":[[1]]}}',
    '{"constructor":1,"error":{"toString":1},"detail":[[]]}',
    '{"models":[null,1,"x",[],{"model":{}},{"model":"\\u0000"},{"details":1,"model":"q"}]}',
    '{"version":{"a":1}}',
    '\uFEFF{"embeddings":[[1]]}',
  ),
  fc
    .record({
      embeddings: fc.array(fc.array(fc.oneof(fc.double(), fc.string(), fc.constant(null))), {
        maxLength: 3,
      }),
    })
    .map((value) => JSON.stringify(value)),
);
const types = fc.constantFrom('application/json', 'text/html', 'text/plain', '', 'a/b; c="', '🦊');
const statuses = fc.constantFrom(200, 201, 204, 301, 400, 404, 413, 422, 429, 500, 503, 599, 999);

describe('any answer', () => {
  it('to any question gives vectors that can be stored, or an error of ours', async () => {
    const path = fc.constantFrom('/api/embed', '/api/tags', '/api/show', '/api/version', '/health');
    await fc.assert(
      fc.asyncProperty(path, bodies, types, statuses, async (asked, body, type, status) => {
        const fetch: Fetch = async (url) => {
          const isAsked = url.endsWith(asked);
          const usual = url.endsWith('/api/tags') ? { models: [MODEL] } : { embeddings: [[1, 0]] };
          const plain = url.endsWith('/api/version') ? { version: '1' } : usual;
          return {
            status: isAsked ? status : 200,
            headers: { get: (name) => (isAsked && name === 'content-type' ? type : null) },
            text: async () => (isAsked ? body : JSON.stringify(plain)),
          };
        };
        const clock = { now: () => 0, sleep: async () => {}, random: () => 0 };
        const options = { retries: 2, fetch, clock, endpoint: 'http://127.0.0.1:9' };
        const outcome = await ollama({ ...options, model: 'm' })
          .embedDocuments(['a'])
          .catch((error: unknown) => error);
        if (outcome instanceof UmekomiError) return true;
        const [vector, ...more] = outcome as readonly Float32Array[];
        const norm = Math.hypot(...(vector ?? []));
        const models = await listModels(options).catch((error: unknown) => error);
        const isListed = models instanceof UmekomiError || Array.isArray(models);
        return more.length === 0 && norm > 0 && Number.isFinite(norm) && isListed;
      }),
      { numRuns: 2_000 },
    );
  });

  it('Retry-After of any kind is a time from 0, or none', () => {
    const value = fc.oneof(fc.string(), fc.date().map(String), fc.bigInt().map(String));
    fc.assert(
      fc.property(value, (header) => {
        const wait = parseRetryAfter(header, 0);
        return wait === null || wait >= 0;
      }),
      { numRuns: 2_000 },
    );
  });
});
