/** One run of the command line over a world: arguments in, exit code out. */
import { type Command, CommanderError } from 'commander';
import { UmekomiError } from '../model/errors.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { createProgram, type ProgramParts } from './program.ts';
import { withRemedy } from './render/remedy.ts';
import { printable, printableName, type World } from './terminal.ts';

/**
 * A command line with its commands.
 *
 * @param args without the interpreter and the script
 * @returns the exit code
 */
export type Run = (args: readonly string[], world: World, version: string) => Promise<number>;

/** Runs the command line that is made of `parts`. @returns the exit code */
export async function main(
  args: readonly string[],
  world: World,
  parts: ProgramParts,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = createProgram(world, parts, (code) => {
    exitCode = code;
  });
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return EXIT.usage;
    }
    refuseHelpOnUnknown(program, args);
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (isClosedPipe(error)) return EXIT.ok;
    if (world.signal.aborted) return interruptedCode(world);
    report(error, world, args.includes('-v') || args.includes('--verbose'));
    return exitCodeOf(error);
  }
}

/** commander answers `help nope` with the help of everything, and success. */
function refuseHelpOnUnknown(program: Command, [first, ...topics]: readonly string[]): void {
  const [topic, ...others] = topics.filter((each) => !each.startsWith('-'));
  if (first !== 'help' || topic === undefined) return;
  if (others.length > 0) program.error('error: help is about one command');
  const names = [...program.commands.map((command) => command.name()), 'help'];
  if (!names.includes(topic)) program.error(`error: unknown command '${topic}'`);
}

/** A reader that has seen enough (`… | head`). */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** The signal's reason names the signal that came. */
function interruptedCode({ signal }: World): number {
  return signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}

/** What happened, for people; anything unexpected with its stack, since it is our fault. */
function report(error: unknown, { stderr }: World, verbose: boolean): void {
  if (error instanceof UmekomiError) {
    stderr.write(`umekomi: ${printableName(withRemedy(error))} [${error.code}]\n`);
    if (verbose && error.cause instanceof Error) {
      stderr.write(`  cause: ${printableName(error.cause.message)}\n`);
    }
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`umekomi: unexpected error; please report it:\n${printable(text)}\n`);
}
