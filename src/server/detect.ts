/**
 * Which of the two servers an address is. No API key is sent here: it depends on the answer which
 * key may go there at all. (User info of the URL itself is sent: it was written for this address.)
 */
import { EmbeddingError } from '../model/errors.ts';
import { ADVICE, withAdvice } from './advice.ts';
import { classifyAnswer, type FailedAnswer, isHostCheck } from './classify.ts';
import { ask, type Connection, parseJson, placeOf, type Reading } from './connection.ts';
import type { Answer } from './http.ts';
import type { ServerKind } from './server-kind.ts';

/** A server that was found. */
export interface Server {
  readonly kind: ServerKind;
  /** Where the server itself is; safe to print. */
  readonly rootUrl: string;
  /** Where its Ollama API is: `api/embed` and the others are below `<ollamaUrl>/api`. */
  readonly ollamaUrl: string;
}

/** The server at an address whose kind is known. */
export function serverOfKind(kind: ServerKind, url: string): Server {
  if (kind === 'ollama') return { kind, rootUrl: url, ollamaUrl: url };
  const rootUrl = url.replace(/\/ollama$/, '');
  return { kind, rootUrl, ollamaUrl: `${rootUrl}/ollama` };
}

/** How detection may go beyond asking. */
export interface DetectOptions {
  readonly signal?: AbortSignal | undefined;
  /** A proxy that lets nobody in without a key: take it for Ollama, and let the key decide. */
  readonly assumeOllamaBehindLogin?: boolean | undefined;
}

/**
 * Finds out: `/api/version` has a `deployment_id` only in Open WebUI; older ones lack it, but
 * answer `/health`, which Ollama does not have. People copy addresses of pages (`…/c/1234`, `…/auth`):
 * where nothing answers, its origin is asked.
 *
 * @throws EmbeddingError if nothing answers or it is neither; the signal's reason on abort.
 */
export async function detectServer(
  connection: Connection,
  options: DetectOptions = {},
): Promise<Server> {
  const { url } = connection.endpoint;
  const look: LookAt = (address) => lookAt(connection, address, options.signal);
  const found = await serverAt(url, look);
  if ('kind' in found) return found;
  if (isHostCheck(found)) throw hostRefused(connection, found);
  if (isLogin(found)) {
    if (options.assumeOllamaBehindLogin) return serverOfKind('ollama', url);
    throw loginNeeded(connection, found.status);
  }
  const { origin } = new URL(url);
  const atOrigin = origin === url ? found : await serverAt(origin, look);
  if ('kind' in atOrigin) return atOrigin;
  throw unknownServer(connection, found.status);
}

type LookAt = (address: string) => Promise<Look>;

/** The server at an address, or what its `/api/version` shows. */
async function serverAt(url: string, look: LookAt): Promise<Server | Look> {
  const rootUrl = url.replace(/\/ollama$/, '');
  const version = await look(`${rootUrl}/api/version`);
  if (isOpenWebUiVersion(version) || isHealthy(await look(`${rootUrl}/health`))) {
    return serverOfKind('open-webui', url);
  }
  const own = url === rootUrl ? version : await look(`${url}/api/version`);
  return typeof own.json?.['version'] === 'string' ? serverOfKind('ollama', url) : own;
}

/** What an address shows without a key. */
interface Look extends FailedAnswer {
  /** The JSON object that came back with success, if it was one. */
  readonly json: Readonly<Record<string, unknown>> | null;
}

function lookAt(
  connection: Connection,
  url: string,
  signal: AbortSignal | undefined,
): Promise<Look> {
  return ask(connection, {
    url,
    authorization: connection.endpoint.authorization,
    read: readLook,
    signal,
    limits: { waitForServer: false },
  });
}

/** Every answer is one, unless the server is in trouble. */
function readLook(answer: Answer): Reading<Look> {
  const { status, contentType, body } = answer;
  if (status >= 500 || status === 408 || status === 429) {
    return { ok: false, verdict: classifyAnswer(answer, 'ollama') };
  }
  const parsed = status === 200 && !contentType.includes('html') ? parseJson(body) : null;
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  const json = isObject ? { ...parsed } : null;
  return { ok: true, value: { status, contentType, body, json } };
}

function isOpenWebUiVersion({ json }: Look): boolean {
  return json !== null && 'version' in json && 'deployment_id' in json;
}

function isHealthy({ json }: Look): boolean {
  return json?.['status'] === true;
}

function isLogin({ status }: Look): boolean {
  return status === 401 || status === 403;
}

function unknownServer(connection: Connection, status: number): EmbeddingError {
  const what = `${placeOf(connection)}: it answers (HTTP ${status}), but neither as Ollama nor as Open WebUI.`;
  const message = withAdvice(what, ADVICE.wrongAddress);
  return new EmbeddingError('ENDPOINT_NOT_EMBEDDING', message, { status });
}

function hostRefused(connection: Connection, answer: FailedAnswer): EmbeddingError {
  const { code, what, advice } = classifyAnswer(answer, 'ollama');
  const message = withAdvice(`${placeOf(connection)}: ${what} (HTTP ${answer.status}).`, advice);
  return new EmbeddingError(code, message, { status: answer.status });
}

function loginNeeded(connection: Connection, status: number): EmbeddingError {
  const { whyNoKey } = connection;
  const why = whyNoKey === undefined ? '' : ` ${whyNoKey}`;
  const message = `${placeOf(connection)}: it wants credentials before it says what it is (HTTP ${status}): user and password in the URL, or an API key.${why}`;
  const { remedy } = ADVICE.giveKey;
  return new EmbeddingError('ENDPOINT_UNAUTHORIZED', message, { status, remedy });
}
