/** What a server offers, for people who choose a model. */
import { connectClient, createConnection, type ServerOptions } from './client.ts';
import {
  describeModels,
  fetchModels,
  fetchOpenWebUiModels,
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
  const models = await describeModels(client, listed, { signal });
  if (client.server.kind === 'ollama') return models;
  return [...models, ...(await fetchOpenWebUiModels(client, models, { signal }))];
}
