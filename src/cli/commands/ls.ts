/** `umekomi ls`: the documents of a corpus. */
import { FILTER_OPTIONS } from '../../model/options.ts';
import type { DocumentInfo } from '../../model/search.ts';
import { documents, noDocuments } from '../../service/operations/documents.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { flagOf, readOptions } from '../flags.ts';
import { sayNothingFound } from '../notices.ts';
import { expandAll } from '../paths.ts';
import { documentTable } from '../render/documents.ts';
import { resolveSettings } from '../settings.ts';
import { toJson, write } from '../terminal.ts';

/** Runs it. */
export const runLs: RunCommand = async (world, { args, flags }) => {
  const settings = resolveSettings(world, flags);
  const filter = readOptions(flags, FILTER_OPTIONS);
  const sources = expandAll(filter.sources, world.home);
  const globs = [...args, ...(filter.paths ?? [])];
  const paths = globs.length === 0 ? undefined : globs;
  const listed: DocumentInfo[] = [];
  const wanted = { ...filter, sources, paths };
  const nothing = await withContext(world, settings, { readOnly: true }, async (context) => {
    for await (const document of await documents.run(context, wanted)) {
      if (flags['jsonl'] === true) await write(world.stdout, `${toJson(document)}\n`);
      listed.push(document);
    }
    return listed.length > 0 ? null : noDocuments.run(context, wanted);
  });
  const isGlob = args.length > 0 && filter.paths === undefined;
  await sayNothingFound(world, nothing, (option) =>
    option === 'paths' && isGlob ? 'the glob' : flagOf(option),
  );
  if (flags['json'] === true) {
    await write(world.stdout, `${toJson({ version: 1, documents: listed })}\n`);
  } else if (flags['jsonl'] !== true && listed.length > 0) {
    await write(world.stdout, documentTable(listed, world.cwd));
  }
  return listed.length > 0 ? EXIT.ok : EXIT.nothing;
};
