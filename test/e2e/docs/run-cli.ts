/** Runs the built command line in a folder of its own, cut off from the user's settings and servers. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './blocks.ts';

/** What a process left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder with `docs` and `judged` in it, and umekomi in it. */
export interface Sandbox {
  readonly folder: string;
  umekomi(args: readonly string[]): Outcome;
  /** Runs an ES module that may import 'umekomi'. */
  program(source: string): Outcome;
  remove(): void;
}

/** Makes a sandbox; the caller removes it. */
export function sandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'umekomi-docs-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, 'umekomi'), { recursive: true });
  // A developer's own Ollama would be discovered; their settings here say otherwise.
  writeFileSync(join(home, 'umekomi', 'config.json'), JSON.stringify({ model: 'builtin' }));
  cpSync(join(root, 'fixtures', 'corpus'), join(folder, 'docs'), { recursive: true });
  cpSync(join(root, 'fixtures', 'judged'), join(folder, 'judged'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'umekomi'), 'junction');

  const node = (args: readonly string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env: environment(home),
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  return {
    folder,
    umekomi: (args) => node([join(root, 'dist', 'cli', 'bin.cjs'), ...args]),
    program: (source) => {
      writeFileSync(join(folder, 'program.mjs'), source);
      return node(['program.mjs']);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function environment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OLLAMA|OPEN_WEBUI|UMEKOMI|FORCE_COLOR)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: home,
    NO_COLOR: '1',
  };
}
