/** Indexing: what umekomi itself costs beside the embedding server, and where that goes. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDocuments } from '../lib/documents.mjs';
import { BENCH_MODEL, startEmbedServer } from '../lib/embed-server.mjs';
import { builtinFirstRun } from '../lib/first-run.mjs';

export const explains =
  'A folder of generated Japanese and English Markdown is indexed by the command line against a ' +
  'stand-in for Ollama: at 10 ms a text, how long that server is busy of the whole run; at once, ' +
  'what each stage does alone, in MB/s and chunks/s; with the built-in embedder, how many bytes the ' +
  'run writes for its file (Linux), passages/s and the most memory. Then nothing changed, and one file edited, ' +
  'against a process that only lists the folder with fast-glob and stats, in turn. ' +
  'Flags: --files (10000), --bytes of a file (600), --rounds (7), --slow-files (10000), ' +
  '--written-files (1500), --written-bytes of a file (16000).';

export const accepts = {
  files: 'files of the first runs (default 10000)',
  bytes: 'of a file (default 600)',
  'written-files': 'files of the run with the built-in embedder (default 1500; 0 leaves it out)',
  'written-bytes': 'of a file of that run (default 16000)',
  'slow-files': 'files of the run at 10 ms a text (default 10000; 0 leaves it out)',
};

const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const LISTING = fileURLToPath(new URL('../lib/list-folder.mjs', import.meta.url));

export async function run({ flags = {} } = {}) {
  const { files = 10_000, bytes = 600, rounds = 7, 'slow-files': slowFiles = 10_000 } = flags;
  const home = mkdtempSync(join(tmpdir(), 'umekomi-bench-'));
  try {
    const folder = join(home, 'documents');
    const written = writeDocuments(folder, { files: Number(files), bytes: Number(bytes) });
    const tables = [
      await stages(folder, written),
      await firstRun(home, folder, written),
      await nextRuns(home, folder, Number(rounds)),
    ];
    const { 'written-files': writtenFiles = 1500, 'written-bytes': writtenBytes = 16_000 } = flags;
    if (Number(writtenFiles) > 0) {
      tables.push(await bytesWritten(home, Number(writtenFiles), Number(writtenBytes)));
    }
    if (Number(slowFiles) > 0) tables.push(await busyShare(home, Number(slowFiles), Number(bytes)));
    return { tables, notes: [`${files} files, ${megabytes(written)} MB.`] };
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** Each stage alone over all files, in this process. */
async function stages(folder, written) {
  const load = (module) => import(new URL(`../../dist/${module}.js`, import.meta.url).href);
  const { crawl } = await load('files/crawl');
  const { createAdaptiveDisk } = await load('files/adaptive-disk');
  const { readDocument } = await load('files/read');
  const { decodeText } = await load('files/decode');
  const { chunkDocument } = await load('chunking/chunk-document');
  const { withInputHash } = await load('engine/indexing/cut-further');
  const { documentTerms } = await load('text/terms');
  const { openSqliteStore } = await load('store/sqlite/open-store');

  const rows = [];
  let count = 0;
  const stage = async (name, work) => {
    const begin = performance.now();
    const result = await work();
    const seconds = (performance.now() - begin) / 1000;
    rows.push([name, seconds * 1000, written / 1e6 / seconds, () => count / seconds]);
    return result;
  };
  const source = {
    path: folder,
    kind: 'folder',
    include: [],
    exclude: [],
    ignoreFiles: true,
    encoding: null,
  };
  const { files } = await stage('crawl', () => crawl(source));
  const disk = createAdaptiveDisk();
  const read = await stage('read, decode, hash', async () => {
    const texts = [];
    for (const { path } of files)
      texts.push(await readDocument(join(folder, path), { open: disk.open }));
    return texts;
  });
  const raw = read.map(({ text }) => Buffer.from(text));
  await stage('decode alone', () => raw.map((each) => decodeText(each)));
  const options = { chunkSize: 256, chunkOverlap: 0 };
  const cut = await stage('chunk', () =>
    read.map(({ text }) => chunkDocument(text, 'markdown', options)),
  );
  const hashed = await stage('hash inputs', () =>
    cut.map(({ chunks }) => chunks.map(withInputHash)),
  );
  count = hashed.flat().length;
  await stage('cut words', () => hashed.flat().map(({ text }) => documentTerms(text)));
  const now = () => 0;
  const store = await openSqliteStore(':memory:', { mode: 'memory', now, owner: 'bench' });
  const run = await store.begin(beginning(source, options));
  await stage('store with words, in memory', async () => {
    for (const [index, { title, frontMatter }] of cut.entries()) {
      const { hash: contentHash, size, mtimeNs, observedAtNs, encoding } = read[index];
      const place = { sourceId: run.sources[0].id, path: files[index].path };
      const seen = { contentHash, size, mtimeNs, observedAtNs, encoding };
      const how = { format: 'markdown', chunker: 'bench', title, frontMatter };
      const documents = [{ ...place, ...seen, ...how, chunks: hashed[index] }];
      await store.commit({ spaceId: run.space.id, documents });
    }
  });
  await store.close();
  return {
    title: `Stages alone, one after the other (${count} chunks)`,
    columns: ['stage', 'ms', 'MB/s', 'chunks/s'],
    rows: rows.map(([name, ms, rate, chunks]) => [
      ...[name, ms.toFixed(0), rate.toFixed(1), chunks().toFixed(0)],
    ]),
  };
}

