/** What holds for a run: flag over environment over project configuration over user configuration. */
import { type Config, readConfig } from './config.ts';
import { configFolder, corpusPath } from './corpus-path.ts';
import type { World } from './terminal.ts';

/** Flags that every command has. */
export interface GlobalFlags {
  readonly db?: string;
  readonly endpoint?: string;
  readonly model?: string | undefined;
  readonly verbose?: boolean;
}

/** What makes a vector space: an existing corpus has its own, which only a flag may contradict. */
export interface SpaceSettings {
  readonly model?: string | undefined;
  readonly dimensions?: number | undefined;
  readonly documentPrefix?: string | undefined;
  readonly queryPrefix?: string | undefined;
}

/** Flags about the embedder; `index` has them. */
export interface EmbedderFlags extends SpaceSettings {
  readonly concurrency?: number;
  readonly batchSize?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly chunkSize?: number;
  readonly chunkOverlap?: number;
  readonly rebuild?: boolean;
}

/** Where the endpoint was named: keys depend on it. */
export type EndpointOrigin = 'flag' | 'OPEN_WEBUI_URL' | 'OLLAMA_HOST' | 'config';

/** Everything settled but the embedder itself. */
export interface Settings extends Config {
  /** The corpus file. */
  readonly db: string;
  readonly endpointOrigin: EndpointOrigin | null;
  /** What was named by flag: it must be the corpus's. */
  readonly flagged: SpaceSettings;
  /** True if the corpus's space is to be replaced: then everything above holds. */
  readonly rebuild: boolean;
}

/**
 * Settles what holds.
 *
 * @throws UsageError `CONFIG_INVALID`
 */
export function settle(world: World, flags: GlobalFlags & EmbedderFlags): Settings {
  const { env } = world;
  const db = corpusPath(world, flags.db);
  const config = readConfig(world, configFolder(db));
  const { model, dimensions, documentPrefix, queryPrefix } = flags;
  const endpoint = settleEndpoint(world, flags.endpoint, config.endpoint);
  const environment: Config = env['UMEKOMI_MODEL'] ? { model: env['UMEKOMI_MODEL'] } : {};
  return {
    ...config,
    ...environment,
    ...configOf(flags),
    ...endpoint,
    db,
    flagged: { model, dimensions, documentPrefix, queryPrefix },
    rebuild: flags.rebuild === true,
  };
}

/** The flags that a configuration could hold as well, without those that were not given. */
function configOf(flags: GlobalFlags & EmbedderFlags): Config {
  const { model, dimensions, documentPrefix, queryPrefix } = flags;
  const { concurrency, batchSize, timeout, retries, chunkSize, chunkOverlap } = flags;
  const named = {
    ...{ model, dimensions, documentPrefix, queryPrefix },
    ...{ concurrency, batchSize, timeout, retries, chunkSize, chunkOverlap },
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function settleEndpoint(
  { env }: World,
  flag: string | undefined,
  config: string | undefined,
): { endpoint?: string; endpointOrigin: EndpointOrigin | null } {
  if (flag !== undefined) return { endpoint: flag, endpointOrigin: 'flag' };
  for (const variable of ['OPEN_WEBUI_URL', 'OLLAMA_HOST'] as const) {
    const value = env[variable]?.trim();
    if (value) return { endpoint: value, endpointOrigin: variable };
  }
  return config === undefined
    ? { endpointOrigin: null }
    : { endpoint: config, endpointOrigin: 'config' };
}
