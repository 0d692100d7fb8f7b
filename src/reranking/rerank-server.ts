/**
 * A reranker behind `POST …/rerank` as Cohere and Jina shaped it: llama.cpp's server, Text Embeddings Inference,
 * Infinity, vLLM and others speak it, and Open WebUI asks its external reranker so.
 */
import { EmbeddingError, RerankError } from '../model/errors.ts';
import type { Reranker } from '../model/types.ts';
import { bearerOf } from '../server/bearer.ts';
import { parseJson } from '../server/connection.ts';
import { type Endpoint, parseOllamaHost } from '../server/endpoint.ts';
import { type Answer, type Fetch, type Outcome, send } from '../server/http.ts';
import { classifyNetworkError } from '../server/network-errors.ts';
import { createNetworkFetch } from '../server/network-fetch.ts';
import { secretsOf } from '../server/secrets.ts';
import { readScores, wantsTexts } from './answers.ts';

/** How a rerank server is reached. */
export interface RerankServerOptions {
  /** Its address: `http://127.0.0.1:8080`, to which `/rerank` is added, or all of it (`…/v1/rerank`). */
  readonly url: string;
  /** The model, where the server has several. @default the server's own */
  readonly model?: string | undefined;
  /** Bearer token. */
  readonly apiKey?: string | undefined;
  /** Why there is no key, where one could be expected: said if the server wants one. */
  readonly whyNoKey?: string | undefined;
  /** Milliseconds for a request, which is made once: a search waits for it. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** @default undici's, with HTTP_PROXY, HTTPS_PROXY and NO_PROXY from the environment */
  readonly fetch?: Fetch | undefined;
}

const TIMEOUT_MS = 30_000;

/** What a question is made of. */
interface Question {
  readonly query: string;
  readonly texts: readonly string[];
}

/**
 * A reranker on a server. Asks nothing until it is used.
 *
 * @throws EmbeddingError `ENDPOINT_INVALID` for an address that is none, `ENDPOINT_UNAUTHORIZED` for a key that
 *   cannot be sent
 * @example
 * const reranker = rerankServer({ url: 'http://127.0.0.1:8080' });
 * const [score] = await reranker.rerank('埋め込み', ['文章のベクトル']);
 */
export function rerankServer(options: RerankServerOptions): Reranker {
  const { model, whyNoKey, timeoutMs = TIMEOUT_MS } = options;
  const endpoint = endpointOf(options.url);
  const url = /\/rerank(?:ing)?$/.test(endpoint.url) ? endpoint.url : `${endpoint.url}/rerank`;
  const authorization = bearerOf(options.apiKey) ?? endpoint.authorization;
  const fetch = options.fetch ?? createNetworkFetch();
  const secrets = secretsOf(authorization);
  /** What the server calls the passages. */
  let field: 'documents' | 'texts' = 'documents';
  const post = async (
    { query, texts }: Question,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> => {
    const named = model === undefined ? {} : { model };
    const body = { ...named, query, [field]: texts };
    return send(fetch, { url, body, authorization, secrets, timeoutMs, signal });
  };
  return {
    name: model ?? url,
    rerank: async (query, texts, { signal } = {}) => {
      const question = {
        query: query.toWellFormed(),
        texts: texts.map((one) => one.toWellFormed()),
      };
      let outcome = await post(question, signal);
      if (field === 'documents' && isAskingForTexts(outcome)) {
        field = 'texts';
        outcome = await post(question, signal);
      }
      return scoresOf(outcome, { url, timeoutMs, count: texts.length, whyNoKey });
    },
  };
}

/**
 * An address with all of its path: `…/v1` is part of it. One without scheme would get the port of Ollama, which
 * does not rerank.
 */
function endpointOf(url: string): Endpoint {
  const endpoint = /^\s*https?:\/\//i.test(url) ? parseOllamaHost(url) : null;
  if (endpoint !== null) return endpoint;
  const message =
    'The address of a rerank server begins with http:// or https://, such as http://127.0.0.1:8080.';
  throw new EmbeddingError('ENDPOINT_INVALID', message);
}

function isAskingForTexts(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && wantsTexts(outcome.answer.status, outcome.answer.body);
}

interface Asked {
  readonly url: string;
  readonly timeoutMs: number;
  readonly count: number;
  readonly whyNoKey: string | undefined;
}

function scoresOf(outcome: Outcome, asked: Asked): readonly number[] {
  const { url, timeoutMs, count } = asked;
  const fail = (what: string, cause?: unknown): never => {
    throw new RerankError(`Rerank server ${url}: ${what}.`, { cause });
  };
  switch (outcome.kind) {
    case 'timeout':
      return fail(`no answer within ${timeoutMs / 1000} s`);
    case 'endless':
      return fail('the answer is longer than any that was asked for');
    case 'network':
      return fail(classifyNetworkError(outcome.error).what, outcome.error);
    case 'answer': {
      const { answer } = outcome;
      if (answer.status < 200 || answer.status >= 300) return fail(whatOf(answer, asked));
      return (
        readScores(parseJson(answer.body), count) ??
        fail('it does not answer with a score for every passage')
      );
    }
  }
}

/** What an answer that is no success means; its body may repeat the texts. */
function whatOf({ status }: Answer, { whyNoKey }: Asked): string {
  const http = ` (HTTP ${status})`;
  if (status === 401 || status === 403) {
    const why = whyNoKey === undefined ? '' : `; ${whyNoKey}`;
    return `it wants a key, or another one${http}${why}`;
  }
  if (status === 404 || status === 405) return `it does not rerank at this address${http}`;
  if (status >= 300 && status < 400) return `it redirects, which is not followed${http}`;
  return `it answers with an error${http}`;
}
