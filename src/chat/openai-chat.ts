/**
 * A chat model behind any base URL with OpenAI's API: llama.cpp's server, vLLM, LM Studio. Such a server
 * cannot be told the length of its context: it has the one that it was started with.
 */
import { EmbeddingError } from '../model/errors.ts';
import { classifyAnswer } from '../server/classify.ts';
import {
  connectClient,
  createConnection,
  type ServerClient,
  type ServerOptions,
} from '../server/client.ts';
import { ask, jsonReader } from '../server/connection.ts';
import { type Endpoint, parseOllamaHost } from '../server/endpoint.ts';
import { arrayAt, countAt, textAt, valueAt } from '../server/json-values.ts';
import { memoize } from '../server/memoize.ts';
import { findModelFamily } from '../server/model-families.ts';
import { asChat } from './chat-errors.ts';
import type { ChatIdentity, ChatModel } from './chat-model.ts';
import { checkRequest, wellFormed } from './check-request.ts';
import { onlyOne, pickName } from './choose-chat-model.ts';
import { CompletionsReader, toCompletionsBody } from './completions-wire.ts';
import { isReasoning } from './show-model.ts';
import { streamAnswer } from './stream-answer.ts';
import { type TimeoutOptions, timeoutsOf } from './timeouts.ts';

/** What `openAiChat` can be told. */
export interface OpenAiChatOptions
  extends Omit<ServerOptions, 'endpoint' | 'apiKey' | 'kind' | 'whyNoKey'>,
    TimeoutOptions {
  /** The base URL, with or without `/v1`: `http://localhost:8080`, `https://example.org/api/v1`. */
  readonly endpoint: string;
  /** Bearer token. @default none */
  readonly apiKey?: string | undefined;
  /** The model as the server lists it. @default its only one that does not embed */
  readonly model?: string | undefined;
}

interface Found {
  readonly client: ServerClient;
  readonly baseUrl: string;
  readonly identity: ChatIdentity;
}

/**
 * A chat model of a server with OpenAI's API. Asks nothing until it is used.
 *
 * @throws EmbeddingError `ENDPOINT_INVALID`; UsageError `USAGE` for a number out of range.
 */
export function openAiChat(options: OpenAiChatOptions): ChatModel {
  const endpoint = toBase(options.endpoint);
  const connection = createConnection({ ...options, endpoint }, 'Chat server');
  const timeouts = timeoutsOf(options);
  const find = memoize((signal) =>
    asChat(async (): Promise<Found> => {
      const { apiKey } = options;
      // The kind is said so that nobody asks for it; it is none of the two.
      const client = await connectClient(connection, { apiKey, kind: 'ollama' }, signal);
      const anonymous = { ...client, connection: { ...client.connection, kind: null } };
      return findModel(anonymous, options.model, signal);
    }),
  );
  return {
    identity: async ({ signal } = {}) => (await find(signal)).identity,
    chat: async function* chat(messages, asked = {}) {
      checkRequest(messages, asked);
      const { signal, maxTokens } = asked;
      const { client, baseUrl, identity } = await find(signal);
      const { model, contextTokens } = identity;
      yield* streamAnswer(client.connection, {
        url: `${baseUrl}/chat/completions`,
        body: toCompletionsBody(model, wellFormed(messages), asked),
        authorization: client.authorization,
        ...{ server: 'openai', model, timeouts, signal },
        reader: new CompletionsReader({ maxTokens, contextTokens }, 'word'),
        thinkingInContent: isReasoning(model) ? 'likely' : 'unlikely',
      });
    },
  };
}

/** By the rules that keep a path, other than those for addresses of Ollama and Open WebUI. */
function toBase(typed: string): Endpoint {
  const endpoint = parseOllamaHost(typed);
  if (endpoint === null) throw new EmbeddingError('ENDPOINT_INVALID', 'The endpoint is empty.');
  const url = endpoint.url.replace(/\/(?:chat\/completions|models)$/, '');
  return { ...endpoint, url };
}

async function findModel(
  client: ServerClient,
  typed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const { url } = client.connection.endpoint;
  const baseUrl = /\/v\d+$/.test(url) ? url : `${url}/v1`;
  const entries = arrayAt(await fetchJson(client, `${baseUrl}/models`, signal), 'data');
  const models = entries.flatMap((entry) => {
    const name = textAt(entry, 'id');
    return name === null ? [] : [{ name, digest: null, entry }];
  });
  const chatting = models.filter(({ name }) => findModelFamily(name) === null);
  const name =
    typed === undefined || typed.trim() === ''
      ? onlyOne(client.connection, chatting).name
      : pickName(client.connection, typed, models);
  const entry = models.find((each) => each.name === name)?.entry;
  const contextTokens = await contextOf(client, { baseUrl, entry }, signal);
  const maxContextTokens = countAt(valueAt(entry, 'meta'), 'n_ctx_train') ?? contextTokens;
  const identity = { model: name, contextTokens, maxContextTokens, canThink: null };
  return { client, baseUrl, identity };
}

/** vLLM says it in its list, llama.cpp's server on a page of its own; others do not. */
async function contextOf(
  client: ServerClient,
  { baseUrl, entry }: { readonly baseUrl: string; readonly entry: unknown },
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const listed = countAt(entry, 'max_model_len');
  if (listed !== null || textAt(entry, 'owned_by') !== 'llamacpp') return listed;
  try {
    const props = await fetchJson(client, `${baseUrl.replace(/\/v\d+$/, '')}/props`, signal);
    return countAt(valueAt(props, 'default_generation_settings'), 'n_ctx');
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

/** By the status alone: texts of other servers mean other things than Ollama's. */
function fetchJson(
  { connection, authorization }: ServerClient,
  url: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const readJson = jsonReader('ollama');
  return ask(connection, {
    ...{ url, authorization, signal },
    read: (answer) => {
      if (answer.status >= 200 && answer.status < 300) return readJson(answer);
      const { status } = answer;
      const bare = { status, contentType: 'application/json', body: '' };
      return { ok: false, verdict: classifyAnswer(bare, 'ollama') };
    },
  });
}
