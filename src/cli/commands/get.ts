/** `umekomi get`: a document, or some lines of it, as the corpus has it. */
import { read } from '../../service/operations/read.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { expandHome } from '../paths.ts';
import { splitPlace } from '../places.ts';
import { resolveSettings } from '../settings.ts';
import { printable, toJson, type World, write } from '../terminal.ts';

/** Runs it. */
export const runGet: RunCommand = async (world, { args, flags }) => {
  const settings = resolveSettings(world, flags);
  const place = placeOf(args[0] ?? '', world);
  const found = await withContext(world, settings, { readOnly: true }, (context) =>
    read.run(context, place),
  );
  const text = flags['json'] === true ? toJson({ version: 1, ...found }) : printable(found.text);
  await write(world.stdout, `${text}\n`);
  return EXIT.ok;
};

/** What was typed: the uri of a hit, or a path with or without lines. */
function placeOf(typed: string, { home }: World): Parameters<typeof read.run>[1] {
  if (typed.startsWith('umekomi://')) return { uri: typed };
  const { path, lines } = splitPlace(typed);
  return { path: expandHome(path, home), ...(lines === null ? {} : { lines }) };
}
