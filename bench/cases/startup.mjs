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
  'Wall and CPU time of one process from nothing to its end: a bare ES module that imports better-sqlite3 ' +
  'and sqlite-vec, opens the corpus and loads the extension, against umekomi like and umekomi ' +
  'search over the same file with the built-in embedder, in turn, round by round. Ratios are ' +
  'between medians; CPU time is user and system together, of all threads, as the process itself ' +
  'counts it at its end: on a busy machine it is what can be compared. Flags: --db FILE (a corpus that the built-in embedder made; default: the ' +
  'fixtures), --rounds N (default 21), --cold (drops the file from the page cache before each run, ' +
  'with dd from coreutils).';

export const accepts = {
  db: 'a corpus that the built-in embedder made (default: the fixtures)',
  cold: 'drops the file from the page cache before each run, with dd from coreutils',
};

/** The script that everything is compared with; packages are found from this repository. */
const BARE = `import Database from ${JSON.stringify(import.meta.resolve('better-sqlite3'))};
import * as sqliteVec from ${JSON.stringify(import.meta.resolve('sqlite-vec'))};
const db = new Database(process.argv[2], { readonly: true });
sqliteVec.load(db);
db.close();
`;

/** Loaded into every candidate: tells what CPU time it took, on a descriptor of its own. */
const TELL_CPU = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(3, String((user + system) / 1000));
});
`;

/** Runs the case. */
export async function run({ flags = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'umekomi-startup-'));
  try {
    const db = flags.db === undefined ? fixtures(folder) : resolve(flags.db);
    const bare = join(folder, 'bare.mjs');
    writeFileSync(bare, BARE);
    const tellCpu = join(folder, 'tell-cpu.cjs');
    writeFileSync(tellCpu, TELL_CPU);
    const { passages, path } = await describe(db);
    const rounds = Number(flags.rounds ?? 21);
    const environment = { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder };
    const options = { rounds, environment, tellCpu, cold: flags.cold === undefined ? null : db };
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
async function describe(db) {
  const corpus = await openCorpus(db, { readOnly: true });
  try {
    const { chunks: passages } = await corpus.status();
    for await (const { file } of corpus.documents()) return { passages, path: file };
    throw new Error(`${db} is empty`);
  } finally {
    await corpus.close();
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

/** Milliseconds of each candidate, in turn: `wall` and `cpu`. */
function measure(runs, { rounds, environment, tellCpu, cold }) {
  const times = new Map(runs.map(([name]) => [name, { wall: [], cpu: [] }]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, args] of runs) {
      if (cold !== null) drop(cold);
      const start = performance.now();
      const { status, stderr, output } = spawnSync(process.execPath, ['-r', tellCpu, ...args], {
        env: environment,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      });
      const took = performance.now() - start;
      // Nothing found is 1; no query of ours finds nothing everywhere.
      if (status !== 0 && status !== 1) throw new Error(`${name}: ${stderr}`);
      if (round === 0) continue;
      times.get(name).wall.push(took);
      times.get(name).cpu.push(Number(output[3]));
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
  const bare = times.get('bare script');
  const rows = [...times].map(([name, { wall, cpu }]) => {
    const median = quantile(wall, 0.5);
    const shown = [Math.min(...wall), median, quantile(wall, 0.95)].map((ms) => ms.toFixed(1));
    const used = quantile(cpu, 0.5);
    const ratios = [median / quantile(bare.wall, 0.5), used / quantile(bare.cpu, 0.5)];
    const [byWall, byCpu] = ratios.map((ratio) => ratio.toFixed(2));
    return [name, ...shown, byWall, used.toFixed(1), byCpu];
  });
  const columns = ['command', 'min ms', 'median ms', 'p95 ms', '× bare', 'CPU ms', '× bare CPU'];
  return { title, columns, rows };
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
