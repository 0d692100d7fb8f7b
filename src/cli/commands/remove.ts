/** `umekomi remove`: takes a source, or a folder or file of one, out of the corpus. */
import { existsSync } from 'node:fs';
import { CorpusError } from '../../model/errors.ts';
import { withCorpus } from '../corpus.ts';
import { EXIT } from '../exit-codes.ts';
import { expandHome } from '../paths.ts';
import { counted } from '../render/numbers.ts';
import { type GlobalFlags, settle } from '../settings.ts';
import { printableName, type World, write } from '../terminal.ts';

/** Runs it. @returns the exit code */
export async function remove(world: World, place: string, flags: GlobalFlags): Promise<number> {
  const settings = settle(world, flags);
  if (!existsSync(settings.db)) {
    const message = `There is no corpus at ${printableName(settings.db)}.`;
    throw new CorpusError('CORPUS_NOT_FOUND', message);
  }
  const removed = await withCorpus(world, settings, { readOnly: false }, (corpus) =>
    corpus.remove(expandHome(place, world.home)),
  );
  const lines = [
    ...removed.sources.map((source) => `source     ${printableName(source)} removed`),
    `documents  ${counted(removed.documents, 'document')} removed; nothing on disk was touched`,
    `vectors    ${counted(removed.vectors, 'vector')} no longer used`,
  ];
  await write(world.stderr, `${lines.join('\n')}\n`);
  return EXIT.ok;
}
