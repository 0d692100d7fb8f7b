/** Configuration files: a project's `.umekomi/config.json` and the user's own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { World } from './terminal.ts';

/** What a configuration may hold. */
export interface Config {
  readonly model?: string;
  readonly endpoint?: string;
  readonly dimensions?: number;
  readonly documentPrefix?: string;
  readonly queryPrefix?: string;
  readonly concurrency?: number;
  readonly batchSize?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly retries?: number;
  readonly chunkSize?: number;
  readonly chunkOverlap?: number;
}

const TYPES: Readonly<Record<keyof Config, 'string' | 'number'>> = {
  model: 'string',
  endpoint: 'string',
  dimensions: 'number',
  documentPrefix: 'string',
  queryPrefix: 'string',
  concurrency: 'number',
  batchSize: 'number',
  timeout: 'number',
  retries: 'number',
  chunkSize: 'number',
  chunkOverlap: 'number',
};

/**
 * The project's configuration over the user's. A project's file comes with a checkout and is not
 * trusted with where text and keys go: an endpoint in it is an error.
 *
 * @param folder the `.umekomi` folder of the corpus, or null
 * @throws UsageError `CONFIG_INVALID`
 */
export function readConfig(world: World, folder: string | null): Config {
  const user = readFile(userConfigPath(world));
  if (folder === null) return user;
  const path = join(folder, 'config.json');
  const project = readFile(path);
  if (project.endpoint !== undefined) {
    const message = `${path}: a project's configuration cannot say where text is sent; use --endpoint, OLLAMA_HOST, OPEN_WEBUI_URL or ${userConfigPath(world)}.`;
    throw new UsageError('CONFIG_INVALID', message);
  }
  return { ...user, ...project };
}

function userConfigPath({ env, home }: World): string {
  const base = env['XDG_CONFIG_HOME'] || join(home, '.config');
  return join(base, 'umekomi', 'config.json');
}

function readFile(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return {};
    throw new UsageError('CONFIG_INVALID', `${path} cannot be read.`, { cause: error });
  }
  try {
    return check(path, JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError('CONFIG_INVALID', `${path} is not valid JSON.`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
  );
}

function check(path: string, value: unknown): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('CONFIG_INVALID', `${path} must hold a JSON object.`);
  }
  for (const [key, entry] of Object.entries(value)) {
    if (!Object.hasOwn(TYPES, key)) {
      const known = Object.keys(TYPES).join(', ');
      const key64 = key.length > 40 ? `${key.slice(0, 40)}…` : key;
      const message = `${path}: there is no setting ${JSON.stringify(key64)}; the settings are ${known}. Keys belong into the environment.`;
      throw new UsageError('CONFIG_INVALID', message);
    }
    const type = TYPES[key as keyof Config];
    if (typeof entry !== type) {
      throw new UsageError('CONFIG_INVALID', `${path}: ${key} must be a ${type}.`);
    }
  }
  return value;
}
