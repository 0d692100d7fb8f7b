/**
 * Which embedder a command uses. An existing corpus decides kind and model; the address comes from
 * the user only. Discovery happens only for a new corpus with nothing configured, and is said.
 */
import { LOCAL_OLLAMA } from '../defaults.ts';
import type { Embedder, ListModelsOptions, SpaceInfo } from '../index.ts';
import type { EndpointOrigin, Settings } from './settings.ts';
import type { World } from './terminal.ts';

/** Milliseconds that discovery waits for a local server: it answers at once or is not there. */
const DISCOVERY_TIMEOUT_MS = 2_000;

/** Any name of the built-in embedder: `builtin`, `builtin/lexical-1`. */
function isBuiltin(model: string): boolean {
  return model === 'builtin' || model.startsWith('builtin/');
}

/**
 * Makes the embedder of a command.
 *
 * @param space the corpus's space; null in a new corpus
 * @param say prints one line for people
 */
export async function makeEmbedder(
  world: World,
  settings: Settings,
  space: SpaceInfo | null,
  say: (line: string) => void,
): Promise<Embedder> {
  const { builtin } = await import('../index.ts');
  // A model from environment or configuration is for new corpora; a flag must be the corpus's.
  const model = settings.modelIsExplicit ? settings.model : (space?.model ?? settings.model);
  if (model !== undefined && isBuiltin(model)) return builtin();
  if (space !== null || model !== undefined || settings.endpoint !== undefined) {
    return serverEmbedder(world, settings, model, space, say);
  }
  return discover(world, settings, say);
}

async function serverEmbedder(
  world: World,
  settings: Settings,
  model: string | undefined,
  space: SpaceInfo | null,
  say: (line: string) => void,
): Promise<Embedder> {
  const { ollama } = await import('../index.ts');
  return ollama({
    ...(await serverOptions(world, settings)),
    model,
    dimensions: settings.dimensions ?? space?.dimensions,
    documentPrefix: settings.documentPrefix ?? space?.documentPrompt,
    queryPrefix: settings.queryPrefix ?? space?.queryPrompt,
    onRetry: ({ error, waitMs, retry, retries }) =>
      say(`${error.message} Trying again in ${seconds(waitMs)} s (${retry} of ${retries}).`),
  });
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 10_000 ? 1 : 0);
}

async function discover(
  world: World,
  settings: Settings,
  say: (line: string) => void,
): Promise<Embedder> {
  const { builtin, listModels } = await import('../index.ts');
  const quick = { endpoint: LOCAL_OLLAMA, retries: 0, timeoutMs: DISCOVERY_TIMEOUT_MS };
  const models = await listModels({ ...quick, signal: world.signal }).catch(() => {
    world.signal.throwIfAborted();
    return [];
  });
  if (models.some(({ canEmbed }) => canEmbed === true)) {
    say(`Using the Ollama at ${LOCAL_OLLAMA}.`);
    return serverEmbedder(world, settings, undefined, null, say);
  }
  say(
    'No embedding server is configured and none was found on this machine: using the built-in ' +
      'embedder, which finds shared words, not meaning (--endpoint and --model name a server).',
  );
  return builtin();
}

/** Address, key and patience for a server. */
export async function serverOptions(world: World, settings: Settings): Promise<ListModelsOptions> {
  const { parseEndpoint, parseOllamaHost } = await import('../index.ts');
  const { endpoint, endpointOrigin, timeout, retries } = settings;
  const parsed =
    endpoint === undefined
      ? parseEndpoint(LOCAL_OLLAMA)
      : endpointOrigin === 'OLLAMA_HOST'
        ? (parseOllamaHost(endpoint) ?? parseEndpoint(LOCAL_OLLAMA))
        : parseEndpoint(endpoint);
  return {
    endpoint: parsed,
    apiKey: (kind) => keyFor(world, endpointOrigin, kind, originOf(parsed.url), parseEndpoint),
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    retries,
  };
}

/**
 * The key that may go to an endpoint: a variable's key to its own variable's address; to an
 * address named by flag or user configuration the key of the kind of server found there, unless
 * that key's own variable names another origin.
 */
function keyFor(
  { env }: World,
  named: EndpointOrigin | null,
  kind: 'ollama' | 'open-webui',
  origin: string,
  parse: (url: string) => { readonly url: string },
): string | undefined {
  const keys = { OPEN_WEBUI_URL: env['OPEN_WEBUI_API_KEY'], OLLAMA_HOST: env['OLLAMA_API_KEY'] };
  if (named === 'OPEN_WEBUI_URL' || named === 'OLLAMA_HOST') return keys[named];
  if (named === null) return undefined;
  const variable = kind === 'open-webui' ? 'OPEN_WEBUI_URL' : 'OLLAMA_HOST';
  const own = env[variable]?.trim();
  const isElsewhere = own !== undefined && own !== '' && originOf(parse(own).url) !== origin;
  return isElsewhere ? undefined : keys[variable];
}

function originOf(url: string): string {
  return new URL(url).origin;
}
