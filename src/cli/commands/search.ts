/** `umekomi search`: the passages that answer a query best. */
import { UsageError } from '../../model/errors.ts';
import { SEARCH_OPTIONS } from '../../model/options.ts';
import { search } from '../../service/operations/search.ts';
import type { RunCommand } from '../command.ts';
import { withContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { readOptions } from '../flags.ts';
import {
  sayMeaningOnly,
  sayNothingFound,
  sayNotReranked,
  sayPhrasesRelaxed,
  sayWordsOnly,
} from '../notices.ts';
import { expandAll } from '../paths.ts';
import { pipedText } from '../piped-text.ts';
import { onePerFile, printHits } from '../render/hits.ts';
import { rerankerOf } from '../reranker-flag.ts';
import { resolveSettings } from '../settings.ts';

/** Runs it. */
export const runSearch: RunCommand = async (world, { args, flags }) => {
  const given =
    args.length === 1 && args[0] === '-' ? await pipedText(world.stdin) : args.join(' ');
  const query = given.trim();
  if (query === '') throw new UsageError('USAGE', 'The query is empty.');
  const options = onePerFile(flags, readOptions(flags, SEARCH_OPTIONS));
  const sources = expandAll(options.sources, world.home);
  const settings = resolveSettings(world, flags);
  const reranker = await rerankerOf(world, flags);
  const found = await withContext(world, settings, { readOnly: true }, (context) =>
    search.run(context, { query, ...options, sources, reranker, signal: world.signal }),
  );
  if (options.mode === undefined && found.mode === 'semantic') sayMeaningOnly(world);
  if (options.mode !== 'lexical' && found.mode === 'lexical') sayWordsOnly(world);
  if (found.phrasesRelaxed && found.hits.length > 0) sayPhrasesRelaxed(world);
  if (found.rerank !== null) sayNotReranked(world, found.rerank);
  await sayNothingFound(world, found.nothing);
  await printHits(world, found, { query, flags });
  return found.hits.length > 0 ? EXIT.ok : EXIT.nothing;
};
