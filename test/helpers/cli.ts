/**
 * The built command line as people run it: a child process in a folder of its own, cut off from
 * the settings, servers and keys of whoever runs the tests. Runs beside servers in the test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Output, World } from '../../src/cli/terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The executable. */
const BIN = join(ROOT, 'dist', 'cli', 'bin.cjs');

/** What a process left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is started. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on stdin. @default nothing: it is closed */
  readonly input?: string;
  /** Relative to the sandbox. @default the sandbox itself */
  readonly cwd?: string;
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Outcome>;
}

/** A temporary folder to run the command line in. */
export interface Sandbox {
  readonly folder: string;
  /** The built program. */
  readonly bin: string;
  /** The folder of the user's configuration: `<config>/umekomi/config.json`. */
  readonly config: string;
  umekomi(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  start(args: readonly string[], options?: RunOptions): Running;
  /** Writes a file with the folders above it. @returns its path */
  write(path: string, text: string): string;
  /** Copies the fixture corpus. */
  copyFixtures(to: string): void;
  remove(): void;
}

/** Makes a sandbox; the caller removes it. */
export function createSandbox(): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umekomi-cli-')));
  const config = join(folder, 'home', 'config');
  mkdirSync(config, { recursive: true });
  const start = (args: readonly string[], options: RunOptions = {}): Running => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: join(folder, options.cwd ?? ''),
      env: { ...cleanEnvironment(join(folder, 'home')), XDG_CONFIG_HOME: config, ...options.env },
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    return { child, done: outcomeOf(child) };
  };
  return {
    folder,
    bin: BIN,
    config,
    start,
    umekomi: (args, options) => start(args, options).done,
    write: (path, text) => {
      const full = join(folder, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    copyFixtures: (to) =>
      cpSync(join(ROOT, 'fixtures', 'corpus'), join(folder, to), { recursive: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Nothing of ours and nothing that changes the output. */
function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const foreign = /^(OLLAMA|OPEN_WEBUI|UMEKOMI|XDG|FORCE_COLOR|NO_COLOR|NODE_|VITEST|.*_proxy$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home };
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (data: Buffer) => out.push(data));
  child.stderr?.on('data', (data: Buffer) => err.push(data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const text = (parts: Buffer[]): string => Buffer.concat(parts).toString('utf8');
      resolve({ code, stdout: text(out), stderr: text(err) });
    });
  });
}

/** A world in memory, and what was written in it. */
export interface TestWorld extends World {
  readonly said: () => { readonly stdout: string; readonly stderr: string };
}

/** What a world in memory is like. */
export interface TestWorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly home?: string;
  /** Columns of a terminal; left out there is none. */
  readonly columns?: number;
}

/** Makes a world in memory. */
export function createWorld(options: TestWorldOptions = {}): TestWorld {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Output => {
    const stream = new PassThrough();
    stream.on('data', (data: Buffer) => {
      written[name] += data.toString('utf8');
    });
    const terminal = options.columns === undefined ? {} : { isTTY: true, columns: options.columns };
    return Object.assign(stream, terminal);
  };
  return {
    stdin: new PassThrough(),
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    home: options.home ?? '/nobody',
    pid: 1,
    signal: new AbortController().signal,
    said: () => ({ ...written }),
  };
}
