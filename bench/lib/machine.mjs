/** What the numbers were measured on: without it they mean nothing to anybody else. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { quantile } from './timing.mjs';

const PACKAGES = ['better-sqlite3', 'sqlite-vec', '@lancedb/lancedb', 'hnswlib-node', 'usearch'];

/**
 * The machine and every version that matters, as lines for people.
 *
 * @param now milliseconds since 1970
 */
export function describeMachine(now = Date.now()) {
  const db = new Database(':memory:');
  sqliteVec.load(db);
  const { sqlite, vec } = db
    .prepare('SELECT sqlite_version() AS sqlite, vec_version() AS vec')
    .get();
  db.close();
  const cpus = os.cpus();
  const packages = PACKAGES.map((name) => `${name} ${versionOf(name) ?? '(not installed)'}`);
  return [
    `${new Date(now).toISOString().slice(0, 10)}, umekomi ${versionOfUmekomi()}`,
    `${cpuModel(cpus)}, ${cpus.length} cores, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB memory, ${os.platform()} ${os.release()} ${os.arch()}`,
    `Node ${process.version}, SQLite ${sqlite}, sqlite-vec extension ${vec}`,
    packages.join(', '),
  ];
}

/** os.cpus() knows the model of most machines, /proc/cpuinfo of some others; never a guess. */
function cpuModel(cpus) {
  const named = cpus[0]?.model.trim() ?? '';
  if (named !== '' && named !== 'unknown') return named;
  try {
    return /^(?:model name|Model)\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))[1];
  } catch {
    return `CPU of unknown model (${os.arch()})`;
  }
}

function versionOfUmekomi() {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

/** The installed version of a package; null if it is not there. Reads the file: not all export it. */
export function versionOf(name) {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/**
 * Bytes a second that one core reads from memory: a native search of a large buffer for a byte that is
 * not there. What a scan of so many bytes hardly goes below.
 */
export function memoryBandwidth() {
  const bytes = 512 * 2 ** 20;
  const buffer = Buffer.alloc(bytes, 1);
  const seconds = Array.from({ length: 7 }, () => {
    const start = performance.now();
    buffer.indexOf(2);
    return (performance.now() - start) / 1000;
  });
  return bytes / quantile(seconds, 0.5);
}
