/** Empties dist/ so that a renamed file never leaves its old build behind. */
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
