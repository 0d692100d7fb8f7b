/** `umekomi optimize`: makes a corpus as small and quick as one that was just built. */
import { optimize } from '../../service/operations/optimize.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { requireCorpus } from '../corpus-path.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, counted } from '../render/numbers.ts';
import { resolveSettings } from '../settings.ts';
import { tell, toJson, write } from '../terminal.ts';

/** Runs it. */
export const runOptimize: RunCommand = async (world, { flags }) => {
  const settings = resolveSettings(world, flags);
  requireCorpus(settings.db);
  const done = await withContext(world, settings, { readOnly: false }, (context) =>
    optimize.run(context, {}),
  );
  if (flags['json'] === true) {
    await write(world.stdout, `${toJson({ version: 1, ...done })}\n`);
    return EXIT.ok;
  }
  const { before, after } = done.size;
  const lines = [
    `size       ${bytes(before)} before, ${bytes(after)} now`,
    ...(done.pruned > 0 ? [`vectors    ${counted(done.pruned, 'vector')} no longer used`] : []),
  ];
  await tell(world, `${lines.join('\n')}\n`);
  return EXIT.ok;
};
