/** Which of the server's models is meant: the one that was named, or the only one that can embed. */
import { EmbeddingError } from '../model/errors.ts';
import type { EmbedderIdentity } from '../model/types.ts';
import type { ServerClient } from '../server/client.ts';
import { placeOf } from '../server/connection.ts';
import { findModelFamily } from '../server/model-families.ts';
import { listNames, matchModelName } from '../server/model-names.ts';
import { findOllamaBehind, findPresence, notNow } from '../server/presence.ts';
import {
  describeModel,
  describeModels,
  fetchModels,
  isDescribed,
  type ListedModel,
} from '../server/server-models.ts';

/**
 * Resolves a typed name against the server's list; without a name, takes the only model that can
 * embed. A named model is taken even if the server says that it cannot embed: servers before 0.13
 * embed with any model, so the probe decides.
 *
 * @throws EmbeddingError `MODEL_NOT_FOUND` with near misses; `MODEL_REQUIRED` with the choice;
 *   what is wrong with the Ollama behind Open WebUI, if that is why nothing is found
 */
export async function chooseModel(
  client: ServerClient,
  typed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ListedModel> {
  const models = await fetchModels(client, { signal });
  if (typed === undefined || typed.trim() === '') return onlyEmbedding(client, models, signal);
  const match = matchModelName(typed, models);
  if (match.found === 'several') throw ambiguous(client, typed, match.names);
  const listed = match.found === 'one' ? models.find(({ name }) => name === match.name) : undefined;
  const near = match.found === 'none' ? match.near : [];
  const model = listed ?? (await unlisted(client, { typed, near, models }, signal));
  return isDescribed(model) ? model : describeModel(client, model, { signal });
}

/** How long a list is waited for where the model is known from a corpus. Milliseconds. */
const LIST_PATIENCE_MS = 1_000;

/**
 * A corpus's own model where the server takes long to list models: Open WebUI waits ten seconds for a
 * connection that hangs. That the server has the model is asked then; that it is still the same file is not
 * known, which a run asks before it stores anything.
 *
 * @returns null if the list has to be waited for
 */
export async function knownModel(
  client: ServerClient,
  known: EmbedderIdentity,
  signal: AbortSignal | undefined,
): Promise<ListedModel | null> {
  const { connection } = client;
  const timeoutMs = Math.min(connection.timeoutMs, LIST_PATIENCE_MS);
  const hasty = { ...client, connection: { ...connection, timeoutMs, retries: 0 } };
  try {
    const listed = (await fetchModels(hasty, { signal })).find(({ name }) => name === known.model);
    return listed !== undefined && isDescribed(listed) ? listed : null;
  } catch (error) {
    signal?.throwIfAborted();
    const isSlow = error instanceof EmbeddingError && error.code === 'ENDPOINT_TIMEOUT';
    if (!isSlow || (await findPresence(client, known.model, signal)) !== 'there') return null;
    const { model: name, digest, dimensions, contextTokens } = known;
    return {
      ...{ name, digest, dimensions, contextTokens },
      ...{ canEmbed: true, size: null, modifiedAt: null, via: 'ollama', capabilities: null },
    };
  }
}

/** A list without the model is no proof behind Open WebUI: it is asked about the model itself. */
async function unlisted(
  client: ServerClient,
  missing: Missing,
  signal: AbortSignal | undefined,
): Promise<ListedModel> {
  if (client.server.kind === 'ollama') throw notFound(client, missing);
  const typed = missing.typed.trim();
  const name = /:[^/]*$/.test(typed) ? typed : `${typed}:latest`;
  const presence = await findPresence(client, name, signal);
  if (presence !== 'there') {
    throw presence.code === 'MODEL_NOT_FOUND'
      ? notFound(client, missing)
      : notNow(client, presence);
  }
  const models = await fetchModels(client, { signal, expected: name });
  const model = models.find((each) => each.name === name);
  if (model === undefined) throw notFound(client, missing);
  return model;
}

async function onlyEmbedding(
  client: ServerClient,
  models: readonly ListedModel[],
  signal: AbortSignal | undefined,
): Promise<ListedModel> {
  const embedding = await thatEmbed(client, models, signal);
  const [only, ...others] = embedding;
  const where = placeOf(client.connection);
  if (only === undefined) {
    const isOpenWebUi = client.server.kind === 'open-webui';
    const behind =
      isOpenWebUi && models.length === 0 ? await findOllamaBehind(client, signal) : null;
    if (behind !== null) throw notNow(client, behind);
    const has = models.length === 0 ? 'it lists no models' : 'no model there is known to embed';
    const message = `${where}: ${has}. ${pullAdvice(client, 'bge-m3')}`;
    throw new EmbeddingError('MODEL_REQUIRED', message, { remedy: { code: 'models' } });
  }
  if (others.length === 0) return only;
  const names = listNames(embedding.map(({ name }) => name));
  const message = `${where}: several models can embed (${names}).`;
  throw new EmbeddingError('MODEL_REQUIRED', message, { remedy: { code: 'name-model' } });
}

/** By the list; where that has none, by what the server says of each, since lists can be wrong. */
async function thatEmbed(
  client: ServerClient,
  models: readonly ListedModel[],
  signal: AbortSignal | undefined,
): Promise<readonly ListedModel[]> {
  const toAsk = models.filter((model) => !isDescribed(model));
  const rest = models.filter(isDescribed);
  const embeds = ({ canEmbed }: ListedModel): boolean => canEmbed === true;
  const found = [...rest, ...(await describeModels(client, toAsk, { signal }))].filter(embeds);
  if (found.length > 0) return found;
  const few = [...models].sort((a, b) => likelihood(b) - likelihood(a)).slice(0, MAX_DOUBTED);
  return (await describeModels(client, few, { signal })).filter(embeds);
}

/** Models that the list says cannot embed, and that are asked all the same. */
const MAX_DOUBTED = 10;

/** Those of embedding families first. */
function likelihood({ name }: ListedModel): number {
  return findModelFamily(name) === null ? 0 : 1;
}

function ambiguous(client: ServerClient, typed: string, names: readonly string[]): EmbeddingError {
  const where = placeOf(client.connection);
  const message = `${where}: ${typed} may be any of ${listNames(names)}. Name it in full.`;
  return new EmbeddingError('MODEL_REQUIRED', message);
}

interface Missing {
  readonly typed: string;
  readonly near: readonly string[];
  readonly models: readonly ListedModel[];
}

function notFound(client: ServerClient, { typed, near, models }: Missing): EmbeddingError {
  const where = placeOf(client.connection);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  const has = models.length === 0 ? 'it lists no models, so no' : 'it has no model';
  const message = `${where}: ${has} ${typed}.${hint} ${pullAdvice(client, typed)}`;
  return new EmbeddingError('MODEL_NOT_FOUND', message, { remedy: { code: 'models' } });
}

function pullAdvice({ server }: ServerClient, name: string): string {
  return server.kind === 'ollama'
    ? `Get it with \`ollama pull ${name}\`.`
    : 'An admin can pull it (Admin Panel > Settings > Connections > Ollama API > arrow, in older versions Admin Panel > Settings > Models) or give you access to it (Settings > Models > pencil > Access, in older versions Workspace > Models).';
}
