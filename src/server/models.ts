/** What a server offers, for people who choose a model. */
import { connectClient, createConnection, type ServerOptions } from './client.ts';
import { findOllamaBehind, notNow } from './presence.ts';
import {
  describeModels,
  fetchModels,
  fetchOpenWebUiModels,
  isDescribed,
  type ListedModel,
  type ServerModel,
} from './server-models.ts';

export type { ServerModel } from './server-models.ts';

/** Where to look. */
export interface ListModelsOptions extends ServerOptions {
  /** Abandons the requests. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * All models of a server: those of Ollama with what is known of them, and behind Open WebUI also
 * the ones that only Open WebUI has (`via: 'open-webui'`).
 *
 * @throws EmbeddingError if the server cannot be asked; the signal's reason on abort.
 */
export async function listModels(options: ListModelsOptions = {}): Promise<readonly ServerModel[]> {
  const { signal } = options;
  const client = await connectClient(createConnection(options), options, signal);
  const listed = await fetchModels(client, { signal });
  if (listed.length === 0 && client.server.kind === 'open-webui') {
    const behind = await findOllamaBehind(client, signal);
    if (behind !== null) throw notNow(client, behind);
  }
  const toAsk = listed.filter((model) => !isDescribed(model));
  const described = await describeModels(client, toAsk, { signal });
  const byName = new Map(described.map((model) => [model.name, model]));
  const models = listed.map((model) => publicOf(byName.get(model.name) ?? model));
  if (client.server.kind === 'ollama') return models;
  return [...models, ...(await fetchOpenWebUiModels(client, models, { signal }))];
}

function publicOf({ modifiedAt: _, capabilities: __, ...model }: ListedModel): ServerModel {
  return model;
}
