import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/fuzz.mjs', import.meta.url));

/** In a process of its own, so that a hang is an error and no hang of the tests. */
describe('bad input, the short form of npm run fuzz', () => {
  it('crashes nothing, hangs nothing, and breaks no invariant', () => {
    const run = spawnSync(process.execPath, [SCRIPT, '--short'], {
      encoding: 'utf8',
      timeout: 240_000,
      killSignal: 'SIGKILL',
    });
    expect(run.stdout).not.toContain('FAILED');
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout.match(/random inputs/g)?.length).toBeGreaterThanOrEqual(20);
  }, 250_000);
});
