/** `umekomi remove`: takes a source, or a folder or file of one, out of the corpus. */
import { remove } from '../../service/operations/remove.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { requireCorpus } from '../corpus-path.ts';
import { EXIT } from '../exit-codes.ts';
import { expandHome, shownPath } from '../paths.ts';
import { counted } from '../render/numbers.ts';
import { shellWord } from '../render/shell.ts';
import { resolveSettings } from '../settings.ts';
import { printableName, tell } from '../terminal.ts';

/** Runs it. */
export const runRemove: RunCommand = async (world, { args, flags }) => {
  const settings = resolveSettings(world, flags);
  requireCorpus(settings.db);
  const path = expandHome(args[0] ?? '', world.home);
  const removed = await withContext(world, settings, { readOnly: false }, (context) =>
    remove.run(context, { path }),
  );
  const lines = [
    ...removed.sources.map((source) => `source     ${printableName(source)} removed`),
    `documents  ${counted(removed.documents, 'document')} removed; nothing on disk was touched`,
    ...removed.excluded.map((path) => `excluded   ${wayBack(path, world.cwd)}`),
    `vectors    ${counted(removed.vectors, 'vector')} no longer used`,
  ];
  await tell(world, `${lines.join('\n')}\n`);
  return EXIT.ok;
};

/** A place below a source is left out from then on: by which rule, and how it comes back. */
function wayBack(path: string, cwd: string): string {
  const place = shownPath({ source: path, path: '' }, cwd);
  return `${printableName(place)} from now on; to take it back: umekomi index ${shellWord(place)}`;
}
