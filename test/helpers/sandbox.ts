/**
 * The built command line in a folder of its own, cut off from the settings, servers and keys of
 * whoever runs the tests: in this process, which is quick, or as a child, as people run it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Run } from '../../src/cli/main.ts';
import { createWorld } from './world.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The executable. */
const BIN = join(ROOT, 'dist', 'cli', 'bin.cjs');

/** What a run left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the command line is started. */
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
  /** Runs the built command line in this process, over a world in memory. */
  umekomi(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Starts the executable as a child: for signals, locks, pipes, and how it ships. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Runs an ES module that may import 'umekomi', in a process of its own. */
  program(source: string): Promise<Outcome>;
  /** Writes a file with the folders above it. @returns its path */
  write(path: string, text: string): string;
  /** Copies a folder of fixtures. @param name @default the corpus */
  copyFixtures(to: string, name?: string): void;
  remove(): void;
}

/**
 * Seconds since 1970 of the next file. An hour ago: a file that was written just now is read again by the
 * next run, since it may have changed since.
 */
let clock = Date.now() / 1000 - 3600;

/** Makes a sandbox; the caller removes it. */
export function createSandbox(): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umekomi-cli-')));
  const home = join(folder, 'home');
  const config = join(home, 'config');
  mkdirSync(config, { recursive: true });
  const surroundings = ({ env, cwd }: RunOptions) => ({
    cwd: join(folder, cwd ?? ''),
    env: { ...cleanEnvironment(home), XDG_CONFIG_HOME: config, ...env },
  });
  const node = (args: readonly string[], options: RunOptions): Running => {
    const child = spawn(process.execPath, args, surroundings(options));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    return { child, done: outcomeOf(child) };
  };
  const write = (path: string, text: string): string => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    clock += 1;
    utimesSync(full, clock, clock);
    return full;
  };
  return {
    folder,
    bin: BIN,
    config,
    umekomi: (args, options = {}) => runHere(args, { ...options, ...surroundings(options) }),
    start: (args, options = {}) => node([BIN, ...args], options),
    program: (source) => {
      linkPackage(folder);
      return node([write('program.mjs', source)], {}).done;
    },
    write,
    copyFixtures: (to, name = 'corpus') =>
      cpSync(join(ROOT, 'fixtures', name), join(folder, to), { recursive: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What was built, over a world in memory. */
async function runHere(
  args: readonly string[],
  { env, cwd, input = '' }: RunOptions,
): Promise<Outcome> {
  const url = pathToFileURL(join(ROOT, 'dist', 'cli', 'all-commands.js')).href;
  const { run } = (await import(url)) as { readonly run: Run };
  const manifest = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const world = createWorld({
    ...{ env: env ?? {}, cwd: cwd ?? ROOT, home: env?.['HOME'] ?? '', input },
  });
  const code = await run(args, world, version);
  return { code, ...world.said() };
}

/** Makes 'umekomi' a package that programs in the folder can import. */
function linkPackage(folder: string): void {
  const link = join(folder, 'node_modules', 'umekomi');
  if (existsSync(link)) return;
  mkdirSync(dirname(link));
  symlinkSync(ROOT, link, 'junction');
}

/** Nothing of ours and nothing that changes the output. */
function cleanEnvironment(home: string): Record<string, string> {
  const foreign = /^(OLLAMA|OPEN_WEBUI|UMEKOMI|XDG|FORCE_COLOR|NO_COLOR|NODE_|VITEST|.*_proxy$)/i;
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !foreign.test(name)) kept[name] = value;
  }
  return { ...kept, HOME: home, USERPROFILE: home };
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
