/** Which of the server's models is meant: the one that was named, or the only one that can embed. */
import { EmbeddingError } from '../model/errors.ts';
import type { Access } from '../server/client.ts';
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
  access: Access,
  typed: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ServerModel> {
  const models = await fetchModels(access, { signal });
  if (typed === undefined || typed.trim() === '') return onlyEmbedding(access, models, signal);
  const match = matchModelName(typed, models);
  if (match.found === 'several') throw ambiguous(access, typed, match.names);
  const model = match.found === 'one' ? models.find(({ name }) => name === match.name) : undefined;
  if (model) return describeModel(access, model, { signal });
  throw notFound(access, { typed, near: match.found === 'none' ? match.near : [], models });
}

async function onlyEmbedding(
  access: Access,
  models: readonly ServerModel[],
  signal: AbortSignal | undefined,
): Promise<ServerModel> {
  const described = await describeModels(access, models, { signal });
  const embedding = described.filter(({ canEmbed }) => canEmbed === true);
  const [only, ...others] = embedding;
  const where = `Embedding server ${access.connection.endpoint.url}`;
  if (only === undefined) {
    const has = models.length === 0 ? 'it lists no models' : 'none of its models can embed';
    const message = `${where}: ${has}. ${pullAdvice(access, 'bge-m3')}`;
    throw new EmbeddingError('MODEL_REQUIRED', message);
  }
  if (others.length === 0) return only;
  const names = listed(embedding.map(({ name }) => name));
  const message = `${where}: several models can embed (${names}). Name one (--model, UMEKOMI_MODEL).`;
  throw new EmbeddingError('MODEL_REQUIRED', message);
}

/** Names in a message: enough to choose from. */
const MOST_NAMES = 20;

function listed(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '';
  return names.slice(0, MOST_NAMES).join(', ') + more;
}

function ambiguous(access: Access, typed: string, names: readonly string[]): EmbeddingError {
  const where = `Embedding server ${access.connection.endpoint.url}`;
  const message = `${where}: ${typed} may be any of ${listed(names)}. Name it in full.`;
  return new EmbeddingError('MODEL_REQUIRED', message);
}

interface Missing {
  readonly typed: string;
  readonly near: readonly string[];
  readonly models: readonly ServerModel[];
}

function notFound(access: Access, { typed, near, models }: Missing): EmbeddingError {
  const where = `Embedding server ${access.connection.endpoint.url}`;
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  const has = models.length === 0 ? 'it lists no models, so no' : 'it has no model';
  const message = `${where}: ${has} ${typed}.${hint} ${pullAdvice(access, typed)}`;
  return new EmbeddingError('MODEL_NOT_FOUND', message);
}

function pullAdvice({ server }: Access, name: string): string {
  return server.kind === 'ollama'
    ? `Get it with \`ollama pull ${name}\`; \`umekomi models\` lists what is there.`
    : `An admin can pull it (Admin Panel > Settings > Models) or give you access to it (Workspace > Models); \`umekomi models\` lists what you may use.`;
}
