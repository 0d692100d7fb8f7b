/** What `/api/show` says of a chat model. */

import type { ServerClient } from '../server/client.ts';
import { ask, jsonReader } from '../server/connection.ts';
import { arrayAt, countAt, countBySuffix, textAt, valueAt } from '../server/json-values.ts';
import { findModelFamily } from '../server/model-families.ts';
import { capabilitiesOf, type ListedModel } from '../server/server-models.ts';
import type { Thinking } from './chat-model.ts';
import type { ThinkingInContent } from './think-tags.ts';

/** A model of an Ollama, as far as chat goes. */
export interface ShownModel {
  readonly name: string;
  readonly canChat: boolean;
  /** null if the server does not say. */
  readonly canThink: boolean | null;
  /** Whether it takes levels of thinking, and cannot be told to think none: gpt-oss. */
  readonly hasLevels: boolean;
  readonly thinkingInContent: ThinkingInContent;
  /** Whether the model was made without a template for conversations. */
  readonly hasNoTemplate: boolean;
  /** The most tokens it was made for; null if unknown. */
  readonly maxContextTokens: number | null;
  /** What its own parameters say; null if nothing. */
  readonly ownContextTokens: number | null;
}

/**
 * One model, asked for by name. Lists read of a model file what comes first in it, and may take an embedding
 * model for one that chats: what is shown wins.
 *
 * @throws EmbeddingError if the server does not show it; the signal's reason on abort.
 */
export async function showModel(
  client: ServerClient,
  listed: ListedModel,
  signal: AbortSignal | undefined,
): Promise<ShownModel> {
  const { name } = listed;
  const shown = await ask(client.connection, {
    url: `${client.server.ollamaUrl}/api/show`,
    body: { model: name },
    authorization: client.authorization,
    read: jsonReader(client.server.kind),
    signal,
    model: name,
  });
  return toShown(listed, shown);
}

function toShown({ name, ...listed }: ListedModel, shown: unknown): ShownModel {
  const info = valueAt(shown, 'model_info');
  const capabilities = capabilitiesOf(shown) ?? listed.capabilities;
  const canThink = capabilities?.includes('thinking') ?? null;
  const template = valueAt(shown, 'template');
  const parameters = textAt(shown, 'parameters') ?? '';
  const own = /^num_ctx\s+(\d+)/m.exec(parameters)?.[1];
  return {
    name,
    canChat: capabilities?.includes('completion') ?? !isEmbedding(name, info),
    canThink,
    hasLevels: /^gpt-?oss/.test(textAt(info, 'general.architecture') ?? '') || isGptOss(name),
    thinkingInContent: mayThinkInContent(name, { canThink, shown }) ? 'likely' : 'unlikely',
    hasNoTemplate: typeof template === 'string' && isBare(template) && !hasParser(shown),
    maxContextTokens: countBySuffix(info, '.context_length') ?? listed.contextTokens,
    ownContextTokens: own === undefined ? null : Number(own),
  };
}

/** Servers before 0.6.4 name no capabilities. Only models that embed have a way of pooling. */
function isEmbedding(name: string, info: unknown): boolean {
  const keys = typeof info === 'object' && info !== null ? Object.keys(info) : [];
  return findModelFamily(name) !== null || keys.some((key) => key.endsWith('.pooling_type'));
}

function isGptOss(name: string): boolean {
  return /(?:^|[^a-z])gpt-?oss/i.test(name);
}

/** Ollama's stand-in for a template that a file does not have. */
function isBare(template: string): boolean {
  return /^\s*(?:\{\{-?\s*\.Prompt\s*-?\}\}\s*)?$/.test(template);
}

/** Models whose conversation is put together in Ollama itself have names for that instead of a template. */
function hasParser(shown: unknown): boolean {
  return textAt(shown, 'renderer') !== null || textAt(shown, 'parser') !== null;
}

/** Models that always think, by their names. */
const REASONING =
  /deepseek-?r1|(?:^|[^a-z])qwq|think(?:ing)?(?:[^a-z]|$)|reason(?:ing|er)|magistral|openthinker|(?:^|[^a-z])r1[-:]/i;

/** Whether a model is known to think, from its name alone. */
export function isReasoning(name: string): boolean {
  return REASONING.test(name);
}

/**
 * A template that does not ask whether to think cannot be told not to: such a model reasons inside its
 * content, often without a start tag, which the template itself wrote.
 */
function mayThinkInContent(
  name: string,
  { canThink, shown }: { readonly canThink: boolean | null; readonly shown: unknown },
): boolean {
  if (canThink !== true && !isReasoning(name)) return false;
  const isSwitchable = /\.(?:IsThinkSet|ThinkLevel|Think)\b/.test(textAt(shown, 'template') ?? '');
  return !isSwitchable && !hasParser(shown);
}

/**
 * What a model is told about thinking; undefined for nothing. `true` for a model that cannot is an error of
 * the server, and so is a level.
 */
export function thinkFor(
  wanted: Thinking,
  { canThink, hasLevels }: Pick<ShownModel, 'canThink' | 'hasLevels'>,
): Thinking | undefined {
  if (hasLevels) {
    if (wanted === true) return 'medium';
    return wanted === false ? 'low' : wanted;
  }
  if (canThink === true) return wanted !== false;
  return wanted === false ? undefined : true;
}

/**
 * The context with which a model is loaded now; null if it is not, or nothing is said. Another one would
 * make the server load it anew. Open WebUI tells it admins only, so only Ollama itself is asked.
 */
export async function loadedContext(
  client: ServerClient,
  model: string,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  if (client.server.kind !== 'ollama') return null;
  try {
    const answer = await ask(client.connection, {
      url: `${client.server.ollamaUrl}/api/ps`,
      authorization: client.authorization,
      read: jsonReader('ollama'),
      signal,
      limits: { retries: 0 },
    });
    const loaded = arrayAt(answer, 'models').find((each) => textAt(each, 'model') === model);
    return countAt(loaded, 'context_length');
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}
