/** Unit tests need no build but the kernel's: made if it is not there or older than its sources. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

export default function kernelOnce(): void {
  const built = statSync('dist/kernel.wasm', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isNew = readdirSync('kernel').some((name) => statSync(`kernel/${name}`).mtimeMs > built);
  if (isNew)
    execFileSync('npm', ['run', '--silent', 'build:kernel'], { stdio: 'inherit', shell: true });
}
