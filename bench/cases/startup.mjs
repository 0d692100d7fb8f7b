/**
 * One command from nothing: how long `umekomi search` and `umekomi like` take as processes of their
 * own, beside a script that only loads SQLite and sqlite-vec and opens the same file.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCorpus } from '../../dist/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'dist', 'cli', 'bin.cjs');

/** One of ASCII; one in Japanese, whose words are found with Intl.Segmenter. */
const QUERIES = { English: 'restore the backup', Japanese: '設定ファイルの場所' };

export const explains =
  'Wall time of one process from nothing to its end: a bare ES module that imports better-sqlite3 ' +
  'and sqlite-vec, opens the corpus and loads the extension, against umekomi like and umekomi ' +
  'search over the same file with the built-in embedder, in turn, round by round. Ratios are ' +
  'between medians. Flags: --db FILE (a corpus that the built-in embedder made; default: the ' +
  'fixtures), --rounds N (default 21), --cold (drops the file from the page cache before each run, ' +
  'with dd from coreutils).';

/** The script that everything is compared with; packages are found from this repository. */
const BARE = `import Database from ${JSON.stringify(import.meta.resolve('better-sqlite3'))};
import * as sqliteVec from ${JSON.stringify(import.meta.resolve('sqlite-vec'))};
const db = new Database(process.argv[2], { readonly: true });
sqliteVec.load(db);
db.close();
`;

/** Runs the case. */
export async function run({ flags = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'umekomi-startup-'));
  try {
    const db = flags.db === undefined ? fixtures(folder) : resolve(flags.db);
    const bare = join(folder, 'bare.mjs');
    writeFileSync(bare, BARE);
    const { passages, path } = describe(db);
    const rounds = Number(flags.rounds ?? 21);
    const environment = { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder };
    const options = { rounds, environment, cold: flags.cold === undefined ? null : db };
    const times = measure(candidates({ bare, db, path }), options);
    const title = `one command, ${passages} passages, ${flags.cold === undefined ? 'warm' : 'cold'}`;
    return { tables: [table(title, times)], notes: [`${rounds} rounds; one warm-up left out.`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fixtures(folder) {
  const path = join(folder, 'corpus.db');
  const done = spawnSync(
    process.execPath,
    [bin, 'index', 'fixtures/corpus', '--db', path, '--model', 'builtin'],
    { cwd: root, encoding: 'utf8' },
  );
  if (done.status !== 0) throw new Error(done.stderr);
  return path;
}

/** How large a corpus is, and a document of it that has passages. */
function describe(db) {
  const corpus = openCorpus(db, { readOnly: true });
  try {
    const passages = corpus.status().chunks;
    const [found] = corpus.documents();
    if (found === undefined) throw new Error(`${db} is empty`);
    return { passages, path: found.file };
  } finally {
    corpus.close();
  }
}

function candidates({ bare, db, path }) {
  const all = { 'bare script': [bare, db], 'umekomi like': [bin, 'like', path, '--db', db] };
  for (const mode of ['semantic', 'lexical', 'hybrid']) {
    for (const [language, query] of Object.entries(QUERIES)) {
      all[`umekomi search --mode ${mode}, ${language}`] = [
        ...[bin, 'search', query, '--mode', mode, '--db', db],
      ];
    }
  }
  return Object.entries(all);
}

/** Milliseconds of each candidate, in turn. */
function measure(runs, { rounds, environment, cold }) {
  const times = new Map(runs.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, args] of runs) {
      if (cold !== null) drop(cold);
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, {
        env: environment,
        encoding: 'utf8',
      });
      const took = performance.now() - start;
      // Nothing found is 1; no query of ours finds nothing everywhere.
      if (status !== 0 && status !== 1) throw new Error(`${name}: ${stderr}`);
      if (round > 0) times.get(name).push(took);
    }
  }
  return times;
}

/** Asks the system to forget what it has read of a file. */
function drop(file) {
  const args = [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none'];
  const { status, error } = spawnSync('dd', args, { stdio: 'ignore' });
  if (status !== 0)
    throw new Error('dd cannot drop the file from the page cache', { cause: error });
}

function table(title, times) {
  const bare = quantile(times.get('bare script'), 0.5);
  const rows = [...times].map(([name, all]) => {
    const median = quantile(all, 0.5);
    const shown = [Math.min(...all), median, quantile(all, 0.95)].map((ms) => ms.toFixed(1));
    return [name, ...shown, (median / bare).toFixed(2)];
  });
  return { title, columns: ['command', 'min ms', 'median ms', 'p95 ms', '× bare'], rows };
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
