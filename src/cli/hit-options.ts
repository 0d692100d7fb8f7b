/** The options of a search from its flags: paths become absolute here. */
import { resolve } from 'node:path';
import type { HitOptions } from '../index.ts';
import type { HitFlags } from './flags.ts';
import { expandHome } from './paths.ts';
import type { World } from './terminal.ts';

/** What a list of hits may be, as the flags say. */
export function toHitOptions({ cwd, home }: World, flags: HitFlags): HitOptions {
  const { k, perDocument, context, path, source, since, until, where } = flags;
  const { minSimilarity, exact } = flags;
  return {
    ...{ k, perDocument, contextLines: context, minSimilarity, exact },
    ...{ paths: path, since, until, where },
    sources: source?.map((place) => resolve(cwd, expandHome(place, home))),
  };
}
