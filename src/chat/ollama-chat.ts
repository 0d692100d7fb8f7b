/**
 * The chat model that people have: on Ollama, itself or behind Open WebUI.
 *
 * Models of an Ollama are asked over its own wire, also through Open WebUI, because that tells how an answer
 * ended. Only what Open WebUI alone has (other connections, presets, functions) goes over its
 * `/api/chat/completions`.
 */
import { ChatError } from '../model/errors.ts';
import {
  connectClient,
  createConnection,
  type ServerClient,
  type ServerOptions,
} from '../server/client.ts';
import { memoize } from '../server/memoize.ts';
import { reviewMissing } from '../server/server-models.ts';
import { asChat } from './chat-errors.ts';
import type { ChatEvent, ChatIdentity, ChatMessage, ChatModel, ChatOptions } from './chat-model.ts';
import { checkRequest, wellFormed } from './check-request.ts';
import { type ChosenModel, chooseChatModel } from './choose-chat-model.ts';
import { CompletionsReader, toOpenWebUiBody } from './completions-wire.ts';
import {
  OllamaReader,
  toChatBody,
  toGenerateBody,
  toRawBody,
  toTranscript,
} from './ollama-wire.ts';
import { type ChatVerdict, forChat } from './server-words.ts';
import { isReasoning, loadedContext, type ShownModel, thinkFor } from './show-model.ts';
import { type ChatQuestion, streamAnswer, type TokenTimeouts } from './stream-answer.ts';
import { type TimeoutOptions, timeoutsOf } from './timeouts.ts';

/** What `ollamaChat` can be told. Everything has a default. */
export interface OllamaChatOptions extends ServerOptions, TimeoutOptions {
  /**
   * The model as people type it: `gemma3`, `qwen3:8b`, an Open WebUI id.
   * @default the only model of the server that chats
   */
  readonly model?: string | undefined;
}

/**
 * Tokens of a context, where nothing is loaded and the model says nothing: some passages and an answer. The
 * server's own depends on its memory, from 4,096 to 262,144.
 */
const DEFAULT_CONTEXT_TOKENS = 8_192;

interface Found {
  readonly client: ServerClient;
  readonly chosen: ChosenModel;
  readonly identity: ChatIdentity;
  /** Tokens that the server is told, where it can be told. */
  readonly contextTokens: number;
}

/**
 * A chat model on Ollama or Open WebUI. Asks nothing until it is used.
 *
 * @throws EmbeddingError `ENDPOINT_INVALID`; UsageError `USAGE` for a number out of range.
 * @example
 * const model = ollamaChat({ model: 'gemma3' });
 * for await (const event of model.chat([{ role: 'user', content: 'なぜ空は青い？' }])) { … }
 */
export function ollamaChat(options: OllamaChatOptions = {}): ChatModel {
  const connection = createConnection(options, 'Chat server');
  const timeouts = timeoutsOf(options);
  const find = memoize((signal) =>
    asChat(async (): Promise<Found> => {
      const client = await connectClient(connection, options, signal);
      const chosen = await chooseChatModel(client, options.model, signal);
      return describe(client, chosen, signal);
    }),
  );
  return {
    identity: async ({ signal } = {}) => (await find(signal)).identity,
    chat: (messages, asked = {}) => answer(find, timeouts, { messages, options: asked }),
  };
}

interface Asked {
  readonly messages: readonly ChatMessage[];
  readonly options: ChatOptions;
}

async function* answer(
  find: (signal?: AbortSignal) => Promise<Found>,
  timeouts: TokenTimeouts,
  { messages, options }: Asked,
): AsyncGenerator<ChatEvent, undefined> {
  checkRequest(messages, options);
  const found = await find(options.signal);
  const asked = { messages: wellFormed(messages), options };
  const { chosen, client } = found;
  const common = {
    authorization: client.authorization,
    server: client.server.kind,
    model: found.identity.model,
    ...{ timeouts, signal: options.signal },
    review: (verdict: ChatVerdict) => review(found, verdict, options.signal),
  };
  if (chosen.via === 'open-webui') {
    const wire = askOpenWebUi(found, chosen.model, asked);
    return yield* streamAnswer(client.connection, { ...wire, ...common });
  }
  const [wire, other] = askOllama(found, chosen.model, asked);
  try {
    yield* streamAnswer(client.connection, { ...wire, ...common });
  } catch (error) {
    if (other === undefined || !isRouteMissing(error)) throw error;
    yield* streamAnswer(client.connection, { ...other, ...common });
  }
}

