/**
 * A name says nothing about the model behind it, and an answer to `/api/embed` names no digest: a model
 * can be pulled anew under its name while a run goes on. What the list says behind the answer decides
 * whether its vectors are those of the model that the run began with.
 */
import { EmbeddingError } from '../model/errors.ts';
import type { EmbedderIdentity } from '../model/types.ts';
import type { ServerClient } from '../server/client.ts';
import { fetchModels } from '../server/server-models.ts';

/**
 * Looks whether the model is still the one that was found first. A server without digests cannot tell.
 *
 * @throws EmbeddingError `VECTORS_INVALID` if another one has its name, `MODEL_NOT_FOUND` if none has;
 *   else what asking the server throws
 */
export async function requireSameModel(
  client: ServerClient,
  { model, digest }: EmbedderIdentity,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (digest === null) return;
  const models = await fetchModels(client, { signal, wasThere: true });
  const listed = models.find(({ name }) => name === model);
  if (listed?.digest === digest) return;
  const where = `Embedding server ${client.connection.endpoint.url}, model ${model}`;
  if (listed === undefined) {
    const message = `${where}: the model was there when this run began and is gone now. Pull it again, and run the same command again to go on.`;
    throw new EmbeddingError('MODEL_NOT_FOUND', message);
  }
  const message = `${where}: another model was put behind this name while it was in use. Its vectors are not stored; those from before are kept. Run the same command again: it compares the two models and says what to do.`;
  throw new EmbeddingError('VECTORS_INVALID', message);
}
