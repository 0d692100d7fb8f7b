/**
 * Whether a server has a model, where its list does not say so. Open WebUI lists nothing while the Ollama
 * behind it is away, and up to 0.9.6 for a second what another user may see: a list without a model is no
 * proof. `/api/show` is, and `/ollama/api/version` tells what else there may be.
 */
import { EmbeddingError } from '../model/errors.ts';
import { ADVICE, adviceFor, withAdvice } from './advice.ts';
import { classifyAnswer } from './classify.ts';
import type { ServerClient } from './client.ts';
import { ask, jsonReader, placeOf, type Reading } from './connection.ts';
import type { Answer } from './http.ts';
import { modifiedAtOf } from './json-values.ts';
import type { Verdict } from './verdict.ts';

/** `there`, or the verdict on a model that is not, or cannot be, seen. */
export type Presence = 'there' | Verdict;

/**
 * Asks for one model by name.
 *
 * @throws the signal's reason; whatever else goes wrong means that the model cannot be seen now
 */
export async function findPresence(
  client: ServerClient,
  model: string,
  signal: AbortSignal | undefined,
): Promise<Presence> {
  const readJson = jsonReader(client.server.kind);
  const shown = await once(client, signal, {
    path: 'api/show',
    body: { model },
    read: (answer): Presence => {
      const reading = readJson(answer);
      return reading.ok ? 'there' : reading.verdict;
    },
  });
  if (shown === 'there') return shown;
  const isGone = shown?.code === 'MODEL_NOT_FOUND';
  if (isGone && shown.action === 'fail') return shown;
  if (client.server.kind === 'ollama') return shown ?? SILENT;
  return (await findOllamaBehind(client, signal)) ?? missing(client);
}

/**
 * What is wrong with the Ollama behind Open WebUI: away, or its API disabled. null if it answers: then a
 * model that is not there is not pulled, or not for this user.
 *
 * @throws the signal's reason
 */
export async function findOllamaBehind(
  client: ServerClient,
  signal: AbortSignal | undefined,
): Promise<Verdict | null> {
  const readJson = jsonReader('open-webui');
  const verdict = await once(client, signal, {
    path: 'api/version',
    read: (answer) => {
      const reading = readJson(answer);
      return reading.ok ? ofVersion(reading) : AWAY;
    },
  });
  return verdict === undefined ? AWAY : verdict;
}

/**
 * When the manifest of a model was written, in the server's own words, as in its list: another manifest
 * has another time.
 *
 * @returns null if the server shows the model without a time (older ones), undefined if it does not show it
 * @throws EmbeddingError if no answer comes; the signal's reason
 */
export async function fetchShownTime(
  { connection, server, authorization }: ServerClient,
  model: string,
  signal: AbortSignal | undefined,
): Promise<string | null | undefined> {
  const readJson = jsonReader(server.kind);
  return ask(connection, {
    url: `${server.ollamaUrl}/api/show`,
    body: { model },
    authorization,
    read: (answer) => {
      const reading = readJson(answer);
      return { ok: true, value: reading.ok ? modifiedAtOf(reading.value) : undefined };
    },
    signal,
    model,
  });
}

/** The error of a model that cannot be seen now. */
export function notNow(
  { connection }: ServerClient,
  { code, what, advice }: Verdict,
): EmbeddingError {
  const message = withAdvice(`${placeOf(connection)}: ${what}.`, advice);
  return new EmbeddingError(code, message, { remedy: advice.remedy });
}

/** `{"version":false}` is how Open WebUI says that its Ollama API is switched off. */
function ofVersion({ value }: Reading<unknown> & { readonly ok: true }): Verdict | null {
  const isDisabled = (value as { readonly version?: unknown }).version === false;
  return isDisabled ? DISABLED : null;
}

const AWAY: Verdict = {
  action: 'retry',
  code: 'ENDPOINT_FAILED',
  what: 'the Ollama behind Open WebUI is away',
  advice: ADVICE.ollamaBehind,
};

const SILENT: Verdict = {
  action: 'retry',
  code: 'ENDPOINT_FAILED',
  what: 'the server lists the model no more and says nothing about it',
  advice: ADVICE.serverLog,
};

/** The same words as where Open WebUI says it itself. */
const DISABLED: Verdict = classifyAnswer(
  { status: 503, contentType: 'application/json', body: '{"detail":"Ollama API is disabled"}' },
  'open-webui',
);

function missing({ server }: ServerClient): Verdict {
  const what = 'the server does not have the model, or not for this user';
  return {
    ...{ action: 'fail', code: 'MODEL_NOT_FOUND', what },
    advice: adviceFor('pullModel', server.kind),
  };
}

interface Look<T> {
  readonly path: string;
  readonly body?: object;
  readonly read: (answer: Answer) => T;
}

/** One request, which is not tried again; undefined if no answer came. */
async function once<T>(
  { connection, server, authorization }: ServerClient,
  signal: AbortSignal | undefined,
  { path, body, read }: Look<T>,
): Promise<T | undefined> {
  try {
    return await ask(
      { ...connection, retries: 0 },
      {
        url: `${server.ollamaUrl}/${path}`,
        body,
        authorization,
        read: (answer) => ({ ok: true, value: read(answer) }),
        signal,
      },
    );
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}
