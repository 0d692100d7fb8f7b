/** `umekomi optimize`: makes a corpus as small and quick as one that was just built. */
import { existsSync } from 'node:fs';
import { CorpusError } from '../../model/errors.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import { bytes, counted } from '../render/numbers.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import { printableName, toJson, type World, write } from '../terminal.ts';

/** Runs it. @returns the exit code */
export async function optimize(
  world: World,
  flags: GlobalFlags & { readonly json?: boolean },
): Promise<number> {
  const settings = settle(world, flags);
  if (!existsSync(settings.db)) {
    const message = `There is no corpus at ${printableName(settings.db)}.`;
    throw new CorpusError('CORPUS_NOT_FOUND', message);
  }
  const done = await withCorpus(world, settings, { readOnly: false }, (corpus) =>
    corpus.optimize(),
  );
  if (flags.json === true) {
    await write(world.stdout, `${toJson({ version: 1, ...done })}\n`);
    return EXIT.ok;
  }
  const { before, after } = done.size;
  const lines = [
    `size       ${bytes(before)} before, ${bytes(after)} now`,
    ...(done.pruned > 0 ? [`vectors    ${counted(done.pruned, 'vector')} no longer used`] : []),
  ];
  await write(world.stderr, `${lines.join('\n')}\n`);
  return EXIT.ok;
}
