/** `--rerank`: what it takes to make a reranker is loaded only if it was given. */
import { RERANK_OPTIONS } from '../model/options.ts';
import type { Reranker } from '../model/types.ts';
import { type Flags, readOptions } from './flags.ts';
import { resolveSettings } from './settings.ts';
import type { World } from './terminal.ts';

/** The reranker that the flags name; undefined for none. */
export async function rerankerOf(world: World, flags: Flags): Promise<Reranker | undefined> {
  const { rerank } = readOptions(flags, RERANK_OPTIONS);
  if (rerank === undefined) return undefined;
  const { makeReranker } = await import('./reranker.ts');
  return makeReranker(world, resolveSettings(world, flags), rerank);
}
