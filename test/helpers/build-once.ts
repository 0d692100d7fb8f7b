/** The command line is tested as it ships: built once, before any test, into dist/. */
import { execFileSync } from 'node:child_process';

export default function buildOnce(): void {
  if (process.env['UMEKOMI_SKIP_BUILD'] === '1') return;
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', shell: true });
}
