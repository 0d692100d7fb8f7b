/**
 * `search` and `like` by themselves: most runs are one of them, and are over before the other
 * commands' files would be read. `bin.ts` starts them from one bundled file.
 */
import type { Command } from 'commander';
import { hitOptions, modeOption } from './flags.ts';
import { main, type Run } from './main.ts';
import type { AddCommand } from './program.ts';

/** The command `search`. */
export const addSearch: AddCommand = (program, world, setExitCode) => {
  const command = program
    .command('search')
    .description('find the passages that answer a query, by meaning and by words')
    .argument('<query...>', 'the query; - reads it from stdin')
    .addHelpText(
      'after',
      `
Examples:
  $ umekomi search "埋め込み"
  $ umekomi search how do I restore a backup -k 3
  $ umekomi search "設定" --path 'guide/**' --path '!**/old/**'
  $ umekomi search H-423 --mode lexical --context 2
  $ umekomi search '"stale lock" after a crash'     quoted words stand there exactly
  $ umekomi search "献立" --where tags=煮物 --since 2026-01-01
  $ echo "長い質問…" | umekomi search -`,
    );
  command.addOption(modeOption());
  for (const option of hitOptions()) command.addOption(option);
  command.action(async (query: string[], _, self: Command) => {
    const { search } = await import('./commands/search.ts');
    setExitCode(await search(world, query, self.optsWithGlobals()));
  });
};

/** The command `like`. */
export const addLike: AddCommand = (program, world, setExitCode) => {
  const command = program
    .command('like')
    .description('find passages like one that is indexed; needs no server')
    .argument('<path[:line]>', 'a document, and a line of the passage in it')
    .addHelpText(
      'after',
      `
Examples:
  $ umekomi like docs/guide.md:42
  $ umekomi like docs/guide.md --per-document 1 --files`,
    );
  for (const option of hitOptions()) command.addOption(option);
  command.action(async (place: string, _, self: Command) => {
    const { like } = await import('./commands/like.ts');
    setExitCode(await like(world, place, self.optsWithGlobals()));
  });
};

/** Runs `search` or `like`; any other command is unknown here. */
export const run: Run = (args, world, version) =>
  main(args, world, { version, commands: [addSearch, addLike] });
