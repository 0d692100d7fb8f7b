/**
 * The process that searches while a corpus is changed: every search sees one state, whole. Sends what
 * it saw when it is told to stop.
 */
import { vectorIndex } from '../../dist/store/sqlite/nearest/nearest.js';
import { openCorpusFile } from '../../dist/store/sqlite/open.js';
import { activeSpace } from '../../dist/store/sqlite/spaces.js';
import { fromBytes } from '../../dist/store/sqlite/vectors.js';
import { K, readFloats } from './dataset.mjs';
import { dot } from './exact.mjs';

const [path, queriesPath, dims, documents] = process.argv
  .slice(2)
  .map((value, i) => (i < 2 ? value : Number(value)));
const file = openCorpusFile(path, 'read', 0);
const index = vectorIndex(file.db);
const queries = readFloats(queriesPath);
const seen = { searches: 0, times: [], faults: [], recalls: [] };
let stopped = false;

const vectorOf = file.db.prepare(
  'SELECT vector FROM chunk JOIN embedding USING (input_hash) WHERE chunk.id = ? AND space_id = ?',
);
const count = file.db.prepare('SELECT count(*) FROM document').pluck();

/** One search in so many is compared with all vectors of the same state: in time each of the queries. */
const COMPARE_EVERY = 97;

function fault(text) {
  if (seen.faults.length < 10) seen.faults.push(text);
}

const search = file.db.transaction((vector, compare) => {
  const space = activeSpace(file.db);
  const from = performance.now();
  const query = { space, vector, k: K, documentIds: null, exact: false };
  const found = index.nearest(query);
  seen.times.push(performance.now() - from);
  if (count.get() !== documents) fault(`${count.get()} documents instead of ${documents}`);
  if (found.length !== K) fault(`${found.length} hits instead of ${K}`);
  let last = -1;
  for (const { chunkId, distance } of found) {
    const row = vectorOf.get(chunkId, space.id);
    if (row === undefined) fault('a hit without a passage or vector');
    else if (Math.abs(1 - dot(fromBytes(row.vector), 0, vector, 0, dims) - distance) > 1e-4) {
      fault('a distance that is not that of the stored vector');
    }
    if (distance < last - 1e-6) fault('hits out of order');
    last = distance;
  }
  if (!compare) return;
  const exact = index.nearest({ ...query, exact: true }).at(-1).distance + 1e-6;
  seen.recalls.push(found.filter(({ distance }) => distance <= exact).length / K);
});

function step() {
  if (stopped) {
    file.close();
    process.send(seen, () => process.exit());
    return;
  }
  const at = (seen.searches % (queries.length / dims)) * dims;
  try {
    search(queries.slice(at, at + dims), seen.searches % COMPARE_EVERY === 0);
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
step();
