/** What holds for a command: flag over environment over project configuration over user configuration. */
import type { OptionValues } from '../model/option-spec.ts';
import { SPACE_OPTIONS } from '../model/options.ts';
import { type Config, readConfig, SETTINGS } from './config.ts';
import { configFolder, corpusPath } from './corpus-path.ts';
import { type Flags, readOptions } from './flags.ts';
import type { World } from './terminal.ts';

/** What makes a vector space: an existing corpus has its own, which only a flag may contradict. */
export type SpaceSettings = OptionValues<typeof SPACE_OPTIONS>;

/** Where the endpoint was named: keys depend on it. */
export type EndpointOrigin = 'flag' | 'OPEN_WEBUI_URL' | 'OLLAMA_HOST' | 'config';

/** Everything but the embedder itself. */
export interface Settings extends Config {
  /** The corpus file. */
  readonly db: string;
  readonly endpointOrigin: EndpointOrigin | null;
  /** What was named by flag: it must be the corpus's. */
  readonly flagged: SpaceSettings;
  /** True if the corpus's space is to be replaced: then everything above holds. */
  readonly rebuild: boolean;
  /** True if it is to be said what is asked of the server and the corpus. */
  readonly debug: boolean;
}

/**
 * Resolves what holds.
 *
 * @throws UsageError `CONFIG_INVALID`
 */
export function resolveSettings(world: World, flags: Flags): Settings {
  const { env } = world;
  const db = corpusPath(world, typeof flags['db'] === 'string' ? flags['db'] : undefined);
  const config = readConfig(world, configFolder(db));
  const environment: Config = env['UMEKOMI_MODEL'] ? { model: env['UMEKOMI_MODEL'] } : {};
  const flagged = readOptions(flags, SETTINGS);
  return {
    ...config,
    ...environment,
    ...flagged,
    ...resolveEndpoint(world, flagged.endpoint, config.endpoint),
    db,
    flagged: readOptions(flags, SPACE_OPTIONS),
    rebuild: flags['rebuild'] === true,
    debug: flags['debug'] === true || isSet(env['UMEKOMI_DEBUG']),
  };
}

function resolveEndpoint(
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

/** A switch in the environment: `0` and nothing mean off. */
function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== '0';
}
