/**
 * The process that searches while a corpus is changed: every search sees one state, whole. Sends what
 * it saw when it is told to stop.
 */
import { openForReading } from '../../dist/store/sqlite/open-reader.js';
import { storeOver } from '../../dist/store/sqlite/open-store.js';
import { K, readFloats } from './dataset.mjs';
import { dot } from './exact.mjs';
import { vectorQuery } from './searches.mjs';

const [path, queriesPath, ...numbers] = process.argv.slice(2);
const [dims, ...counts] = numbers.map(Number);
const connection = openForReading(path);
const store = storeOver(connection, { owner: 'bench', now: Date.now, patience: 5000 });
const queries = readFloats(queriesPath);
const seen = { searches: 0, times: [], faults: [], recalls: [] };
let stopped = false;

const count = connection.db.prepare('SELECT count(*) FROM document').pluck();

/** One search in so many is compared with all vectors of the same state: in time each of the queries. */
const COMPARE_EVERY = 97;

function fault(text) {
  if (seen.faults.length < 10) seen.faults.push(text);
}

/** All calls of the store inside are of one snapshot: it is opened around them. */
async function inOneSnapshot(work) {
  connection.db.exec('BEGIN');
  try {
    await work();
  } finally {
    connection.db.exec('COMMIT');
  }
}

async function search(vector, compare) {
  const { space } = await store.info();
  const from = performance.now();
  const { nearest } = await store.find(vectorQuery(space, vector, { k: K }));
  seen.times.push(performance.now() - from);
  const documents = count.get();
  if (!counts.includes(documents)) fault(`${documents} documents, not ${counts.join(' or ')}`);
  if (nearest.length !== K) fault(`${nearest.length} hits instead of ${K}`);
  const vectors = await store.vectors(nearest.map(({ id }) => id));
  let last = -1;
  for (const { id, distance } of nearest) {
    const stored = vectors.get(id);
    if (stored === undefined) fault('a hit without a passage or vector');
    else if (Math.abs(1 - dot(stored, 0, vector, 0, dims) - distance) > 1e-4) {
      fault('a distance that is not that of the stored vector');
    }
    if (distance < last - 1e-6) fault('hits out of order');
    last = distance;
  }
  if (compare) seen.recalls.push(await recallOf(nearest, space, vector));
}

async function recallOf(nearest, space, vector) {
  const exact = await store.find(vectorQuery(space, vector, { k: K, exact: true }));
  const farthest = exact.nearest.at(-1).distance + 1e-6;
  return nearest.filter(({ distance }) => distance <= farthest).length / K;
}

async function step() {
  if (stopped) {
    await store.close();
    process.send(seen, () => process.exit());
    return;
  }
  const at = (seen.searches % (queries.length / dims)) * dims;
  const compare = seen.searches % COMPARE_EVERY === 0;
  try {
    await inOneSnapshot(() => search(queries.slice(at, at + dims), compare));
  } catch (error) {
    fault(error.message);
  }
  seen.searches += 1;
  setImmediate(step);
}

// Whoever asked is gone: so is the need for this process.
process.on('disconnect', () => process.exit());
process.on('message', () => {
  stopped = true;
});
process.send('ready');
await step();
