/** `umekomi search`: the passages nearest to a query. */
import { text } from 'node:stream/consumers';
import { UsageError } from '../../errors.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import type { HitFlags } from '../flags.ts';
import { printHits } from '../render/hits.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import type { World } from '../terminal.ts';

/** Runs it. @returns the exit code */
export async function search(
  world: World,
  words: readonly string[],
  flags: GlobalFlags & HitFlags,
): Promise<number> {
  const query = words.length === 1 && words[0] === '-' ? await text(world.stdin) : words.join(' ');
  if (query.trim() === '') throw new UsageError('USAGE', 'The query is empty.');
  const hits = await withCorpus(world, settle(world, flags), { readOnly: true }, (corpus) =>
    corpus.search(query.trim(), { ...toSearchOptions(flags), signal: world.signal }),
  );
  await printHits(world, hits, query.trim(), flags);
  return hits.length > 0 ? EXIT.ok : EXIT.nothing;
}

/** The options of a search from its flags. */
export function toSearchOptions({ k, path, minSimilarity, exact }: HitFlags): {
  k: number;
  paths: readonly string[] | undefined;
  minSimilarity: number | undefined;
  exact: boolean | undefined;
} {
  return { k, paths: path, minSimilarity, exact };
}
