/**
 * The reranker that a command names: by its address, or by its model on the server that the user has named once.
 * Loaded only where there is one.
 */
import { UsageError } from '../model/errors.ts';
import type { Reranker } from '../model/types.ts';
import { rerankServer } from '../reranking/rerank-server.ts';
import { sayTo } from './notices.ts';
import { debugOptions, keyUnlessElsewhere, whyNotSent } from './server.ts';
import type { Settings } from './settings.ts';
import type { World } from './terminal.ts';

/** Its key, and the address that the key is for. */
const VARIABLES = { key: 'UMEKOMI_RERANK_API_KEY', address: 'UMEKOMI_RERANK_URL' } as const;

/** Where a reranker is. */
interface Named {
  readonly url: string;
  readonly model?: string;
  readonly origin: 'flag' | 'environment' | 'config';
}

/**
 * Makes the reranker of a command.
 *
 * @param wanted an address if `://` is in it, else a model's name
 * @throws UsageError `USAGE` for a model without a server; EmbeddingError for an address or a key that is none
 */
export async function makeReranker(
  world: World,
  settings: Settings,
  wanted: string,
): Promise<Reranker> {
  const { url, model, origin } = find(world, settings, wanted.trim());
  const { env } = world;
  const apiKey =
    origin === 'environment' ? env[VARIABLES.key] : keyUnlessElsewhere(env, VARIABLES, url);
  const from = origin === 'flag' ? '--rerank' : 'the configuration';
  const why = whyNotSent(env, VARIABLES, `this one came from ${from}`);
  const { fetch } = await debugOptions(settings, (line) => sayTo(world, line));
  return rerankServer({
    ...{ url, model, apiKey, fetch },
    whyNoKey: apiKey === undefined ? why : undefined,
  });
}

function find({ env }: World, { rerankUrl }: Settings, wanted: string): Named {
  if (wanted.includes('://')) return { url: wanted, origin: 'flag' };
  const named = env[VARIABLES.address]?.trim() ?? '';
  if (named !== '') return { url: named, model: wanted, origin: 'environment' };
  if (rerankUrl !== undefined) return { url: rerankUrl, model: wanted, origin: 'config' };
  const message = `--rerank names a model, and no server that has it: set ${VARIABLES.address}, or give the address of the server itself, such as --rerank http://127.0.0.1:8080.`;
  throw new UsageError('USAGE', message);
}
