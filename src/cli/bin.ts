#!/usr/bin/env node
/**
 * The executable: the only place that knows the process. scripts/bundle.mjs makes one CommonJS file
 * of it with everything that `search` and `like` need, because most of their time went by in
 * finding and linking a hundred small modules (bench/cases/startup.mjs). All other commands run
 * from the modules as they are.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isSearch } from './command-name.ts';
import { EXIT } from './exit-codes.ts';

const interrupt = new AbortController();

/** The first signal ends the run in order, the second at once. */
for (const [name, code] of [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', EXIT.terminated],
] as const) {
  process.on(name, () => {
    if (interrupt.signal.aborted) process.exit(code);
    interrupt.abort(name);
  });
}

// A reader that has seen enough closes the pipe (`… | head`): that is success. A full disk is not.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(EXIT.ok);
  stderr().write(`umekomi: the output could not be written (${code ?? 'unknown'}).\n`);
  process.exit(EXIT.usage);
});

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

// Whatever ends the process before its work is done, even that nothing is left to wait for, is a failure.
process.exitCode = EXIT.usage;

const args = process.argv.slice(2);

/** Node makes a stream when it is first asked for, which takes a while: most runs need only stdout. */
const stderr = (): NodeJS.WriteStream => {
  // Nobody reads what is said any more; the work goes on.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
  return process.stderr;
};

async function start(): Promise<void> {
  const { run } = await (isSearch(args)
    ? import('./search-commands.ts')
    : import('./all-commands.ts'));
  process.exitCode = await run(
    args,
    {
      get stdin() {
        return process.stdin;
      },
      stdout: process.stdout,
      get stderr() {
        return stderr();
      },
      env: process.env,
      cwd: process.cwd(),
      home: homedir(),
      pid: process.pid,
      uid: process.geteuid?.() ?? null,
      signal: interrupt.signal,
    },
    version,
  );
}

void start();
