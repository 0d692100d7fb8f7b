/** A command as data: an operation, with what only a command line has. */
import type { Command, Option } from 'commander';
import type { OptionSpecs } from '../model/option-spec.ts';
import type { Operation } from '../service/operation.ts';
import { type Flags, toFlags } from './flags.ts';
import type { World } from './terminal.ts';
import { wordUsageErrors } from './usage-errors.ts';

/** What a command is run with. */
export interface Invocation {
  /** What was given without a flag. */
  readonly args: readonly string[];
  readonly flags: Flags;
}

/** Runs a command. @returns the exit code */
export type RunCommand = (world: World, invocation: Invocation) => Promise<number>;

/** A command. */
export interface CommandDefinition {
  /** What it asks for: names the command, describes it, and has its options. */
  readonly operation: Pick<Operation<never, unknown, never>, 'name' | 'help' | 'options'>;
  /** Its name, where that is not the operation's. */
  readonly name?: string;
  /** What it takes without a flag, as `<path>` or `[sources...]`, and what that is. */
  readonly argument?: readonly [form: string, help: string];
  /** Options besides the operation's. */
  readonly options?: OptionSpecs;
  /** Flags that are about the command line only, such as what is printed. */
  readonly flags?: () => readonly Option[];
  /** A line each. */
  readonly examples: readonly string[];
  /** Loads what runs it: a command that is not run is not loaded. */
  readonly load: () => Promise<RunCommand>;
}

/** Adds a command to a program. */
export function addCommand(
  program: Command,
  { operation, argument, examples, load, ...definition }: CommandDefinition,
  run: (command: RunCommand, invocation: Invocation) => Promise<void>,
): void {
  const command = program
    .command(definition.name ?? operation.name)
    .description(operation.help)
    .addHelpText('after', exampleText(examples));
  wordUsageErrors(command);
  if (argument !== undefined) command.argument(...argument);
  const inherited = new Set(program.options.map((option) => option.long));
  const own = toFlags({ ...operation.options, ...definition.options });
  for (const option of [...own, ...(definition.flags?.() ?? [])]) {
    if (!inherited.has(option.long)) command.addOption(option);
  }
  command.action(async () => {
    await run(await load(), { args: command.args, flags: command.optsWithGlobals() });
  });
}

function exampleText(examples: readonly string[]): string {
  const heading = examples.length === 1 ? 'Example' : 'Examples';
  return [`\n${heading}:`, ...examples.map((line) => `  $ ${line}`)].join('\n');
}
