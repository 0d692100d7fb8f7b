#!/usr/bin/env node
/** The executable: the only place that knows the process. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { EXIT } from './exit-codes.ts';
import { main } from './main.ts';

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

// A reader that has seen enough closes the pipe (`… | head`): that is success.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.usage);
});

// Nobody reads what is said any more; the work goes on.
process.stderr.on('error', () => {});

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

process.exitCode = await main(
  process.argv.slice(2),
  {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    signal: interrupt.signal,
  },
  version,
);
