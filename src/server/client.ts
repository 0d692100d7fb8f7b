/** From a user's options to a server that was found and the key that goes there. */
import { LOCAL_OLLAMA } from '../model/defaults.ts';
import { EmbeddingError, UsageError } from '../model/errors.ts';
import { checkOptions, isWithin } from '../model/option-spec.ts';
import { SERVER_OPTIONS } from '../model/options.ts';
import { bearerOf } from './bearer.ts';
import { type Connection, placeOf } from './connection.ts';
import { detectServer, type Server, serverOfKind } from './detect.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import type { Fetch } from './http.ts';
import { createNetworkFetch } from './network-fetch.ts';
import { type Clock, type RetryEvent, SYSTEM_CLOCK } from './retry.ts';
import { secretsOf } from './secrets.ts';
import type { ServerKind } from './server-kind.ts';

/** A key, or a function that has one for the kind of server that was found. */
export type ApiKey = string | ((kind: ServerKind) => string | undefined);

/** How a server is reached. */
export interface ServerOptions {
  /**
   * The address as people type it, or as `parseEndpoint`/`parseOllamaHost` made it.
   * @default 'http://127.0.0.1:11434'
   */
  readonly endpoint?: string | Endpoint | undefined;
  /**
   * Bearer token: an Open WebUI API key (`sk-…`) or JWT, or the key of a proxy before Ollama.
   * A function is asked once the kind is known; nothing is sent before that. '' is no key.
   */
  readonly apiKey?: ApiKey | undefined;
  /** Why there is no key for a kind of server, in words for the error of one that wants a key. */
  readonly whyNoKey?: ((kind: ServerKind) => string | undefined) | undefined;
  /** Which server it is. @default found out by asking it, without the key */
  readonly kind?: ServerKind | undefined;
  /** Milliseconds for one request. @default 120000 */
  readonly timeoutMs?: number | undefined;
  /** Further attempts after the first one. @default 6 */
  readonly retries?: number | undefined;
  /** @default undici's, with HTTP_PROXY, HTTPS_PROXY and NO_PROXY from the environment */
  readonly fetch?: Fetch | undefined;
  /** Time and chance between retries. @default the system's */
  readonly clock?: Clock | undefined;
  /** Told before every wait for another attempt. */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
}

/** A server that was found, with what it is asked through: its connection and the key that goes there. */
export interface ServerClient {
  readonly connection: Connection;
  readonly server: Server;
  /** The Authorization header's value; null for none. */
  readonly authorization: string | null;
}

/**
 * Checks the options and makes a connection; asks nothing.
 *
 * @param label what messages call the server
 * @throws EmbeddingError `ENDPOINT_INVALID`; UsageError `USAGE` for a number out of range.
 */
export function createConnection(
  options: ServerOptions,
  label: string = 'Embedding server',
): Connection {
  const { timeout } = SERVER_OPTIONS;
  const { endpoint = LOCAL_OLLAMA, timeoutMs = timeout.default * 1000 } = options;
  const { retries = SERVER_OPTIONS.retries.default } = options;
  checkOptions({ retries }, SERVER_OPTIONS);
  if (!isWithin(timeout, timeoutMs / 1000)) {
    const range = `from ${timeout.min * 1000} to ${timeout.max * 1000}`;
    throw new UsageError('USAGE', `timeoutMs must be a number ${range}.`);
  }
  const parsed = typeof endpoint === 'string' ? parseEndpoint(endpoint) : endpoint;
  return {
    label,
    endpoint: parsed,
    kind: options.kind ?? null,
    secrets: secretsOf(parsed.authorization),
    fetch: options.fetch ?? createNetworkFetch(),
    timeoutMs,
    retries,
    clock: options.clock ?? SYSTEM_CLOCK,
    onRetry: options.onRetry,
  };
}

/**
 * Finds the server and its key.
 *
 * @throws EmbeddingError if nothing usable answers; the signal's reason on abort.
 */
export async function connectClient(
  connection: Connection,
  options: Pick<ServerOptions, 'apiKey' | 'kind' | 'whyNoKey'>,
  signal?: AbortSignal,
): Promise<ServerClient> {
  const { kind, apiKey } = options;
  const { endpoint } = connection;
  const forOllama = kind ? null : toBearer(apiKey, 'ollama');
  // The server may know the key from an earlier run, and repeat it before it is sent.
  const { whyNoKey: why } = options;
  const secrets = secretsOf(endpoint.authorization, forOllama);
  const looking = { ...connection, secrets, whyNoKey: why?.('ollama') ?? why?.('open-webui') };
  const server = kind
    ? serverOfKind(kind, endpoint.url)
    : await detectServer(looking, { signal, assumeOllamaBehindLogin: forOllama !== null });
  const bearer = toBearer(apiKey, server.kind);
  if (bearer !== null && endpoint.authorization !== null) throw twoCredentials(connection);
  const authorization = bearer ?? endpoint.authorization;
  const whyNoKey = authorization === null ? why?.(server.kind) : undefined;
  return {
    connection: { ...connection, kind: server.kind, secrets: secretsOf(authorization), whyNoKey },
    server,
    authorization,
  };
}

function toBearer(apiKey: ApiKey | undefined, kind: ServerKind): string | null {
  return bearerOf(typeof apiKey === 'function' ? apiKey(kind) : apiKey);
}

function twoCredentials(connection: Connection): EmbeddingError {
  const message = `${placeOf(connection)}: there is an API key and a password in the URL, but a request carries only one of them. Remove one.`;
  return new EmbeddingError('ENDPOINT_INVALID', message);
}
