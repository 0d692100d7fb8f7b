/**
 * `search` and `like` by themselves: most runs are one of them, and are over before the other
 * commands' files would be read. `bin.ts` starts them from one bundled file.
 */
import { Option } from 'commander';
import { RERANK_OPTIONS } from '../model/options.ts';
import { like } from '../service/operations/like.ts';
import { search } from '../service/operations/search.ts';
import type { CommandDefinition } from './command.ts';
import { main, type Run } from './main.ts';

/** What is printed of hits. */
function hitFlags(): readonly Option[] {
  return [
    new Option('--full', 'print whole passages'),
    new Option('--explain', 'print where each hit stood by meaning and by words'),
    new Option('--json', 'print one JSON document').conflicts(['jsonl', 'files', '0']),
    new Option('--jsonl', 'print one JSON object a hit').conflicts(['files', '0']),
    new Option('--files', "print the documents' paths only, each once"),
    new Option('-0', 'like --files, with NUL behind each path, for xargs -0'),
  ];
}

/** The command `search`. */
export const SEARCH: CommandDefinition = {
  operation: search,
  argument: ['<query...>', 'the query; - reads it from stdin'],
  options: RERANK_OPTIONS,
  flags: hitFlags,
  examples: [
    'umekomi search "埋め込み"',
    'umekomi search how do I restore a backup -k 3',
    `umekomi search "設定" --path 'guide/**' --path '!**/old/**'`,
    'umekomi search H-423 --mode lexical --context 2',
    `umekomi search '"stale lock" after a crash'     quoted words stand there exactly`,
    'umekomi search "献立" --where tags=煮物 --since 2026-01-01',
    'umekomi search "復元の手順" --rerank http://127.0.0.1:8080',
    'echo "長い質問…" | umekomi search -',
  ],
  load: async () => (await import('./commands/search.ts')).runSearch,
};

/** The command `like`. */
export const LIKE: CommandDefinition = {
  operation: like,
  argument: ['<path[:line]>', 'a document, and a line of the passage in it'],
  flags: hitFlags,
  examples: [
    'umekomi like docs/guide.md:42',
    'umekomi like docs/guide.md --per-document 1 --files',
  ],
  load: async () => (await import('./commands/like.ts')).runLike,
};

/** Runs `search` or `like`; any other command is unknown here. */
export const run: Run = (args, world, version) =>
  main(args, world, { version, commands: [SEARCH, LIKE] });