/** Nothing was said before it: a route that is not there answers nothing. */
function isRouteMissing(error: unknown): boolean {
  const isNotChatting = error instanceof ChatError && error.code === 'ENDPOINT_NOT_CHATTING';
  return isNotChatting && (error.status === 404 || error.status === 405);
}

type Wire = Pick<ChatQuestion, 'url' | 'body' | 'reader' | 'thinkingInContent'>;

/** How a model of an Ollama is asked, and how else if that route is not let through to it. */
function askOllama(
  { client, contextTokens }: Found,
  model: ShownModel,
  { messages, options }: Asked,
): readonly [Wire, Wire?] {
  const { kind, ollamaUrl } = client.server;
  const context = options.contextTokens ?? contextTokens;
  const most = model.maxContextTokens ?? Number.POSITIVE_INFINITY;
  const bounds = { maxTokens: options.maxTokens, contextTokens: Math.min(context, most) };
  const { thinkingInContent, hasNoTemplate } = model;
  const request = {
    ...{ model: model.name, options, contextTokens: context },
    think: thinkFor(options.think ?? false, model),
  };
  const wire = (route: 'chat' | 'generate', body: object): Wire => {
    const reader = new OllamaReader(bounds);
    return { url: `${ollamaUrl}/api/${route}`, body, reader, thinkingInContent };
  };
  // Open WebUI's generate drops `truncate`: a prompt could be cut unnoticed.
  if (kind === 'open-webui') {
    // Without a template a message is read as it is, so that one message says the same.
    const one = [{ role: 'user', content: toTranscript(messages) }] as const;
    return [wire('chat', toChatBody(hasNoTemplate ? one : messages, request))];
  }
  if (hasNoTemplate) return [wire('generate', toRawBody(messages, request))];
  return [
    wire('chat', toChatBody(messages, request)),
    wire('generate', toGenerateBody(messages, request)),
  ];
}

function askOpenWebUi(
  { client, contextTokens }: Found,
  { name, isOllama }: { readonly name: string; readonly isOllama: boolean },
  asked: Asked,
): Wire {
  const { maxTokens, think = false } = asked.options;
  const context = asked.options.contextTokens ?? contextTokens;
  const ollama = isOllama ? { contextTokens: context, think } : null;
  const bounds = { maxTokens, contextTokens: isOllama ? context : null };
  return {
    url: `${client.server.rootUrl}/api/chat/completions`,
    body: toOpenWebUiBody(name, asked, ollama),
    reader: new CompletionsReader(bounds, isOllama ? 'counts' : 'either'),
    thinkingInContent: isReasoning(name) ? 'likely' : 'unlikely',
  };
}

async function describe(
  client: ServerClient,
  chosen: ChosenModel,
  signal: AbortSignal | undefined,
): Promise<Found> {
  if (chosen.via === 'open-webui') {
    const { name, isOllama } = chosen.model;
    const contextTokens = DEFAULT_CONTEXT_TOKENS;
    const identity: ChatIdentity = {
      model: name,
      contextTokens: isOllama ? contextTokens : null,
      ...{ maxContextTokens: null, canThink: null },
    };
    return { client, chosen, identity, contextTokens };
  }
  const { name, canThink, maxContextTokens, ownContextTokens } = chosen.model;
  const loaded = await loadedContext(client, name, signal);
  const wanted = loaded ?? ownContextTokens ?? DEFAULT_CONTEXT_TOKENS;
  const contextTokens = Math.min(wanted, maxContextTokens ?? wanted);
  const identity = { model: name, contextTokens, maxContextTokens, canThink };
  return { client, chosen, identity, contextTokens };
}

/** Open WebUI's "was not found" may be an outage of the Ollama behind it. */
async function review(
  { client, chosen }: Found,
  verdict: ChatVerdict,
  signal: AbortSignal | undefined,
): Promise<ChatVerdict> {
  if (verdict.action !== 'check-model') return verdict;
  if (chosen.via === 'open-webui') return { ...verdict, action: 'fail' };
  const model = chosen.model.name;
  const missing = { ...verdict, code: 'MODEL_NOT_FOUND' } as const;
  return forChat(await reviewMissing(client, { model, verdict: missing, signal }));
}
