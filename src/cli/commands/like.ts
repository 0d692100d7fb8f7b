/** `umekomi like`: passages like one that is indexed. */
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import type { HitFlags } from '../flags.ts';
import { toHitOptions } from '../hit-options.ts';
import { expandHome } from '../paths.ts';
import { printHits } from '../render/hits.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import type { World } from '../terminal.ts';

/** Runs it. @returns the exit code */
export async function like(
  world: World,
  place: string,
  flags: GlobalFlags & HitFlags,
): Promise<number> {
  const at = /^(?<path>.+):(?<line>[1-9]\d{0,8})$/su.exec(place)?.groups;
  const path = at?.['path'] ?? place;
  const line = at?.['line'] === undefined ? null : Number(at['line']);
  const hits = await withCorpus(world, settle(world, flags), { readOnly: true }, async (corpus) =>
    corpus.like(expandHome(path, world.home), line, toHitOptions(world, flags)),
  );
  await printHits(world, hits, { query: null, mode: 'semantic', flags });
  return hits.length > 0 ? EXIT.ok : EXIT.nothing;
}
