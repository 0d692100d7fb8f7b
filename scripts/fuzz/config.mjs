/** A text as a project's configuration file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../dist/cli/config.js';

/** @returns the configuration; throws as the command line does */
export function readConfigText(text) {
  const folder = mkdtempSync(join(tmpdir(), 'umekomi-fuzz-'));
  try {
    writeFileSync(join(folder, 'config.json'), text);
    const world = { env: { XDG_CONFIG_HOME: join(folder, 'none') }, home: folder, cwd: folder };
    return readConfig(world, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
