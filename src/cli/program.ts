/** The command line: what all commands share. They are defined in search-commands.ts and all-commands.ts. */
import { Command, Option } from 'commander';
import { SERVER_OPTIONS, SPACE_OPTIONS } from '../model/options.ts';
import { addCommand, type CommandDefinition } from './command.ts';
import { notBlank, toFlag } from './flags.ts';
import { printable, type World } from './terminal.ts';
import { wordUsageErrors } from './usage-errors.ts';

const HELP = `
Examples:
  $ umekomi index ./docs                     index a folder into .umekomi/corpus.db
  $ umekomi search "埋め込み"                 find passages
  $ umekomi index                            bring the corpus up to date
  $ OPEN_WEBUI_URL=http://localhost:3000 OPEN_WEBUI_API_KEY=sk-… umekomi index ./docs --model bge-m3

Exit codes: 0 found or done, 1 nothing found, 2 wrong usage or unexpected, 3 the embedding server
failed, 4 done with failures, 130 and 143 interrupted.`;

/** What a program is made of. */
export interface ProgramParts {
  readonly version: string;
  /** In the order of the help. */
  readonly commands: readonly CommandDefinition[];
}

/** Builds the command line over a world; `onExit` is told how a command ended. */
export function createProgram(
  world: World,
  { version, commands }: ProgramParts,
  onExit: (code: number) => void,
): Command {
  const program = new Command('umekomi')
    .description(
      'Search your own text by meaning and by words: one SQLite file, your own embedding server.',
    )
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(umekomi --help lists commands and flags)')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(printable(text)),
    });
  wordUsageErrors(program);
  for (const option of globalFlags()) program.addOption(option);
  for (const definition of commands) {
    addCommand(program, definition, async (run, invocation) =>
      onExit(await run(world, invocation)),
    );
  }
  return program;
}

/** Flags of every command. */
function globalFlags(): readonly Option[] {
  return [
    new Option(
      '--db <file>',
      'the corpus file (default: .umekomi/corpus.db, looked for upwards)',
    ).argParser(notBlank),
    toFlag('endpoint', SERVER_OPTIONS.endpoint),
    toFlag('model', SPACE_OPTIONS.model),
    new Option('-v, --verbose', 'print more on stderr'),
    new Option('--debug', 'print what is asked of the server and the corpus on stderr'),
  ];
}
