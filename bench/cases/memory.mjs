/** The most memory that a first index run takes, and what its file is made of. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { wordsBytes } from '../lib/corpus-rows.mjs';
import { documentWriter, writeDocuments } from '../lib/documents.mjs';
import { BENCH_MODEL, startEmbedServer } from '../lib/embed-server.mjs';

export const explains =
  'Generated documents, and with --huge 1 (default) in a second run one Markdown file of just ' +
  'under 10 MB among them, are indexed by the command line against a stand-in for Ollama that ' +
  'answers at once; the process tells the most memory that it had when it ends. The file is ' +
  'counted against its text, its float32 vectors and its index of words. ' +
  'Flags: --megabytes (1000), --dimensions (384), --huge.';

export const accepts = {
  megabytes: 'of files (default 1000)',
  dimensions: 'of the vectors (default 384)',
  huge: 'a second run with one file of 10 MB among them (default 1)',
};

const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const TELL = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.send?.(process.resourceUsage().maxRSS));",
)}`;
const FILE_BYTES = 25_000;
const HUGE_BYTES = 9_900_000;

export async function run({ flags = {} } = {}) {
  const { megabytes = 1000, dimensions = 384, huge = 1 } = flags;
  const home = mkdtempSync(join(tmpdir(), 'umekomi-bench-'));
  const server = await startEmbedServer({ dimensions: Number(dimensions) });
  try {
    const folder = join(home, 'documents');
    const files = Math.ceil((Number(megabytes) * 1e6) / FILE_BYTES);
    const written = writeDocuments(folder, { files, bytes: FILE_BYTES });
    const rows = [await measure('ordinary files', { server, home, folder, written })];
    if (Number(huge) > 0) {
      writeFileSync(join(folder, 'huge.md'), documentWriter(9)(HUGE_BYTES));
      rows.push(await measure('one of 10 MB among them', { server, home, folder, written }));
    }
    return {
      tables: [
        {
          title: `First run over ${files} files, ${dimensions} dimensions`,
          columns: [
            'corpus',
            'MB of files',
            's',
            'peak MB',
            'file MB',
            'text + vectors + words, MB',
            'file / these',
          ],
          rows,
        },
      ],
      notes: [
        'Text: UTF-8 of the chunks. Words: pages of their index (dbstat). MB: 10⁶ bytes; peak: 2²⁰.',
      ],
    };
  } finally {
    server.stop();
    rmSync(home, { recursive: true });
  }
}

async function measure(name, { server, home, folder, written }) {
  const path = join(home, 'corpus.db');
  const begin = performance.now();
  const peak = await index(server, path, folder);
  const seconds = (performance.now() - begin) / 1000;
  const parts = partsOf(path);
  const { size } = statSync(path);
  rmSync(path);
  return [
    ...[name, (written / 1e6).toFixed(0), seconds.toFixed(0), (peak / 1024).toFixed(0)],
    ...[(size / 1e6).toFixed(1), (parts / 1e6).toFixed(1), (size / parts).toFixed(3)],
  ];
}

/** @returns the most resident memory, KiB */
function index(server, db, folder) {
  const args = ['--import', TELL, BIN, '--db', db, '--endpoint', server.url];
  const child = spawn(process.execPath, [...args, '--model', BENCH_MODEL, 'index', folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It must not wait for us.
  child.channel?.unref();
  return new Promise((resolve, reject) => {
    let peak = 0;
    child.on('message', (kilobytes) => {
      peak = kilobytes;
    });
    child.on('close', (code) =>
      code === 0 ? resolve(peak) : reject(new Error(`umekomi index ended with ${code}.`)),
    );
  });
}

function partsOf(path) {
  const db = new Database(path, { readonly: true });
  const one = (sql) => db.prepare(sql).pluck().get();
  const text = one('SELECT sum(octet_length(text)) FROM chunk');
  const vectors = one('SELECT sum(octet_length(vector)) FROM embedding');
  const words = wordsBytes(db);
  db.close();
  return text + vectors + words;
}
