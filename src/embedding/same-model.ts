/**
 * A name says nothing about the model behind it, and an answer to `/api/embed` names no digest: a model
 * can be pulled anew under its name while a run goes on. What the server says of the model behind an answer
 * decides whether its vectors are those of the model that the run began with.
 */
import { EmbeddingError } from '../model/errors.ts';
import type { ServerClient } from '../server/client.ts';
import { placeOf } from '../server/connection.ts';
import { fetchShownTime } from '../server/presence.ts';
import { fetchModels, type ListedModel } from '../server/server-models.ts';
import type { FoundModel } from './resolve-model.ts';
import { shareNext } from './share-next.ts';

/**
 * Asks whether the model is still the one that was found, of all answers that came before at once.
 * `/api/show` tells by the time of the model's manifest, and only where that is another one, or missing, is
 * the list asked for the digest: behind Open WebUI it can take ten seconds. A server without digests
 * cannot tell.
 *
 * @returns rejects with EmbeddingError `VECTORS_INVALID` if another model has the name, `MODEL_NOT_FOUND` if
 *   none has; else with what asking the server throws
 */
export function watchModel({
  client,
  identity,
  modifiedAt,
}: Omit<FoundModel, 'probe'>): (signal?: AbortSignal) => Promise<void> {
  const { model, digest } = identity;
  if (digest === null) return async () => {};
  let time = modifiedAt;
  let canShow = true;
  return shareNext(async (signal) => {
    const shown = canShow ? await fetchShownTime(client, model, signal) : null;
    if (shown !== null && shown === time) return;
    // Older servers show no time: they are not asked for it again.
    canShow = shown !== null;
    const listed = await listedModel(client, model, signal);
    if (listed?.digest !== digest) throw replaced(client, model);
    // Shown before the list was made: compared with what is shown next, however the list spells it.
    time = shown ?? null;
  });
}

async function listedModel(
  client: ServerClient,
  model: string,
  signal: AbortSignal,
): Promise<ListedModel | undefined> {
  const models = await fetchModels(client, { signal, expected: model }).catch((error: unknown) => {
    throw isGone(error) ? gone(client, model, error) : error;
  });
  return models.find(({ name }) => name === model);
}

function replaced(client: ServerClient, model: string): EmbeddingError {
  const message = `${placeOf(client.connection, model)}: another model was put behind this name while it was in use. Its vectors are not stored; those from before are kept. Run the same command again: it compares the two models and says what to do.`;
  return new EmbeddingError('VECTORS_INVALID', message);
}

function isGone(error: unknown): error is EmbeddingError {
  return error instanceof EmbeddingError && error.code === 'MODEL_NOT_FOUND';
}

function gone(client: ServerClient, model: string, cause: EmbeddingError): EmbeddingError {
  const message = `${placeOf(client.connection, model)}: the model was there when this run began and is gone now, or this user may not use it any more. When it is back, run the same command again to go on.`;
  return new EmbeddingError('MODEL_NOT_FOUND', message, { cause });
}
