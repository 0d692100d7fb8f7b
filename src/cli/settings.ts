/** What holds for a run: flag over environment over project configuration over user configuration. */
import { type Config, readConfig } from './config.ts';
import { configFolder, corpusPath } from './corpus-path.ts';
import type { World } from './terminal.ts';

/** Flags that every command has. */
export interface GlobalFlags {
  readonly db?: string;
  readonly endpoint?: string;
  readonly model?: string;
  readonly verbose?: boolean;
}

/** Flags about the embedder; `index` has them. */
export interface EmbedderFlags {
  readonly dimensions?: number;
  readonly documentPrefix?: string;
  readonly queryPrefix?: string;
  readonly concurrency?: number;
  readonly batchSize?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly chunkSize?: number;
  readonly chunkOverlap?: number;
}

/** Where the endpoint was named: keys depend on it. */
export type EndpointOrigin = 'flag' | 'OPEN_WEBUI_URL' | 'OLLAMA_HOST' | 'config';

/** Everything settled but the embedder itself. */
export interface Settings extends Config {
  /** The corpus file. */
  readonly db: string;
  readonly endpointOrigin: EndpointOrigin | null;
  /** True if the model was named by flag: then it must be the corpus's. */
  readonly modelIsExplicit: boolean;
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
  const given = Object.fromEntries(
    Object.entries(flags).filter(([key, value]) => value !== undefined && key !== 'db'),
  ) as Config;
  const model = flags.model ?? (env['UMEKOMI_MODEL'] || undefined) ?? config.model;
  const [endpoint, endpointOrigin] = settleEndpoint(world, flags.endpoint, config.endpoint);
  return {
    ...{ ...config, ...given, db, endpointOrigin, modelIsExplicit: flags.model !== undefined },
    ...(model === undefined ? {} : { model }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

function settleEndpoint(
  { env }: World,
  flag: string | undefined,
  config: string | undefined,
): [string | undefined, EndpointOrigin | null] {
  if (flag !== undefined) return [flag, 'flag'];
  if (env['OPEN_WEBUI_URL']) return [env['OPEN_WEBUI_URL'], 'OPEN_WEBUI_URL'];
  if (env['OLLAMA_HOST']?.trim()) return [env['OLLAMA_HOST'], 'OLLAMA_HOST'];
  return config === undefined ? [undefined, null] : [config, 'config'];
}
