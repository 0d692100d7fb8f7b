/** Where what is printed cannot be written: a result that is lost is a failure, a remark is not. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../../helpers/temp.ts';

const FULL = '/dev/full';
const BIN = new URL('../../../dist/cli/bin.js', import.meta.url).pathname;
const temporary = temporaryFolders();

it.skipIf(!existsSync(FULL))('stderr on a full disk is no failure, stdout is one', () => {
  const cwd = temporary({ 'n/a.md': 'Apples.\n' });
  const full = openSync(FULL, 'w');
  const run = (args: readonly string[], stdout: 'pipe' | number, stderr: 'pipe' | number) =>
    spawnSync(process.execPath, [BIN, ...args], { cwd, stdio: ['ignore', stdout, stderr] });
  try {
    expect(run(['index', 'n', '--model', 'builtin'], 'pipe', full).status).toBe(0);
    const lost = run(['search', 'apples'], full, 'pipe');
    expect(lost.status).toBe(2);
    expect(lost.stderr.toString()).toContain('could not be written (ENOSPC)');
  } finally {
    closeSync(full);
  }
});
