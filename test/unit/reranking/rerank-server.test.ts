import { afterEach, describe, expect, it } from 'vitest';
import { rerankServer } from '../../../src/reranking/rerank-server.ts';
import { startRawServer } from '../../helpers/hostile.ts';
import {
  type RerankAnswer,
  type SeenRerank,
  startRerankServer,
} from '../../helpers/rerank-server.ts';

const servers: { close(): void }[] = [];
let seen: readonly SeenRerank[] = [];

/** A server that answers every request so. */
async function serve(answer: (seen: SeenRerank) => RerankAnswer): Promise<string> {
  const server = await startRerankServer(answer);
  servers.push(server);
  seen = server.seen;
  return server.url;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
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

  it('that is below /v1 is asked there: it is part of the address', async () => {
    const url = await serve(() => ({ body: COHERE }));
    await rerankServer({ url: `${url}/v1` }).rerank('q', TEXTS);
    expect(seen[0]?.path).toBe('/v1/rerank');
  });

  it.each(['', 'box', 'box:8080', 'ftp://box', 'http://'])(
    'is not at %j, which is an error at once',
    (url) => {
      expect(() => rerankServer({ url })).toThrow(
        expect.objectContaining({ code: 'ENDPOINT_INVALID', kind: 'usage' }),
      );
    },
  );

  it('says why no key was sent, where it wants one', async () => {
    const url = await serve(() => ({ status: 401, body: {} }));
    const reranker = rerankServer({ url, whyNoKey: 'the key is for another address' });
    await expect(reranker.rerank('q', TEXTS)).rejects.toThrow(
      /HTTP 401\); the key is for another address\.$/,
    );
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
    for (const server of servers.splice(0)) server.close();
    await expect(rerankServer({ url }).rerank('q', TEXTS)).rejects.toMatchObject({
      message: expect.stringContaining('nothing listens there'),
    });
    const silent = await startRawServer(() => {});
    servers.push(silent);
    await expect(
      rerankServer({ url: silent.url, timeoutMs: 50 }).rerank('q', TEXTS),
    ).rejects.toMatchObject({ message: expect.stringContaining('no answer within 0.05 s') });
  });
});
