/** `umekomi like`: passages like one that is indexed. */
import { HIT_OPTIONS } from '../../model/options.ts';
import { like } from '../../service/operations/like.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { readOptions } from '../flags.ts';
import { sayNothingFound } from '../notices.ts';
import { expandAll, expandHome } from '../paths.ts';
import { splitPlace } from '../places.ts';
import { onePerFile, printHits } from '../render/hits.ts';
import { resolveSettings } from '../settings.ts';

/** Runs it. */
export const runLike: RunCommand = async (world, { args, flags }) => {
  const { path, lines } = splitPlace(args[0] ?? '');
  const options = onePerFile(flags, readOptions(flags, HIT_OPTIONS));
  const sources = expandAll(options.sources, world.home);
  const place = { path: expandHome(path, world.home), line: lines?.start };
  const settings = resolveSettings(world, flags);
  const found = await withContext(world, settings, { readOnly: true }, (context) =>
    like.run(context, { ...place, ...options, sources, signal: world.signal }),
  );
  await sayNothingFound(world, found.nothing);
  await printHits(world, found, { query: null, flags });
  return found.hits.length > 0 ? EXIT.ok : EXIT.nothing;
};
