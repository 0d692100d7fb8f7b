/** A first run of the command line with the built-in embedder, and what it cost: time, memory, bytes written. */
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));

/** Told by the process itself as it ends. Linux counts what was handed over to be written; others do not. */
const TELL = `data:text/javascript,${encodeURIComponent(`
import { existsSync, readFileSync } from 'node:fs';
process.on('exit', () => {
  const io = existsSync('/proc/self/io') ? readFileSync('/proc/self/io', 'utf8') : '';
  const written = /^wchar: (\\d+)$/m.exec(io)?.[1];
  const kibibytes = process.resourceUsage().maxRSS;
  process.send?.({ kibibytes, written: written === undefined ? null : Number(written) });
});`)}`;

/**
 * Indexes a folder into a new file.
 *
 * @returns seconds, passages, bytes of the file and written (null if unknown), most memory in KiB
 */
export async function builtinFirstRun(db, folder) {
  const begin = performance.now();
  const told = await tellingChild(['--db', db, '--model', 'builtin', 'index', folder]);
  const seconds = (performance.now() - begin) / 1000;
  const corpus = new Database(db, { readonly: true });
  const passages = corpus.prepare('SELECT count(*) FROM chunk').pluck().get();
  corpus.close();
  return { seconds, passages, bytes: statSync(db).size, ...told };
}

function tellingChild(args) {
  const child = spawn(process.execPath, ['--import', TELL, BIN, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It must not wait for us.
  child.channel?.unref();
  return new Promise((resolve, reject) => {
    let told = null;
    child.on('message', (message) => {
      told = message;
    });
    child.on('close', (code) =>
      code === 0 ? resolve(told) : reject(new Error(`umekomi index ended with ${code}.`)),
    );
  });
}
