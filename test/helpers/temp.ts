/** Real temporary folders and files with times of our choosing. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';

/** Paths with `/` → content. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Makes temporary folders that are gone after each test of the file that calls it. */
export function temporaryFolders(): (files?: Files) => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return (files = {}) => {
    const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'umekomi-test-')));
    made.push(root);
    plant(root, files);
    return root;
  };
}

/** Seconds since 1970 of the next file: two writes never have the same time. */
let clock = 1_600_000_000.25;

/**
 * Writes files as if it were long ago, each at another time: what was indexed is then known to be
 * unchanged, as it is for a file that nobody has touched for a while.
 */
export function plant(root: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const target = path.join(root, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
    clock += 1;
    utimesSync(target, clock, clock);
  }
}
