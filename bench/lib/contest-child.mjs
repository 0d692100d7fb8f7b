/** The process of one candidate; contest.mjs asks it. */
import { readFileSync } from 'node:fs';
import { readFloats } from './dataset.mjs';

/** A turn of a slow candidate ends after so many milliseconds, … */
const TURN_MS = 4_000;

/** … but not before so many queries. */
const LEAST = 10;

const candidate = await import(`./candidates/${process.argv[2]}.mjs`);
let opened = null;
let queries = [];
let before = 0;

const methods = {
  build: ({ data }) => candidate.build(data),
  async open({ data }) {
    const all = readFloats(data.queries);
    queries = Array.from({ length: all.length / data.dims }, (_, i) =>
      all.slice(i * data.dims, (i + 1) * data.dims),
    );
    before = memory();
    opened = await candidate.open(data);
    return opened.variants.map(({ name, kind }) => ({ name, kind }));
  },
  async turn({ variant: name, k }) {
    const variant = opened.variants.find((one) => one.name === name);
    const { search, rows, prepare = (query) => query, start = () => {} } = variant;
    start();
    const prepared = queries.map(prepare);
    const [times, answers] = [[], []];
    const began = performance.now();
    for (const query of prepared) {
      const from = performance.now();
      let answer = search(query, k);
      // An await costs some time of its own: only where the candidate is asynchronous.
      if (answer instanceof Promise) answer = await answer;
      const to = performance.now();
      times.push(to - from);
      answers.push(answer);
      if (to - began > TURN_MS && times.length >= LEAST) break;
    }
    return { times, found: answers.map(rows) };
  },
  memory: () => memory() - before,
};

/**
 * Resident bytes after a collection. A page that is mapped several times, or by several processes,
 * counts once (PSS) where the system tells; what it caches of files that are only read does not count.
 */
function memory() {
  globalThis.gc();
  try {
    const rollup = readFileSync('/proc/self/smaps_rollup', 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)[1]) * 1024;
  } catch {
    return process.memoryUsage().rss;
  }
}

// Whoever asked is gone: so is the need for this process.
process.on('disconnect', () => process.exit());
process.on('message', async ({ method, args }) => {
  try {
    process.send({ value: (await methods[method](args)) ?? null });
  } catch (error) {
    process.send({ error: error.message });
  }
});
