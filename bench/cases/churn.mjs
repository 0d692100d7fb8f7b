/** A corpus that lives: half of it replaced in small steps, against one that was built at once. */
import { fork } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bytesOf } from '../lib/built.mjs';
import {
  openForRuns,
  pathOf,
  syntheticCorpus,
  syntheticDocuments,
  writeCorpus,
} from '../lib/corpus.mjs';
import { dataFolder, K, syntheticData } from '../lib/dataset.mjs';
import { dot, exactNearest, recall } from '../lib/exact.mjs';
import { mix } from '../lib/random.mjs';
import { openForSearches } from '../lib/searches.mjs';
import { digits, megabytes, share } from '../lib/tables.mjs';
import { median, quantile, takeTurns } from '../lib/timing.mjs';
import { vectorSet } from '../lib/vectors.mjs';

export const explains =
  'Replaces half of the documents of a corpus in small steps, each of them a run, while another process searches it and checks what it sees; then latency, recall@10 and file size against a fresh build of the same content. Default: --sizes 100k --dims 768 --steps 50 --rounds 5 --queries 200.';

export const accepts = { steps: 'in how many steps the half is replaced (default 50)' };

const READER = fileURLToPath(new URL('../lib/churn-reader.mjs', import.meta.url));

/** Every size with every number of dimensions. */
export async function run({ flags }) {
  const { sizes = [100_000], dims: allDims = [768], rounds, queries = 200, steps = 50 } = flags;
  const [tables, notes] = [[], []];
  for (const rows of sizes) {
    for (const dims of allDims) {
      const data = syntheticData({ rows, dims, queries });
      const result = await oneSize(data, { rounds, queries, steps: Number(steps) });
      tables.push(result.table);
      notes.push(...result.notes);
    }
  }
  return { tables, notes };
}

async function oneSize(data, { rounds, steps, queries }) {
  const { path: original } = await syntheticCorpus(data);
  const folder = dataFolder(`churn-${data.name}`);
  const [churned, fresh] = [join(folder, 'churned.db'), join(folder, 'fresh.db')];
  try {
    copyFileSync(original, churned);
    const { documents, took, seen } = await churn(data, churned, steps);
    await writeCorpus(fresh, data.dims, syntheticDocuments(vectorSet(data), documents));
    const table = await compare(data, { churned, fresh, documents, rounds, count: queries });
    return { table, notes: notesOf(data, { steps, took, seen }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the documents that are there in the end, how long each step took, what the reader saw */
async function churn(data, path, steps) {
  const set = vectorSet(data);
  let documents = [...set.documents()];
  const corpus = await openForRuns(path, data.dims);
  const order = documents.map(({ index }) => index).sort((a, b) => mix(a, 3) - mix(b, 3));
  const size = Math.max(1, Math.floor(documents.length / 2 / steps));
  const reader = await startReader(path, data, [documents.length, documents.length + size]);
  const took = { change: [], end: [] };
  for (let step = 0; step < steps; step++) {
    const gone = new Set(order.slice(step * size, (step + 1) * size));
    const added = Array.from(gone, (_, i) => set.document(order.length + step * size + i));
    const removed = documents.filter(({ index }) => gone.has(index)).map(pathOf);
    const from = performance.now();
    const run = await corpus.begin();
    await run.commit([...syntheticDocuments(set, added)]);
    const between = performance.now();
    await run.end({ removed });
    took.change.push(between - from);
    took.end.push(performance.now() - between);
    documents = [...documents.filter(({ index }) => !gone.has(index)), ...added];
    console.error(`${data.name}: step ${step + 1} of ${steps}`);
    await setImmediate();
  }
  const seen = await reader.stop();
  await corpus.close();
  return { documents, took, seen };
}

/** @param counts how many documents there may be: what a step adds comes before the rest goes */
async function startReader(path, { queries, dims }, counts) {
  const child = fork(READER, [path, queries, dims, ...counts]);
  const message = () =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`The reader ended (${code}).`)));
    });
  await message();
  const stop = () => {
    const answer = message();
    child.send('stop');
    return answer;
  };
  return { stop };
}

