/** Which model answers: the one that was named, or the only one of the server that chats. */
import pLimit from 'p-limit';
import { ChatError } from '../model/errors.ts';
import { ADVICE } from '../server/advice.ts';
import type { ServerClient } from '../server/client.ts';
import { type Connection, placeOf } from '../server/connection.ts';
import { listNames, matchModelName, type NamedModel } from '../server/model-names.ts';
import { findOllamaBehind, notNow } from '../server/presence.ts';
import {
  fetchModels,
  fetchOpenWebUiList,
  type ListedModel,
  type OpenWebUiModel,
} from '../server/server-models.ts';
import { toChatError } from './chat-errors.ts';
import { type ShownModel, showModel } from './show-model.ts';

/** A model that chats, and who has it. */
export type ChosenModel =
  | { readonly via: 'ollama'; readonly model: ShownModel }
  | { readonly via: 'open-webui'; readonly model: OpenWebUiModel };

interface Lists {
  readonly ollama: readonly ListedModel[];
  /** What Open WebUI alone has: other connections, presets, functions. */
  readonly others: readonly OpenWebUiModel[];
}

/**
 * Resolves a typed name against the server's lists, or takes the only model that chats.
 *
 * @throws ChatError `MODEL_REQUIRED` with the choice, `MODEL_NOT_FOUND` with near misses,
 *   `MODEL_NOT_CHATTING`; EmbeddingError if the server cannot be asked
 */
export async function chooseChatModel(
  client: ServerClient,
  typed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ChosenModel> {
  const lists = await fetchLists(client, signal);
  if (typed === undefined || typed.trim() === '') return onlyChatting(client, lists, signal);
  const all = [...lists.ollama, ...lists.others.map(({ name }) => ({ name, digest: null }))];
  const name = pickName(client.connection, typed, all);
  const other = lists.others.find((each) => each.name === name);
  if (other !== undefined) return { via: 'open-webui', model: other };
  const listed = lists.ollama.find((each) => each.name === name);
  if (listed === undefined) throw new Error('pickName takes names of the lists');
  const model = await showModel(client, listed, signal);
  if (!model.canChat) {
    const what = 'the model cannot chat';
    const advice = ADVICE.chatModel;
    const verdict = { action: 'fail', code: 'MODEL_NOT_CHATTING', what, advice } as const;
    throw toChatError(client.connection, verdict, { model: name });
  }
  return { via: 'ollama', model };
}

/**
 * A typed name as the list has it.
 *
 * @throws ChatError `MODEL_REQUIRED` if it may be several, `MODEL_NOT_FOUND`
 */
export function pickName(
  connection: Connection,
  typed: string,
  models: readonly NamedModel[],
): string {
  const match = matchModelName(typed, models);
  const where = placeOf(connection);
  switch (match.found) {
    case 'one':
      return match.name;
    case 'several': {
      const message = `${where}: ${typed} may be any of ${listNames(match.names)}. Name it in full.`;
      throw new ChatError('MODEL_REQUIRED', message);
    }
    case 'none': {
      const hint = match.near.length > 0 ? ` Did you mean ${match.near.join(' or ')}?` : '';
      const message = `${where}: it has no model ${typed}, or not for this user.${hint}`;
      throw new ChatError('MODEL_NOT_FOUND', message, { remedy: { code: 'models' } });
    }
  }
}

/**
 * The only one, or an error with the list.
 *
 * @throws ChatError `MODEL_REQUIRED`
 */
export function onlyOne<T extends { readonly name: string }>(
  connection: Connection,
  models: readonly T[],
): T {
  const [only, ...others] = models;
  const where = placeOf(connection);
  if (only === undefined) {
    const message = `${where}: no model there is known to chat.`;
    throw new ChatError('MODEL_REQUIRED', message, { remedy: { code: 'models' } });
  }
  if (others.length === 0) return only;
  const names = listNames(models.map(({ name }) => name));
  const message = `${where}: several models can chat (${names}). Name one.`;
  throw new ChatError('MODEL_REQUIRED', message);
}

async function fetchLists(client: ServerClient, signal: AbortSignal | undefined): Promise<Lists> {
  const ollama = await fetchModels(client, { signal });
  if (client.server.kind === 'ollama') return { ollama, others: [] };
  const known = new Set(ollama.map(({ name }) => name));
  const all = await fetchOpenWebUiList(client, signal);
  const others = all.filter(({ name }) => !known.has(name));
  if (ollama.length > 0 || others.length > 0) return { ollama, others };
  // Nothing at all may be an outage of what is behind it.
  const behind = await findOllamaBehind(client, signal);
  if (behind !== null) throw notNow(client, behind);
  return { ollama, others };
}

async function onlyChatting(
  client: ServerClient,
  { ollama, others }: Lists,
  signal: AbortSignal | undefined,
): Promise<ChosenModel> {
  const shown = await thatChat(client, ollama, signal);
  const choices: readonly (ChosenModel & { readonly name: string })[] = [
    ...shown.map((model) => ({ via: 'ollama' as const, model, name: model.name })),
    ...others.map((model) => ({ via: 'open-webui' as const, model, name: model.name })),
  ];
  return onlyOne(client.connection, choices);
}

/** `/api/show` requests in flight at once. */
const SHOWS_IN_FLIGHT = 4;

/** Enough to know that there are several. */
const MAX_ASKED = 50;

/** Those that the list does not rule out are asked about one by one, since lists can be wrong. */
async function thatChat(
  client: ServerClient,
  models: readonly ListedModel[],
  signal: AbortSignal | undefined,
): Promise<readonly ShownModel[]> {
  const possible = models.filter(
    ({ capabilities }) => capabilities === null || capabilities.includes('completion'),
  );
  const limit = pLimit(SHOWS_IN_FLIGHT);
  const shown = await Promise.all(
    possible.slice(0, MAX_ASKED).map((model) => limit(() => showModel(client, model, signal))),
  );
  return shown.filter(({ canChat }) => canChat);
}
