/**
 * What a server offers. Servers since Ollama 0.30 say it in the list itself; older ones are asked
 * model by model, a few at a time; what cannot be learned stays null and is never made up.
 */
import pLimit from 'p-limit';
import { ADVICE } from './advice.ts';
import type { ServerClient } from './client.ts';
import { ask, jsonReader, type Reading } from './connection.ts';
import type { Answer } from './http.ts';
import { arrayAt, countAt, countBySuffix, modifiedAtOf, textAt, valueAt } from './json-values.ts';
import { findModelFamily } from './model-families.ts';
import { findPresence } from './presence.ts';
import type { ServerKind } from './server-kind.ts';
import type { Verdict } from './verdict.ts';

/** A model as a server lists it. */
export interface ServerModel {
  /** The name to ask for, to the letter. */
  readonly name: string;
  /** Whether umekomi can embed with it; null if the server does not say. */
  readonly canEmbed: boolean | null;
  /** Length of its vectors; null if unknown. */
  readonly dimensions: number | null;
  /** The most tokens it reads, as the model file says; null if unknown. */
  readonly contextTokens: number | null;
  /** Hex digits; null if the server gives none. */
  readonly digest: string | null;
  /** Bytes; null if unknown. */
  readonly size: number | null;
  /** `open-webui` for models that only Open WebUI itself has: they cannot be used to embed. */
  readonly via: ServerKind;
}

/** A model of a list, with what only umekomi itself needs. */
export interface ListedModel extends ServerModel {
  /** When its manifest was written, in the server's own words; null if it does not say. */
  readonly modifiedAt: string | null;
  /** What it can do, as the list says: `completion`, `embedding`, `thinking` …; null if it does not say. */
  readonly capabilities: readonly string[] | null;
}

/** `/api/show` requests in flight at once: each only reads a file's header. */
const SHOWS_IN_FLIGHT = 4;

/** More are not asked about one by one: a hundred take a second, and most people have ten. */
const MAX_SHOWN = 200;

/** A list must end. No server has a tenth of it. */
const MAX_MODELS = 10_000;

/** Longer than the path of any model on any registry. In UTF-16 units. */
const MAX_NAME_LENGTH = 500;

/** What one request may do. */
export interface ModelQuery {
  readonly signal?: AbortSignal | undefined;
  /** A model that was there before: the server is given time to list it again, unless it is gone. */
  readonly expected?: string | undefined;
}

/** The Ollama models in the list, as far as the list tells. Sorted as the server sorts them. */
export async function fetchModels(
  client: ServerClient,
  { signal, expected }: ModelQuery = {},
): Promise<readonly ListedModel[]> {
  const readJson = jsonReader(client.server.kind);
  const readList = (answer: Answer): Reading<readonly ListedModel[]> => {
    const reading = readJson(answer);
    return reading.ok ? { ok: true, value: toModels(reading.value) } : reading;
  };
  const query = {
    url: `${client.server.ollamaUrl}/api/tags`,
    authorization: client.authorization,
    signal,
  };
  if (expected === undefined) {
    return ask(client.connection, { ...query, read: readList, limits: { waitForServer: false } });
  }
  return ask(client.connection, {
    ...query,
    model: expected,
    read: (answer) => withModel(readList(answer), expected),
    review: (verdict) => reviewMissing(client, { model: expected, verdict, signal }),
  });
}

function toModels(answer: unknown): readonly ListedModel[] {
  return arrayAt(answer, 'models')
    .slice(0, MAX_MODELS)
    .flatMap((entry) => toModel(entry));
}

function withModel(
  reading: Reading<readonly ListedModel[]>,
  model: string,
): Reading<readonly ListedModel[]> {
  if (!reading.ok || reading.value.some(({ name }) => name === model)) return reading;
  const what = 'the model is not in its list';
  const advice = ADVICE.pullModel;
  return { ok: false, verdict: { action: 'check-model', code: 'MODEL_NOT_FOUND', what, advice } };
}

/** A verdict that needs another look at the server, and what it is about. */
export interface MissingModel {
  readonly model: string;
  readonly verdict: Verdict;
  readonly signal: AbortSignal | undefined;
}

/** The last word on a model that is said not to be there: gone, or only out of sight. */
export async function reviewMissing(
  client: ServerClient,
  { model, verdict, signal }: MissingModel,
): Promise<Verdict> {
  if (verdict.action !== 'check-model') return verdict;
  const presence = await findPresence(client, model, signal);
  if (presence !== 'there') return presence;
  const what = 'the server has the model, and does not find it this time';
  return { action: 'retry', code: 'ENDPOINT_FAILED', what, advice: ADVICE.serverLog };
}

/** One model with what `/api/show` adds; as it was if the server does not let us look. */
export async function describeModel<T extends ServerModel>(
  client: ServerClient,
  model: T,
  { signal }: Pick<ModelQuery, 'signal'> = {},
): Promise<T> {
  try {
    const answer = await ask(client.connection, {
      url: `${client.server.ollamaUrl}/api/show`,
      body: { model: model.name },
      authorization: client.authorization,
      read: jsonReader(client.server.kind),
      signal,
      model: model.name,
    });
    return withDetails(model, answer);
  } catch {
    signal?.throwIfAborted();
    return { ...model, canEmbed: model.canEmbed ?? guessFromFamily(model.name) };
  }
}

