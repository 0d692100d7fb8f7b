/** What a server offers, for people who choose a model. */
import { createConnection, openAccess, type ServerOptions } from './client.ts';
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
  const access = await openAccess(createConnection(options), options, signal);
  const listed = await fetchModels(access, { signal });
  const models = await describeModels(access, listed, { signal });
  if (access.server.kind === 'ollama') return models;
  return [...models, ...(await fetchOpenWebUiModels(access, models, { signal }))];
}
