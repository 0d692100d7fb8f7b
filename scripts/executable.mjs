/** Makes the built command executable: `npm link` sets the mode once, and every build makes a new file. */
import { chmodSync } from 'node:fs';

chmodSync(new URL('../dist/cli/bin.js', import.meta.url), 0o755);
