/** Address, key and patience for a server. Keys go nowhere but where their owner said. */
import { LOCAL_OLLAMA } from '../model/defaults.ts';
import { EmbeddingError } from '../model/errors.ts';
import type { ServerOptions } from '../server/client.ts';
import { type Endpoint, parseEndpoint, parseOllamaHost } from '../server/endpoint.ts';
import type { ServerKind } from '../server/server-kind.ts';
import type { EndpointOrigin, Settings } from './settings.ts';
import type { World } from './terminal.ts';

/**
 * How the server of a command is reached: the one that was named, else Ollama on this machine.
 *
 * @param say prints one line for people
 * @throws EmbeddingError `ENDPOINT_INVALID`
 */
export async function serverOptions(
  world: World,
  settings: Settings,
  say: (line: string) => void,
): Promise<ServerOptions> {
  const { endpointOrigin, timeout, retries } = settings;
  const endpoint = endpointOf(settings);
  return {
    endpoint,
    apiKey: (kind) => keyFor(world, { named: endpointOrigin, url: endpoint.url, kind }),
    whyNoKey: (kind) => whyNoKey(world, endpointOrigin, kind),
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    retries,
    ...(await debugOptions(settings, say)),
  };
}

/** Says what is asked, where that is wanted. */
export async function debugOptions(
  { debug }: Settings,
  say: (line: string) => void,
): Promise<Pick<ServerOptions, 'fetch'>> {
  if (!debug) return {};
  const { createNetworkFetch } = await import('../server/network-fetch.ts');
  const { tracedFetch } = await import('./trace.ts');
  return { fetch: tracedFetch(createNetworkFetch(), say) };
}

/**
 * Which server a run would use and who has named it: a corpus does not keep its address.
 *
 * @param kind of the corpus's embedder; null in a new corpus
 */
export function describeServer(settings: Settings, kind: string | null): string {
  if (kind === 'builtin') return 'none is needed';
  if (kind !== null && kind !== 'ollama')
    return `of a program with an embedder of its own (${kind})`;
  try {
    return `${endpointOf(settings).url} (${ORIGINS[settings.endpointOrigin ?? 'default']})`;
  } catch (error) {
    if (!(error instanceof EmbeddingError)) throw error;
    return `an address that cannot be used (${ORIGINS[settings.endpointOrigin ?? 'default']})`;
  }
}

const ORIGINS: Readonly<Record<EndpointOrigin | 'default', string>> = {
  flag: '--endpoint',
  OPEN_WEBUI_URL: 'OPEN_WEBUI_URL',
  OLLAMA_HOST: 'OLLAMA_HOST',
  config: "the user's configuration",
  default: 'Ollama on this machine, since none was named',
};

function endpointOf({ endpoint, endpointOrigin }: Settings): Endpoint {
  if (endpoint === undefined) return parseEndpoint(LOCAL_OLLAMA);
  if (endpointOrigin !== 'OLLAMA_HOST') return parseEndpoint(endpoint);
  return parseOllamaHost(endpoint) ?? parseEndpoint(LOCAL_OLLAMA);
}

/** A server that was found. */
interface Found {
  readonly named: EndpointOrigin | null;
  readonly url: string;
  readonly kind: ServerKind;
}

/**
 * The key that may go to a server: a variable's key to its own variable's address; to an address
 * named by flag or user configuration the key of the kind of server found there, unless that key's
 * own variable names another origin. None to an address that nobody named.
 */
function keyFor({ env }: World, { named, url, kind }: Found): string | undefined {
  if (named === null) return undefined;
  if (named === 'OPEN_WEBUI_URL' || named === 'OLLAMA_HOST') return env[KEYS[named].key];
  return keyUnlessElsewhere(
    env,
    KEYS[kind === 'open-webui' ? 'OPEN_WEBUI_URL' : 'OLLAMA_HOST'],
    url,
  );
}

/** The variables of a key and of the address that it is for. */
interface KeyVariables {
  readonly key: string;
  readonly address: string;
}

const KEYS: Readonly<Record<'OPEN_WEBUI_URL' | 'OLLAMA_HOST', KeyVariables>> = {
  OPEN_WEBUI_URL: { key: 'OPEN_WEBUI_API_KEY', address: 'OPEN_WEBUI_URL' },
  OLLAMA_HOST: { key: 'OLLAMA_API_KEY', address: 'OLLAMA_HOST' },
};

/**
 * The key of a variable for an address that came from elsewhere: none if the variable of its own address names
 * another origin.
 *
 * @param url where it would be sent
 */
export function keyUnlessElsewhere(
  env: World['env'],
  { key, address }: KeyVariables,
  url: string,
): string | undefined {
  const own = env[address]?.trim() ?? '';
  return own === '' || isSameOrigin(own, url) ? env[key] : undefined;
}

const ORIGIN_NAMES: Readonly<Record<EndpointOrigin, string>> = {
  flag: '--endpoint',
  config: 'the configuration',
  OPEN_WEBUI_URL: 'OPEN_WEBUI_URL',
  OLLAMA_HOST: 'OLLAMA_HOST',
};

/** A key that is set and was not sent looks like one that the server refuses. */
function whyNoKey(
  { env }: World,
  named: EndpointOrigin | null,
  kind: ServerKind,
): string | undefined {
  const variables = KEYS[kind === 'open-webui' ? 'OPEN_WEBUI_URL' : 'OLLAMA_HOST'];
  const came =
    named === null ? 'nobody named this one' : `this one came from ${ORIGIN_NAMES[named]}`;
  const why = whyNotSent(env, variables, came);
  return why === undefined ? undefined : `${why}.`;
}

/**
 * Why a key that is set was not sent, without a stop at its end.
 *
 * @param came where the address came from, as a clause
 * @returns undefined if it is not set
 */
export function whyNotSent(
  env: World['env'],
  { key, address }: KeyVariables,
  came: string,
): string | undefined {
  if ((env[key] ?? '').trim() === '') return undefined;
  return `${key} is set and was not sent: it goes to the address in ${address} only, and ${came}`;
}

/** A variable that holds no address names no origin at all, so none is the same. */
function isSameOrigin(variable: string, url: string): boolean {
  try {
    return new URL(parseEndpoint(variable).url).origin === new URL(parseEndpoint(url).url).origin;
  } catch {
    return false;
  }
}
