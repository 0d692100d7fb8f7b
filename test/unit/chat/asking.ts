/** Asks a chat model of the stand-in server, and gathers what comes. */
import { afterEach } from 'vitest';
import type {
  ChatMessage,
  ChatModel,
  ChatOptions,
  ChatOutcome,
} from '../../../src/chat/chat-model.ts';
import { ChatError } from '../../../src/model/errors.ts';
import type { Clock } from '../../../src/server/retry.ts';
import { CHAT_MODEL, EMBEDDING_MODEL, type StandInModel } from '../../helpers/stand-in/models.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../helpers/stand-in/server.ts';

export const THINKER: StandInModel = {
  ...CHAT_MODEL,
  name: 'thinker:4b',
  capabilities: ['completion', 'thinking'],
};
export const GPT_OSS: StandInModel = { ...THINKER, name: 'gpt-oss:20b', family: 'gptoss' };
export const BARE: StandInModel = { ...CHAT_MODEL, name: 'bare:1b', template: '{{ .Prompt }}' };
export const R1: StandInModel = { ...CHAT_MODEL, name: 'deepseek-r1:7b', template: 'x' };
const MODELS: readonly StandInModel[] = [EMBEDDING_MODEL, CHAT_MODEL, THINKER, GPT_OSS, BARE, R1];

export const QUESTION: readonly ChatMessage[] = [
  { role: 'system', content: 'Be short.' },
  { role: 'user', content: 'なぜ空は青い？' },
];

/** No waiting between attempts. */
export const clock: Clock = { now: () => 0, sleep: async () => {}, random: () => 0 };

/** Starts servers that are closed behind each test of the file. */
export function servers(): (options?: StandInOptions) => Promise<StandIn> {
  const open: StandIn[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });
  return async (options = {}) => {
    const server = await startStandIn({ models: MODELS, ...options });
    open.push(server);
    return server;
  };
}

export interface Said {
  readonly text: string;
  readonly thinking: string;
  /** Text that was taken back. */
  readonly retracted: string;
  /** Null if it failed. */
  readonly outcome: ChatOutcome | null;
  readonly error: ChatError | null;
}

export async function say(
  model: ChatModel,
  options: ChatOptions = {},
  messages: readonly ChatMessage[] = QUESTION,
): Promise<Said> {
  const said = { text: '', thinking: '', retracted: '' };
  let outcome: ChatOutcome | null = null;
  try {
    for await (const event of model.chat(messages, options)) {
      if (outcome !== null) throw new Error('the outcome is the last event');
      if (event.type === 'text' || event.type === 'thinking') said[event.type] += event.text;
      else if (event.type === 'retracted') {
        said.retracted = said.text;
        said.text = '';
      } else outcome = event;
    }
    return { ...said, outcome, error: null };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { ...said, outcome: null, error };
  }
}

export function chatRequest(server: StandIn): { readonly path: string; readonly body: object } {
  const asked = server.requests.filter(({ path }) => /\/(?:chat|generate|completions)$/.test(path));
  const last = asked.at(-1);
  if (last === undefined) throw new Error('no chat request');
  return { path: last.path, body: last.body as object };
}

export function chatRequests(server: StandIn): number {
  return server.requests.filter(({ path }) => /\/(?:chat|generate|completions)$/.test(path)).length;
}
