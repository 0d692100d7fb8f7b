/**
 * What a server offers. Servers since Ollama 0.30 say it in the list itself; older ones are asked
 * model by model, a few at a time; what cannot be learned stays null and is never made up.
 */
import pLimit from 'p-limit';
import { ADVICE } from './advice.ts';
import type { ServerKind } from './classify.ts';
import type { ServerClient } from './client.ts';
import { ask, jsonReader, type Reading } from './connection.ts';
import { findModelFamily } from './model-families.ts';

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

/** `/api/show` requests in flight at once: each only reads a file's header. */
const SHOWS_IN_FLIGHT = 4;

/** Each that says too little is asked about, so a list must end. No server has a tenth of it. */
const MAX_MODELS = 10_000;

/** Longer than the path of any model on any registry. In UTF-16 units. */
const MAX_NAME_LENGTH = 500;

/** What one request may do. */
export interface ModelQuery {
  readonly signal?: AbortSignal | undefined;
  /** The server listed models before: it is given time to come back, and an empty list is no answer. */
  readonly wasThere?: boolean | undefined;
}

/** The Ollama models in the list, as far as the list tells. Sorted as the server sorts them. */
export async function fetchModels(
  client: ServerClient,
  { signal, wasThere = false }: ModelQuery = {},
): Promise<readonly ServerModel[]> {
  const readJson = jsonReader(client.server.kind);
  const answer = await ask(client.connection, {
    url: `${client.server.ollamaUrl}/api/tags`,
    authorization: client.authorization,
    read: wasThere ? (each) => listOf(readJson(each)) : readJson,
    signal,
    limits: { waitForServer: wasThere },
  });
  return arrayAt(answer, 'models')
    .slice(0, MAX_MODELS)
    .flatMap((entry) => toModel(entry));
}

/** Open WebUI lists nothing while the Ollama behind it is away. */
function listOf(reading: Reading<unknown>): Reading<unknown> {
  if (!reading.ok || arrayAt(reading.value, 'models').length > 0) return reading;
  const what = 'it lists no models any more';
  const advice = ADVICE.ollamaBehind;
  return { ok: false, verdict: { action: 'retry', code: 'ENDPOINT_FAILED', what, advice } };
}

/** One model with what `/api/show` adds; as it was if the server does not let us look. */
export async function describeModel(
  client: ServerClient,
  model: ServerModel,
  { signal }: ModelQuery = {},
): Promise<ServerModel> {
  if (model.canEmbed !== null && model.contextTokens !== null) return model;
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

/** Several models, described a few at a time; same order. */
export function describeModels(
  client: ServerClient,
  models: readonly ServerModel[],
  query: ModelQuery = {},
): Promise<readonly ServerModel[]> {
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
  try {
    const answer = await ask(client.connection, {
      url: `${client.server.rootUrl}/api/models`,
      authorization: client.authorization,
      read: jsonReader(client.server.kind),
      signal,
    });
    const names = new Set(known.map(({ name }) => name));
    return arrayAt(answer, 'data')
      .slice(0, MAX_MODELS)
      .flatMap((entry) => textAt(entry, 'id') ?? [])
      .filter((name) => !names.has(name) && isName(name))
      .map((name) => ({ ...UNKNOWN, name, canEmbed: false, via: 'open-webui' as const }));
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}

const UNKNOWN = { dimensions: null, contextTokens: null, digest: null, size: null };

function toModel(entry: unknown): readonly ServerModel[] {
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
function withDetails(model: ServerModel, shown: unknown): ServerModel {
  const info = valueAt(shown, 'model_info');
  return {
    ...model,
    canEmbed: model.canEmbed ?? canEmbed(shown) ?? guessFromFamily(model.name),
    dimensions: model.dimensions ?? countBySuffix(info, '.embedding_length'),
    contextTokens: model.contextTokens ?? countBySuffix(info, '.context_length'),
  };
}

function canEmbed(entry: unknown): boolean | null {
  const capabilities = valueAt(entry, 'capabilities');
  if (!Array.isArray(capabilities) || capabilities.length === 0) return null;
  return capabilities.includes('embedding');
}

/** Servers before 0.6.4 do not name capabilities; an embedding family does it by its name. */
function guessFromFamily(name: string): boolean | null {
  return findModelFamily(name) !== null ? true : null;
}

function countBySuffix(info: unknown, suffix: string): number | null {
  if (typeof info !== 'object' || info === null) return null;
  const key = Object.keys(info).find((each) => each.endsWith(suffix));
  return key === undefined ? null : countAt(info, key);
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function textAt(value: unknown, key: string): string | null {
  const text = valueAt(value, key);
  return typeof text === 'string' && text !== '' ? text : null;
}

function countAt(value: unknown, key: string): number | null {
  const count = valueAt(value, key);
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : null;
}

/** The array under a key; also the bare array that some versions of Open WebUI answer with. */
function arrayAt(value: unknown, key: string): readonly unknown[] {
  const list = Array.isArray(value) ? value : valueAt(value, key);
  return Array.isArray(list) ? list : [];
}
