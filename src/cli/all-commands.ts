/** The whole command line: every command, flag and help. What they do is loaded when they run. */
import type { Command } from 'commander';
import { collect, numberIn } from './flags.ts';
import { main, type Run } from './main.ts';
import { RANGES } from './numbers.ts';
import type { AddCommand } from './program.ts';
import { addLike, addSearch } from './search-commands.ts';

const addIndex: AddCommand = (program, world, setExitCode) => {
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
};

const addRemove: AddCommand = (program, world, setExitCode) => {
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
};

const addOptimize: AddCommand = (program, world, setExitCode) => {
  program
    .command('optimize')
    .description('make a corpus as small and quick as one that was just built')
    .option('--json', 'print what it came to as JSON')
    .addHelpText('after', '\nExample:\n  $ umekomi optimize')
    .action(async (_, command: Command) => {
      const { optimize } = await import('./commands/optimize.ts');
      setExitCode(await optimize(world, command.optsWithGlobals()));
    });
};

const addStatus: AddCommand = (program, world, setExitCode) => {
  program
    .command('status')
    .description('say what a corpus holds')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ umekomi status')
    .action(async (_, command: Command) => {
      const { status } = await import('./commands/status.ts');
      setExitCode(await status(world, command.optsWithGlobals()));
    });
};

const addDoctor: AddCommand = (program, world, setExitCode) => {
  program
    .command('doctor')
    .description('say what is wrong with a corpus and its server, and what to do')
    .option('--offline', 'look at the file only; ask no server')
    .option('--repair', 'mend what can be mended')
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ umekomi doctor
  $ umekomi doctor --offline --repair`,
    )
    .action(async (_, command: Command) => {
      const { doctor } = await import('./commands/doctor.ts');
      setExitCode(await doctor(world, command.optsWithGlobals()));
    });
};

const addEval: AddCommand = (program, world, setExitCode) => {
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
};

const addModels: AddCommand = (program, world, setExitCode) => {
  program
    .command('models')
    .description('list the models of the server, and which of them can embed')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  $ umekomi models --endpoint http://localhost:3000')
    .action(async (_, command: Command) => {
      const { models } = await import('./commands/models.ts');
      setExitCode(await models(world, command.optsWithGlobals()));
    });
};

/** Runs any command. */
export const run: Run = (args, world, version) =>
  main(args, world, {
    version,
    commands: [
      ...[addIndex, addSearch, addLike, addRemove, addOptimize],
      ...[addStatus, addDoctor, addEval, addModels],
    ],
  });
