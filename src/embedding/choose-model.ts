/** Which of the server's models is meant: the one that was named, or the only one that can embed. */
import { EmbeddingError } from '../model/errors.ts';
import type { ServerClient } from '../server/client.ts';
import { matchModelName } from '../server/model-names.ts';
import {
  describeModel,
  describeModels,
  fetchModels,
  type ServerModel,
} from '../server/server-models.ts';

/**
 * Resolves a typed name against the server's list; without a name, takes the only model that can
 * embed. A named model is taken even if the server says that it cannot embed: servers before 0.13
 * embed with any model, so the probe decides.
 *
 * @throws EmbeddingError `MODEL_NOT_FOUND` with near misses; `MODEL_REQUIRED` with the choice.
 */
export async function chooseModel(
  client: ServerClient,
  typed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ServerModel> {
  const models = await fetchModels(client, { signal });
  if (typed === undefined || typed.trim() === '') return onlyEmbedding(client, models, signal);
  const match = matchModelName(typed, models);
  if (match.found === 'several') throw ambiguous(client, typed, match.names);
  const model = match.found === 'one' ? models.find(({ name }) => name === match.name) : undefined;
  if (model) return describeModel(client, model, { signal });
  throw notFound(client, { typed, near: match.found === 'none' ? match.near : [], models });
}

async function onlyEmbedding(
  client: ServerClient,
  models: readonly ServerModel[],
  signal: AbortSignal | undefined,
): Promise<ServerModel> {
  const described = await describeModels(client, models, { signal });
  const embedding = described.filter(({ canEmbed }) => canEmbed === true);
  const [only, ...others] = embedding;
  const where = `Embedding server ${client.connection.endpoint.url}`;
  if (only === undefined) {
    const has = models.length === 0 ? 'it lists no models' : 'none of its models can embed';
    const message = `${where}: ${has}. ${pullAdvice(client, 'bge-m3')}`;
    throw new EmbeddingError('MODEL_REQUIRED', message, { remedy: { code: 'models' } });
  }
  if (others.length === 0) return only;
  const names = listed(embedding.map(({ name }) => name));
  const message = `${where}: several models can embed (${names}).`;
  throw new EmbeddingError('MODEL_REQUIRED', message, { remedy: { code: 'name-model' } });
}

/** Names in a message: enough to choose from. */
const MAX_NAMES = 20;

function listed(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? `, and ${names.length - MAX_NAMES} more` : '';
  return names.slice(0, MAX_NAMES).join(', ') + more;
}

function ambiguous(client: ServerClient, typed: string, names: readonly string[]): EmbeddingError {
  const where = `Embedding server ${client.connection.endpoint.url}`;
  const message = `${where}: ${typed} may be any of ${listed(names)}. Name it in full.`;
  return new EmbeddingError('MODEL_REQUIRED', message);
}

interface Missing {
  readonly typed: string;
  readonly near: readonly string[];
  readonly models: readonly ServerModel[];
}

function notFound(client: ServerClient, { typed, near, models }: Missing): EmbeddingError {
  const where = `Embedding server ${client.connection.endpoint.url}`;
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  const has = models.length === 0 ? 'it lists no models, so no' : 'it has no model';
  const message = `${where}: ${has} ${typed}.${hint} ${pullAdvice(client, typed)}`;
  return new EmbeddingError('MODEL_NOT_FOUND', message, { remedy: { code: 'models' } });
}

function pullAdvice({ server }: ServerClient, name: string): string {
  return server.kind === 'ollama'
    ? `Get it with \`ollama pull ${name}\`.`
    : `An admin can pull it (Admin Panel > Settings > Models) or give you access to it (Workspace > Models).`;
}