/** How a run over one source begins; no vector comes. */
function beginning(source, chunking) {
  const identity = {
    ...{ kind: 'ollama', model: BENCH_MODEL, digest: null, dimensions: 1024 },
    ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
  };
  return { identity, fingerprint: 'bench', adopt: null, chunking, sources: [source], named: [] };
}

/** One process of the command line. @returns milliseconds, MB at most, and what the server saw */
async function umekomi(server, db, folder) {
  await server.take();
  const args = [BIN, '--db', db, '--endpoint', server.url, '--model', BENCH_MODEL];
  const ms = timeOf([...args, 'index', folder]);
  return { ms, ...(await server.take()) };
}

function timeOf(args) {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = performance.now() - begin;
  if (status !== 0) throw new Error(`It ended with ${status}: ${stderr}`);
  return ms;
}

async function firstRun(home, folder, written) {
  const server = await startEmbedServer({ msPerText: 0 });
  try {
    const rows = [];
    for (let round = 0; round < 3; round += 1) {
      const { ms, texts } = await umekomi(server, join(home, `first-${round}.db`), folder);
      rows.push([ms, written / 1e3 / ms, (texts / ms) * 1000]);
      rmSync(join(home, `first-${round}.db`));
    }
    const [ms, rate, chunks] = rows.sort((a, b) => a[0] - b[0])[1];
    return {
      title: 'First run against a server that answers at once, 1024 dimensions (median of 3)',
      columns: ['ms', 'MB/s', 'chunks/s'],
      rows: [[ms.toFixed(0), rate.toFixed(2), chunks.toFixed(0)]],
    };
  } finally {
    server.stop();
  }
}

async function nextRuns(home, folder, rounds) {
  const server = await startEmbedServer({ msPerText: 10 });
  try {
    const db = join(home, 'next.db');
    const instant = await startEmbedServer({ msPerText: 0 });
    await umekomi(instant, db, folder);
    instant.stop();
    const edited = join(folder, 'part-0000', 'document-000000.md');
    const runs = { listed: [], same: [], edit: [] };
    let seen = {};
    for (let round = 0; round < rounds; round += 1) {
      runs.listed.push(timeOf([LISTING, folder]));
      const same = await umekomi(server, db, folder);
      runs.same.push(same.ms);
      appendFileSync(edited, `\nOne more sentence, number ${round}.\n`);
      const edit = await umekomi(server, db, folder);
      runs.edit.push(edit.ms);
      seen = { same: same.requests, edit: edit.requests, texts: edit.texts };
    }
    const base = median(runs.listed);
    const row = (name, times, requests) => [
      ...[name, median(times).toFixed(0), (median(times) / base).toFixed(2), requests],
    ];
    return {
      title: `Later runs, whole processes (median of ${rounds}, in turn)`,
      columns: ['run', 'ms', 'of the first row', 'requests'],
      rows: [
        row('node, fast-glob with stats', runs.listed, 0),
        row('nothing changed', runs.same, seen.same),
        row(`one file edited, ${seen.texts} text(s) at 10 ms`, runs.edit, seen.edit),
      ],
    };
  } finally {
    server.stop();
  }
}

async function bytesWritten(home, files, bytes) {
  const folder = join(home, 'written');
  writeDocuments(folder, { files, bytes, seed: 3 });
  const run = await builtinFirstRun(join(home, 'written.db'), folder);
  const written = run.written === null ? '–' : megabytes(run.written);
  const ratio = run.written === null ? '–' : (run.written / run.bytes).toFixed(2);
  return {
    title: `First run with the built-in embedder, ${files} files`,
    columns: ['passages', 's', 'passages/s', 'file MB', 'written MB', 'written / file', 'peak MB'],
    rows: [
      [
        ...[run.passages, run.seconds.toFixed(1), (run.passages / run.seconds).toFixed(0)],
        ...[megabytes(run.bytes), written, ratio, (run.kibibytes / 1024).toFixed(0)],
      ],
    ],
  };
}

async function busyShare(home, files, bytes) {
  const folder = join(home, 'slow');
  writeDocuments(folder, { files, bytes, seed: 2 });
  const server = await startEmbedServer({ msPerText: 10 });
  try {
    const { ms, busyMs, texts, firstMs, lastMs } = await umekomi(
      server,
      join(home, 's.db'),
      folder,
    );
    const share = (whole) => `${((100 * busyMs) / whole).toFixed(1)} %`;
    return {
      title: `A server at 10 ms a text, 2 requests in flight, ${files} files`,
      columns: ['texts', 's', 'busy, of the whole process', 'busy, from first to last request'],
      rows: [[texts, (ms / 1000).toFixed(1), share(ms), share(lastMs - firstMs)]],
    };
  } finally {
    server.stop();
  }
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
