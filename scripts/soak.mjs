/**
 * Index runs against servers of which a third of all requests fails, for minutes:
 * `npm run soak`, or `npm run soak -- <seeds> <first seed> <runs a seed>`. Prints its figures; the same
 * arguments give the same faults. What takes real time (what arrives first) may differ a little.
 */
import { spawnSync } from 'node:child_process';

const DEFAULTS = [4, 1, 100];
const asked = DEFAULTS.map((value, at) => Number(process.argv[at + 2] ?? value));
if (!asked.every((value) => Number.isSafeInteger(value) && value > 0)) {
  console.error('npm run soak -- <seeds> <first seed> <runs a seed>: whole numbers above 0');
  process.exit(2);
}
const args = ['vitest', 'run', 'test/heavy/faults/soak.test.ts', '--disable-console-intercept'];
const env = { ...process.env, UMEKOMI_SOAK: asked.join(' '), UMEKOMI_SKIP_BUILD: '1' };
process.exit(spawnSync('npx', args, { stdio: 'inherit', env, shell: true }).status ?? 2);
