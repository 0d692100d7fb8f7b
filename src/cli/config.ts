/** Configuration files: a project's `.umekomi/config.json` and the user's own. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { describeOption, isValid, type OptionValues } from '../model/option-spec.ts';
import {
  CHUNK_OPTIONS,
  REQUEST_OPTIONS,
  RERANK_SETTINGS,
  SERVER_OPTIONS,
  SPACE_OPTIONS,
} from '../model/options.ts';
import type { World } from './terminal.ts';

/** The options that a configuration may hold. */
export const SETTINGS: typeof SPACE_OPTIONS &
  typeof SERVER_OPTIONS &
  typeof REQUEST_OPTIONS &
  typeof CHUNK_OPTIONS &
  typeof RERANK_SETTINGS = {
  ...SPACE_OPTIONS,
  ...SERVER_OPTIONS,
  ...REQUEST_OPTIONS,
  ...CHUNK_OPTIONS,
  ...RERANK_SETTINGS,
};

/** What a configuration says. */
export type Config = OptionValues<typeof SETTINGS>;

/**
 * The project's configuration over the user's. A project's file comes with a checkout and is not
 * trusted with where text and keys go: an address in it is an error.
 *
 * @param folder the `.umekomi` folder of the corpus, or null
 * @throws UsageError `CONFIG_INVALID`
 */
export function readConfig(world: World, folder: string | null): Config {
  const user = readFile(userConfigPath(world));
  if (folder === null) return user;
  const path = join(folder, 'config.json');
  const project = readFile(path);
  for (const [name, others] of ADDRESSES) {
    if (project[name] === undefined) continue;
    const message = `${path}: a project's configuration cannot say where text is sent (${name}); use ${others} or ${userConfigPath(world)}.`;
    throw new UsageError('CONFIG_INVALID', message);
  }
  return { ...user, ...project };
}

/** Settings that say where text is sent, and what else does. */
const ADDRESSES = [
  ['endpoint', '--endpoint, OLLAMA_HOST, OPEN_WEBUI_URL'],
  ['rerankUrl', '--rerank, UMEKOMI_RERANK_URL'],
] as const;

/** A relative XDG_CONFIG_HOME counts as unset: it would be another file in every folder. */
function userConfigPath({ env, home }: World): string {
  const named = env['XDG_CONFIG_HOME'] ?? '';
  const base = isAbsolute(named) ? named : join(home, '.config');
  return join(base, 'umekomi', 'config.json');
}

function readFile(path: string): Config {
  let text: string;
  try {
    text = readPlainFile(path);
  } catch (error) {
    if (isMissing(error)) return {};
    throw new UsageError('CONFIG_INVALID', `${path} cannot be read.`, { cause: error });
  }
  try {
    return checked(path, JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError('CONFIG_INVALID', `${path} is not valid JSON.`, { cause: error });
  }
}

/** A thousand times as many as all settings take. */
const MAX_BYTES = 1024 * 1024;

/** A named pipe in a project's folder would be waited for, and a disk's worth of bytes read. */
function readPlainFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > MAX_BYTES) throw new Error('not a file of settings');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))
  );
}

function checked(path: string, value: unknown): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('CONFIG_INVALID', `${path} must hold a JSON object.`);
  }
  for (const [name, setting] of Object.entries(value)) checkSetting(path, name, setting);
  return value;
}

function checkSetting(path: string, name: string, setting: unknown): void {
  const spec = Object.hasOwn(SETTINGS, name) ? SETTINGS[name as keyof typeof SETTINGS] : null;
  if (spec === null) {
    const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
    const known = Object.keys(SETTINGS).join(', ');
    const message = `${path}: there is no setting ${shown}; the settings are ${known}. Keys belong into the environment.`;
    throw new UsageError('CONFIG_INVALID', message);
  }
  if (isValid(spec, setting)) return;
  const message = `${path}: ${name} must be ${describeOption(spec)}.`;
  throw new UsageError('CONFIG_INVALID', message);
}
