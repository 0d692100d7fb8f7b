/**
 * The whole table that ranking is judged by: `UMEKOMI_JUDGED_SETS=<folder> npm run quality`. It takes minutes;
 * docs/internals/ranking.md says what it shows.
 */
import { spawnSync } from 'node:child_process';

const args = ['vitest', 'run', '--project', 'heavy', 'test/heavy/quality/ranking.test.ts'];
const env = { ...process.env, UMEKOMI_ALL_SETS: '1' };
process.exit(spawnSync('npx', args, { stdio: 'inherit', env, shell: true }).status ?? 2);
