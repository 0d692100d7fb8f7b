/** The command line: commands, flags and help. What they do is loaded when they run. */
import { Command } from 'commander';
import { collect, hitOptions, modeOption, notBlank, numberIn } from './flags.ts';
import { RANGES } from './numbers.ts';
import type { World } from './terminal.ts';

/** Told how a command ended. */
export type SetExitCode = (code: number) => void;

const HELP = `
Examples:
  $ umekomi index ./docs                     index a folder into .umekomi/corpus.db
  $ umekomi search "埋め込み"                 find passages
  $ umekomi index                            bring the corpus up to date
  $ OPEN_WEBUI_URL=http://localhost:3000 OPEN_WEBUI_API_KEY=sk-… umekomi index ./docs --model bge-m3

Exit codes: 0 found or done, 1 nothing found, 2 wrong usage or unexpected, 3 the embedding server
failed, 4 done with failures, 130 and 143 interrupted.`;

/** Builds the command line over a world. */
export function createProgram(world: World, version: string, setExitCode: SetExitCode): Command {
  const program = new Command('umekomi')
    .description(
      'Search your own text by meaning and by words: one SQLite file, your own embedding server.',
    )
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option(
      '--db <file>',
      'the corpus file (default: .umekomi/corpus.db, looked for upwards)',
      notBlank,
    )
    .option('--endpoint <url>', 'the Ollama or Open WebUI to embed with', notBlank)
    .option('--model <name>', 'the embedding model; "builtin" needs no server', notBlank)
    .option('-v, --verbose', 'print more on stderr')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(umekomi --help lists commands and flags)')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
    });
  addIndex(program, world, setExitCode);
  addSearch(program, world, setExitCode);
  addLike(program, world, setExitCode);
  addRemove(program, world, setExitCode);
  addStatus(program, world, setExitCode);
  addEval(program, world, setExitCode);
  addModels(program, world, setExitCode);
  return program;
}

function addIndex(program: Command, world: World, setExitCode: SetExitCode): void {
  program
    .command('index')
    .description('bring a corpus up to date with folders, files or globs')
    .argument('[sources...]', 'folders, files or globs; none means all that the corpus has')
    .option('--include <glob>', 'only files that match; repeatable', collect)
    .option('--exclude <glob>', 'not files that match; repeatable', collect)
    .option('--no-ignore', 'read what .gitignore, .ignore and .umekomiignore leave out')
    .option('--chunk-size <tokens>', 'most estimated tokens of a chunk', numberIn(RANGES.chunkSize))
    .option(
      '--chunk-overlap <tokens>',
      'tokens repeated from the chunk before',
      numberIn(RANGES.chunkOverlap),
    )
    .option(
      '--dimensions <n>',
      'length of the vectors, for models that can be cut',
      numberIn(RANGES.dimensions),
    )
    .option('--document-prefix <text>', "put before every text, instead of the model's own")
    .option('--query-prefix <text>', "put before every query, instead of the model's own")
    .option('--concurrency <n>', 'requests in flight', numberIn(RANGES.concurrency))
    .option('--batch-size <n>', 'texts a request', numberIn(RANGES.batchSize))
    .option('--timeout <seconds>', 'for one request', numberIn(RANGES.timeout))
    .option('--retries <n>', 'further attempts of a failed request', numberIn(RANGES.retries))
    .option('--rebuild', 'embed everything anew, for another model, dimensions or prefixes')
    .option('--dry-run', 'say what would happen; change nothing')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ umekomi index ./docs ./notes
  $ umekomi index ./docs --exclude 'drafts/**'
  $ umekomi index 'docs/**/*.md'
  $ umekomi index --dry-run
  $ umekomi index --rebuild --model bge-m3`,
    )
    .action(async (sources: string[], _, command: Command) => {
      const { index } = await import('./commands/index.ts');
      setExitCode(await index(world, sources, command.optsWithGlobals()));
    });
}

function addSearch(program: Command, world: World, setExitCode: SetExitCode): void {
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
}

function addLike(program: Command, world: World, setExitCode: SetExitCode): void {
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
}

function addRemove(program: Command, world: World, setExitCode: SetExitCode): void {
  program
    .command('remove')
    .description('take a source, or a folder or file of one, out of the corpus')
    .argument('<path>', 'on disk or inside a source; nothing on disk is touched')
    .addHelpText(
      'after',
      `
Examples:
  $ umekomi remove ./notes                   a source, with all that came from it
  $ umekomi remove docs/drafts               left out from now on`,
    )
    .action(async (path: string, _, command: Command) => {
      const { remove } = await import('./commands/remove.ts');
      setExitCode(await remove(world, path, command.optsWithGlobals()));
    });
}

function addStatus(program: Command, world: World, setExitCode: SetExitCode): void {
  program
    .command('status')
    .description('say what a corpus holds')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ umekomi status')
    .action(async (_, command: Command) => {
      const { status } = await import('./commands/status.ts');
      setExitCode(await status(world, command.optsWithGlobals()));
    });
}

function addEval(program: Command, world: World, setExitCode: SetExitCode): void {
  program
    .command('eval')
    .description('measure how good search is, on questions whose answers are known')
    .argument(
      '[set]',
      'a folder with queries.jsonl and qrels.tsv, or a file of queries with answers',
    )
    .option('--split <name>', 'the part of the set to ask, such as dev')
    .option('--mode <mode>', 'only this mode; repeatable', collect)
    .option(
      '--chunk-size <tokens>',
      "for the set's own documents: most estimated tokens of a chunk",
      numberIn(RANGES.chunkSize),
    )
    .option(
      '--chunk-overlap <tokens>',
      "for the set's own documents: tokens repeated from the chunk before",
      numberIn(RANGES.chunkOverlap),
    )
    .option('--ranks', 'print the place of every answer of every query as well')
    .option('--compare <files...>', 'compare two runs that were kept with --json, or modes of one')
    .option('--json', 'print the figures and the scores of every query as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ umekomi eval questions.jsonl             ask the corpus of this folder
  $ umekomi eval ./jsquad --split dev --model bge-m3 --json > bge-m3.json
  $ umekomi eval --compare builtin.json bge-m3.json`,
    )
    .action(async (set: string | undefined, _, command: Command) => {
      const { evaluate } = await import('./commands/eval.ts');
      setExitCode(await evaluate(world, set, command.optsWithGlobals()));
    });
}

function addModels(program: Command, world: World, setExitCode: SetExitCode): void {
  program
    .command('models')
    .description('list the models of the server, and which of them can embed')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  $ umekomi models --endpoint http://localhost:3000')
    .action(async (_, command: Command) => {
      const { models } = await import('./commands/models.ts');
      setExitCode(await models(world, command.optsWithGlobals()));
    });
}
