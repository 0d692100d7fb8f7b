/** The outside world of a command, in memory: what it is given, and what it has written. */
import { PassThrough, Readable } from 'node:stream';
import type { Output, World } from '../../src/cli/terminal.ts';

/** A world in memory, and what was written in it. */
export interface TestWorld extends World {
  readonly said: () => { readonly stdout: string; readonly stderr: string };
}

/** What a world in memory is like. */
export interface TestWorldOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly home?: string;
  /** The user's number. @default that of the process */
  readonly uid?: number;
  /** What stands on stdin. @default nothing, and it stays open */
  readonly input?: string;
  /** Columns of a terminal; left out there is none. */
  readonly columns?: number;
}

/** Makes a world in memory. */
export function createWorld(options: TestWorldOptions = {}): TestWorld {
  const written: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const output = (name: 'stdout' | 'stderr'): Output => {
    const stream = new PassThrough();
    stream.on('data', (data: Buffer) => written[name].push(data));
    const terminal = options.columns === undefined ? {} : { isTTY: true, columns: options.columns };
    return Object.assign(stream, terminal);
  };
  // A character may lie across two writes: what was written is decoded as a whole.
  const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(written[name]).toString('utf8');
  return {
    stdin: options.input === undefined ? new PassThrough() : Readable.from([options.input]),
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    home: options.home ?? '/nobody',
    pid: 1,
    uid: options.uid ?? process.geteuid?.() ?? null,
    signal: new AbortController().signal,
    said: () => ({ stdout: text('stdout'), stderr: text('stderr') }),
  };
}
