/** The command line: what all commands share. They are defined in `searching.ts` and `whole.ts`. */
import { Command } from 'commander';
import { notBlank } from './flags.ts';
import { printable, type World } from './terminal.ts';

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

/** Adds one command to a program. */
export type AddCommand = (program: Command, world: World, setExitCode: SetExitCode) => void;

/** What a program is made of. */
export interface ProgramParts {
  readonly version: string;
  /** In the order of the help. */
  readonly commands: readonly AddCommand[];
}

/** Builds the command line over a world. */
export function createProgram(
  world: World,
  { version, commands }: ProgramParts,
  setExitCode: SetExitCode,
): Command {
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
      writeErr: (text) => world.stderr.write(printable(text)),
    });
  for (const add of commands) add(program, world, setExitCode);
  return program;
}
