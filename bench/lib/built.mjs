/** What a candidate builds once: files beside the data, with how long it took and how large they are. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Builds into a folder of the data set unless that was done before.
 *
 * @param make builds into the folder that it gets
 * @returns `{ folder, ms, bytes }` of this build or of the one before
 */
export async function buildOnce(data, name, make) {
  const folder = join(data.folder, name);
  const record = join(folder, 'built.json');
  if (!existsSync(record)) {
    rmSync(folder, { recursive: true, force: true });
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    console.error(`building ${name} of ${data.name} …`);
    const start = performance.now();
    await make(part);
    const ms = performance.now() - start;
    writeFileSync(join(part, 'built.json'), JSON.stringify({ ms, bytes: bytesOf(part) }));
    renameSync(part, folder);
  }
  return { folder, ...JSON.parse(readFileSync(record, 'utf8')) };
}

/** Bytes of a file, or of all files in a folder. */
export function bytesOf(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