async function compare(data, { churned, fresh, documents, rounds, count }) {
  const { dims } = data;
  // About what is there in the end: what is about documents that are gone has no near answer.
  const queries = vectorSet(data).queries(count, documents);
  const all = vectorsOf(data, documents);
  const truth = exactNearest([{ first: 0, vectors: all.vectors }], queries, { dims, k: K });
  const similarity = (query, row) => dot(all.vectors, row * dims, queries, query * dims, dims);
  const opened = [await openBoth('fresh', fresh, all), await openBoth('churned', churned, all)];
  const candidates = opened.flatMap(({ candidates }) => candidates);
  for (const one of candidates) one.turn = () => turnOf(one, queries, dims);
  const times = await takeTurns(candidates, { rounds });
  const rows = candidates.map(({ name, state, kind, path, found, rows: rowsOf }) => {
    const [mine, other] = [times.get(name), times.get(`${kind}, fresh`)];
    const found10 = recall(found.map(rowsOf), truth, similarity);
    const sizes = [bytesOf(path), bytesOf(fresh)];
    return [
      ...[kind, state, digits(mine.p50), digits(mine.p95), share(found10), megabytes(sizes[0])],
      ...[mine.p50 / other.p50, mine.p95 / other.p95, sizes[0] / sizes[1]].map(
        (n) => `${digits(n)}×`,
      ),
    ];
  });
  for (const { close } of opened) await close();
  const columns = [
    'function',
    'corpus',
    'p50 ms',
    'p95 ms',
    'recall@10',
    'file MB',
    'p50 / fresh',
    'p95 / fresh',
    'file / fresh',
  ];
  return { title: `${data.name}: half replaced in small steps, and built at once`, columns, rows };
}

async function openBoth(state, path, { rowOf }) {
  const { db, searchVector, find, close } = await openForSearches(path);
  const place = db.prepare(
    `SELECT document.path, start_line AS startLine FROM chunk
     JOIN document ON document.id = document_id WHERE chunk.id = ?`,
  );
  const base = { state, path, found: null };
  const candidates = [
    {
      ...{ ...base, kind: 'find', name: `find, ${state}` },
      search: (vector) => find(vector, { k: K }),
      rows: (found) => found.map(({ id }) => rowOf(place.get(id))),
    },
    {
      ...{ ...base, kind: 'searchVector', name: `searchVector, ${state}` },
      search: (vector) => searchVector(vector, { k: K }),
      rows: (hits) => hits.map(rowOf),
    },
  ];
  return { candidates, close };
}

/** All vectors that are there in the end, and the row of a passage by its path and line. */
function vectorsOf({ rows, dims, seed }, documents) {
  const set = vectorSet({ rows, dims, seed });
  const first = new Map();
  let count = 0;
  for (const document of documents) {
    first.set(pathOf(document), count);
    count += document.count;
  }
  const vectors = new Float32Array(count * dims);
  for (const document of documents) set.fill(document, vectors, first.get(pathOf(document)) * dims);
  return { vectors, rowOf: ({ path, startLine }) => first.get(path) + startLine - 1 };
}

async function turnOf(one, queries, dims) {
  const [times, found] = [[], []];
  for (let at = 0; at < queries.length; at += dims) {
    const query = queries.slice(at, at + dims);
    const from = performance.now();
    found.push(await one.search(query));
    times.push(performance.now() - from);
  }
  one.found ??= found;
  return times;
}

function notesOf({ name }, { steps, took, seen }) {
  const { searches, faults, recalls, times } = seen;
  const mean = recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
  return [
    `${name}, ${steps} steps: a step's change took ${digits(median(took.change))} ms (median) and the end of its run ${digits(median(took.end))} ms (median), ${digits(Math.max(...took.end))} ms at most.`,
    `${name}, meanwhile another process searched ${searches} times: p50 ${digits(quantile(times, 0.5))} ms, p95 ${digits(quantile(times, 0.95))} ms, at most ${digits(Math.max(...times))} ms; mean recall@10 of ${recalls.length} that were compared ${share(mean)}, lowest ${share(Math.min(...recalls))}.`,
    faults.length === 0
      ? `${name}: it saw one whole state every time (number of documents, number, order and distances of hits).`
      : `${name}: FAULTS seen by it: ${faults.join('; ')}`,
  ];
}
