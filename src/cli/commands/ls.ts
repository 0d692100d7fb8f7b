/** `umekomi ls`: the documents of a corpus. */
import { FILTER_OPTIONS } from '../../model/options.ts';
import type { DocumentInfo } from '../../model/search.ts';
import { documents } from '../../service/operations/documents.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { readOptions } from '../flags.ts';
import { expandAll } from '../paths.ts';
import { documentTable } from '../render/documents.ts';
import { resolveSettings } from '../settings.ts';
import { toJson, write } from '../terminal.ts';

/** Runs it. */
export const runLs: RunCommand = async (world, { args, flags }) => {
  const settings = resolveSettings(world, flags);
  const filter = readOptions(flags, FILTER_OPTIONS);
  const sources = expandAll(filter.sources, world.home);
  const paths = args.length === 0 ? undefined : args;
  const listed: DocumentInfo[] = [];
  await withContext(world, settings, { readOnly: true }, async (context) => {
    for await (const document of await documents.run(context, { ...filter, sources, paths })) {
      if (flags['jsonl'] === true) await write(world.stdout, `${toJson(document)}\n`);
      listed.push(document);
    }
  });
  if (flags['json'] === true) {
    await write(world.stdout, `${toJson({ version: 1, documents: listed })}\n`);
  } else if (flags['jsonl'] !== true && listed.length > 0) {
    await write(world.stdout, documentTable(listed, world.cwd));
  }
  return listed.length > 0 ? EXIT.ok : EXIT.nothing;
};
