/** The built program in a process that is killed: where, is told by kill-switch.cjs. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../helpers/sandbox.ts';
import type { StandIn } from '../../helpers/stand-in/server.ts';
import { UNEMBEDDABLE } from './world.ts';

const SWITCH = fileURLToPath(new URL('kill-switch.cjs', import.meta.url));

/** When a process is killed. */
export type Kill =
  /** By itself, at the n-th moment of a phase: before a call, inside of it after some µs, or after it. */
  | {
      readonly how: 'before' | 'inside' | 'after';
      readonly phase: string;
      readonly nth: number;
      readonly delayUs: number;
    }
  /** From outside, once the server has got so many embed requests. */
  | { readonly how: 'request'; readonly requests: number }
  /** From outside, after so many milliseconds. */
  | { readonly how: 'clock'; readonly ms: number };

/** What became of a process. */
export interface Fate {
  readonly isKilled: boolean;
  /** The phase in which it was when it was killed; `end` where it ended. */
  readonly phase: string;
  /** True if it was to be killed inside of a call and had returned from it. */
  readonly isLate: boolean;
  /** Exit code; null for a killed one. */
  readonly code: number | null;
  readonly stderr: string;
  /** Moments by phase, of a process that ended. */
  readonly moments: Readonly<Record<string, number>> | null;
  readonly ms: number;
}

/** Some texts never get a vector; once `isDue`, no text gets an answer. */
export function setFaults(server: StandIn, isDue?: () => boolean): void {
  server.clearFaults();
  if (isDue !== undefined) server.fault({ do: { kind: 'hang' }, text: isDue });
  server.fault({ do: { kind: 'zero' }, text: (text) => text.includes(UNEMBEDDABLE) });
}

/** Runs the program and kills it; null lets it run. */
export async function runVictim(
  { sandbox, server }: { sandbox: Sandbox; server: StandIn },
  args: readonly string[],
  kill: Kill | null,
): Promise<Fate> {
  const report = join(sandbox.folder, 'phases');
  const isOwn = kill !== null && 'phase' in kill;
  const begin = performance.now();
  const { child, done } = sandbox.start(args, {
    env: {
      NODE_OPTIONS: `--require ${SWITCH}`,
      UMEKOMI_KILL_REPORT: report,
      ...(isOwn ? { UMEKOMI_KILL: JSON.stringify(kill) } : {}),
    },
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  if (kill?.how === 'request') {
    const isDue = (): boolean => server.embedRequests().length >= kill.requests;
    // It gets no answer, so it is in flight when the process dies.
    setFaults(server, isDue);
    while (!isDue() && !isOver()) await wait(1);
    child.kill('SIGKILL');
  }
  const timer = kill?.how === 'clock' ? setTimeout(() => child.kill('SIGKILL'), kill.ms) : null;
  const { code, stderr } = await done;
  if (timer !== null) clearTimeout(timer);
  setFaults(server);
  // One that was killed before it was ready has not made it.
  const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n') : [];
  rmSync(report, { force: true });
  const last = lines.at(-1) ?? '';
  const ended = /^!ended (.*)$/.exec(last);
  const isKilled = child.signalCode === 'SIGKILL';
  return {
    isKilled,
    phase: isKilled ? lines.filter((line) => !line.startsWith('!')).at(-1) || 'start' : 'end',
    isLate: lines.includes('!late'),
    ...{ code, stderr },
    moments: ended === null ? null : (JSON.parse(ended[1] ?? '{}') as Record<string, number>),
    ms: performance.now() - begin,
  };
}
