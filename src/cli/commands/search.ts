/** `umekomi search`: the passages that answer a query best. */
import { text } from 'node:stream/consumers';
import type { SearchMode } from '../../index.ts';
import { UsageError } from '../../model/errors.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import type { HitFlags } from '../flags.ts';
import { toHitOptions } from '../hit-options.ts';
import { defaultMode } from '../mode.ts';
import { printHits } from '../render/hits.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import type { World } from '../terminal.ts';

/** Flags of `search`. */
export interface SearchFlags extends GlobalFlags, HitFlags {
  readonly mode?: SearchMode;
}

/** Runs it. @returns the exit code */
export async function search(
  world: World,
  words: readonly string[],
  flags: SearchFlags,
): Promise<number> {
  const given = words.length === 1 && words[0] === '-' ? await text(world.stdin) : words.join(' ');
  const query = given.trim();
  if (query === '') throw new UsageError('USAGE', 'The query is empty.');
  if (flags.mode === 'lexical' && flags.minSimilarity !== undefined) {
    const message =
      '--min-similarity needs vectors, and --mode lexical compares words: leave one of them out.';
    throw new UsageError('USAGE', message);
  }
  const { hits, mode } = await withCorpus(
    world,
    settle(world, flags),
    { readOnly: true },
    async (corpus) => {
      const chosen = flags.mode ?? defaultMode(world, corpus);
      const options = { ...toHitOptions(world, flags), mode: chosen, signal: world.signal };
      return { hits: await corpus.search(query, options), mode: chosen };
    },
  );
  await printHits(world, hits, { query, mode, flags });
  return hits.length > 0 ? EXIT.ok : EXIT.nothing;
}