/** Whether the list tells all there is to know of a model. */
export function isDescribed({ canEmbed, contextTokens }: ServerModel): boolean {
  return canEmbed !== null && contextTokens !== null;
}

/**
 * Several models, described a few at a time; same order. Of very many nothing is asked: what the list and
 * the names tell has to do.
 */
export async function describeModels<T extends ServerModel>(
  client: ServerClient,
  models: readonly T[],
  query: Pick<ModelQuery, 'signal'> = {},
): Promise<readonly T[]> {
  if (models.length > MAX_SHOWN) {
    return models.map((model) => ({
      ...model,
      canEmbed: model.canEmbed ?? guessFromFamily(model.name),
    }));
  }
  const limit = pLimit(SHOWS_IN_FLIGHT);
  return Promise.all(models.map((model) => limit(() => describeModel(client, model, query))));
}

/**
 * Models of Open WebUI that its Ollama does not have (OpenAI connections, functions, presets).
 * Empty if the key may not list them.
 */
export async function fetchOpenWebUiModels(
  client: ServerClient,
  known: readonly ServerModel[],
  { signal }: ModelQuery = {},
): Promise<readonly ServerModel[]> {
  const names = new Set(known.map(({ name }) => name));
  return (await fetchOpenWebUiList(client, signal))
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({ ...UNKNOWN, name, canEmbed: false, via: 'open-webui' as const }));
}

/** A model in the list of Open WebUI itself. */
export interface OpenWebUiModel {
  readonly name: string;
  /** Whether an Ollama answers behind it, as of a preset made of one of its models. */
  readonly isOllama: boolean;
}

/** Everything that Open WebUI lists, models of Ollama included. Empty if the key may not list them. */
export async function fetchOpenWebUiList(
  client: ServerClient,
  signal: AbortSignal | undefined,
): Promise<readonly OpenWebUiModel[]> {
  try {
    const answer = await ask(client.connection, {
      url: `${client.server.rootUrl}/api/models`,
      authorization: client.authorization,
      read: jsonReader(client.server.kind),
      signal,
    });
    return arrayAt(answer, 'data')
      .slice(0, MAX_MODELS)
      .map((entry) => ({
        name: textAt(entry, 'id') ?? '',
        isOllama: textAt(entry, 'owned_by') === 'ollama',
      }))
      .filter(({ name }) => name !== '' && isName(name));
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}

const UNKNOWN = { dimensions: null, contextTokens: null, digest: null, size: null };

function toModel(entry: unknown): readonly ListedModel[] {
  const name = textAt(entry, 'model') ?? textAt(entry, 'name');
  if (name === null || !isName(name)) return [];
  const details = valueAt(entry, 'details');
  return [
    {
      name,
      canEmbed: canEmbed(entry),
      dimensions: countAt(details, 'embedding_length'),
      contextTokens: countAt(details, 'context_length'),
      digest: digestOf(entry),
      size: countAt(entry, 'size'),
      modifiedAt: modifiedAtOf(entry),
      capabilities: capabilitiesOf(entry),
      via: 'ollama',
    },
  ];
}

/** Opaque, but no text: it is stored, compared and printed. Ollama's is the SHA-256 of the model's manifest. */
function digestOf(entry: unknown): string | null {
  const digest = textAt(entry, 'digest');
  return digest !== null && /^[\x21-\x7e]{1,200}$/.test(digest) ? digest : null;
}

/** No real name has control characters; one that has them is after the terminal. */
function isName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
}

/** `model_info` names its keys after the architecture: `bert.embedding_length`. */
function withDetails<T extends ServerModel>(model: T, shown: unknown): T {
  const info = valueAt(shown, 'model_info');
  return {
    ...model,
    // Lists read of a model file what comes first in it, and may take an embedding model for another.
    canEmbed: canEmbed(shown) ?? model.canEmbed ?? guessFromFamily(model.name),
    dimensions: model.dimensions ?? countBySuffix(info, '.embedding_length'),
    contextTokens: model.contextTokens ?? countBySuffix(info, '.context_length'),
  };
}

function canEmbed(entry: unknown): boolean | null {
  return capabilitiesOf(entry)?.includes('embedding') ?? null;
}

/** What a model can do, in a list and in what `/api/show` says; null if nothing is said. */
export function capabilitiesOf(entry: unknown): readonly string[] | null {
  const capabilities = arrayAt(entry, 'capabilities');
  return capabilities.length === 0 ? null : capabilities.filter((each) => typeof each === 'string');
}

/** Servers before 0.6.4 do not name capabilities; an embedding family does it by its name. */
function guessFromFamily(name: string): boolean | null {
  return findModelFamily(name) !== null ? true : null;
}
