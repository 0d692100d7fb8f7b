import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { rerankServer } from '../../../src/reranking/rerank-server.ts';

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

const servers: Server[] = [];
const seen: Seen[] = [];

/** A server on loopback that answers every request so. */
async function serve(
  answer: (seen: Seen) => { readonly status?: number; readonly body: unknown },
): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
      const one = { path: request.url ?? '', authorization: request.headers.authorization, body };
      seen.push(one);
      const { status = 200, body: given } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof given === 'string' ? given : JSON.stringify(given));
    });
  });
  return listen(server);
}

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  seen.length = 0;
});

const TEXTS = ['東京の天気', '埋め込みとベクトル'];
const COHERE = {
  results: [
    { index: 1, relevance_score: 0.9 },
    { index: 0, relevance_score: -2.5 },
  ],
};

describe('a rerank server', () => {
  it('is asked as Cohere and Jina shaped it, and its scores are in the order of the texts', async () => {
    const url = await serve(() => ({ body: COHERE }));
    const reranker = rerankServer({ url, model: 'bge-reranker-v2-m3', apiKey: 'rk-0123456789' });
    expect(await reranker.rerank('埋め込み', TEXTS)).toEqual([-2.5, 0.9]);
    expect(seen).toEqual([
      {
        path: '/rerank',
        authorization: 'Bearer rk-0123456789',
        body: { model: 'bge-reranker-v2-m3', query: '埋め込み', documents: TEXTS },
      },
    ]);
  });

  it('that wants `texts` and answers with a bare list is understood, and asked so from then on', async () => {
    const url = await serve(({ body }) =>
      body['texts'] === undefined
        ? {
            status: 422,
            body: 'Failed to deserialize the JSON body: missing field `texts` at line 1',
          }
        : {
            body: [
              { index: 0, score: 0.25 },
              { index: 1, score: 0.5 },
            ],
          },
    );
    const reranker = rerankServer({ url });
    expect(await reranker.rerank('q', TEXTS)).toEqual([0.25, 0.5]);
    await reranker.rerank('q', TEXTS);
    expect(seen.map(({ body }) => Object.keys(body).at(-1))).toEqual([
      'documents',
      'texts',
      'texts',
    ]);
  });

  it.each(['/v1/rerank', '/v2/rerank', '/reranking'])(
    'with all of its address: %s',
    async (path) => {
      const url = await serve(() => ({ body: COHERE }));
      await rerankServer({ url: url + path }).rerank('q', TEXTS);
      expect(seen[0]?.path).toBe(path);
    },
  );

  it('that is below a path gets /rerank there', async () => {
    const url = await serve(() => ({ body: COHERE }));
    await rerankServer({ url: `${url}/ai/` }).rerank('q', TEXTS);
    expect(seen[0]?.path).toBe('/ai/rerank');
  });

  it.each([
    ['an error', { status: 500, body: { error: '東京の天気' } }, /an error \(HTTP 500\)/],
    ['a wrong address', { status: 404, body: {} }, /does not rerank at this address/],
    ['a wrong key', { status: 401, body: {} }, /wants a key, or another one/],
    ['a redirect', { status: 307, body: {} }, /redirects/],
    ['a page', { body: '<html>' }, /a score for every passage/],
    ['null', { body: 'null' }, /a score for every passage/],
    ['too few scores', { body: { results: COHERE.results.slice(1) } }, /a score for every passage/],
    [
      'one passage twice',
      {
        body: [
          { index: 0, score: 1 },
          { index: 0, score: 2 },
        ],
      },
      /a score for every passage/,
    ],
    [
      'an index that was not sent',
      {
        body: [
          { index: 0, score: 1 },
          { index: 2, score: 2 },
        ],
      },
      /a score for every passage/,
    ],
    [
      'no number',
      {
        body: [
          { index: 0, score: 1 },
          { index: 1, score: null },
        ],
      },
      /a score for every passage/,
    ],
  ])('that answers with %s fails in words without the texts', async (_, answer, words) => {
    const url = await serve(() => answer);
    const error = await rerankServer({ url })
      .rerank('q', TEXTS)
      .catch((one: unknown) => one);
    expect(error).toMatchObject({
      code: 'RERANK_FAILED',
      kind: 'server',
      message: expect.stringMatching(words),
    });
    expect(String(error)).not.toContain('東京');
  });

  it('that is away, or takes too long, fails at once', async () => {
    const url = await serve(() => ({ body: COHERE }));
    servers.splice(0).map((server) => server.close());
    await expect(rerankServer({ url }).rerank('q', TEXTS)).rejects.toMatchObject({
      message: expect.stringContaining('nothing listens there'),
    });
    const silent = await listen(createServer(() => {}));
    await expect(
      rerankServer({ url: silent, timeoutMs: 50 }).rerank('q', TEXTS),
    ).rejects.toMatchObject({ message: expect.stringContaining('no answer within 0.05 s') });
  });
});
