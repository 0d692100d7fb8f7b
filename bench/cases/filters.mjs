/** Search inside a filter: never much slower than comparing all that it keeps, and as good. */

import { pathOf, syntheticCorpus } from '../lib/corpus.mjs';
import { rowFinder } from '../lib/corpus-rows.mjs';
import { K, readFloats, similarityOf, syntheticData } from '../lib/dataset.mjs';
import { Best, dot, exactNearest, readBlocks, recall } from '../lib/exact.mjs';
import { openForSearches } from '../lib/searches.mjs';
import { digits, share as shareText } from '../lib/tables.mjs';
import { takeTurns } from '../lib/timing.mjs';
import { vectorSet } from '../lib/vectors.mjs';

export const explains =
  'Resident search by vector inside a filter that keeps 1, 10 and 50 % of the chunks, drawn across all topics or by whole topics (most queries are then about something else), k=10: umekomi as it chooses, and exact, against an exact scan of the kept vectors in memory in plain JavaScript; ratio of the times and recall@10. Default: --sizes 100k --dims 768 --rounds 5 --queries 50.';

const SHARES = [0.01, 0.1, 0.5];

/** Globs that keep a share of the documents across all topics: the paths end in a number drawn from 100. */
const SPREAD_GLOBS = { 0.01: '**/*-p00.md', 0.1: '**/*-p0?.md', 0.5: '**/*-p[0-4]?.md' };

/** Milliseconds that a turn may take before it ends early, after some queries. */
const TURN_MS = 4_000;
const LEAST = 5;

/** Every size with every number of dimensions. */
export async function run({ flags }) {
  const { sizes = [100_000], dims: allDims = [768], rounds, queries = 50 } = flags;
  const tables = [];
  for (const rows of sizes) {
    for (const dims of allDims) {
      tables.push(await oneSize(syntheticData({ rows, dims, queries }), rounds));
    }
  }
  const notes = [
    'find is the port below searchVector: it matches the globs and ranks, and puts no hits together.',
    'The scan has the kept vectors in memory already; "exact" is what umekomi does with exact: true.',
  ];
  return { tables, notes };
}

async function oneSize(data, rounds) {
  const { path } = await syntheticCorpus(data);
  const asked = await openForSearches(path);
  const vectors = readFloats(data.vectors);
  const setting = { data, vectors, ...asked, ...rowFinder(asked.db) };
  const rows = [];
  try {
    for (const share of SHARES) {
      for (const filter of [acrossTopics(data, share), wholeTopics(data, share)]) {
        rows.push(...(await oneFilter(setting, filter, rounds)));
      }
    }
  } finally {
    await asked.close();
  }
  const columns = [
    'filter',
    'kept',
    'candidate',
    'p50 ms',
    'p95 ms',
    'recall@10',
    'p50 / exact',
    'p50 / scan',
  ];
  return { title: `${data.name}: inside a filter`, columns, rows };
}

function acrossTopics(data, share) {
  const documents = [...vectorSet(data).documents()];
  const least = Math.round(share * 100);
  const kept = documents.filter((one) => Number(/-p(\d\d)\.md$/.exec(pathOf(one))[1]) < least);
  return { name: `${share * 100} % across topics`, kept, globs: [SPREAD_GLOBS[share]] };
}

/** Whole topics from the middle of them on, until they are the share. */
function wholeTopics(data, share) {
  const set = vectorSet(data);
  const documents = [...set.documents()];
  const counts = new Float64Array(set.topics);
  for (const { topic, count } of documents) counts[topic] += count;
  const topics = new Set();
  let sum = 0;
  for (let i = 0; i < set.topics && sum < share * data.rows; i++) {
    const topic = ((set.topics >> 1) + i) % set.topics;
    topics.add(topic);
    sum += counts[topic];
  }
  const globs = [...topics].map((topic) => `topic-${String(topic).padStart(3, '0')}/**`);
  const kept = documents.filter(({ topic }) => topics.has(topic));
  return { name: `${share * 100} % by topic`, kept, globs };
}

async function oneFilter(setting, filter, rounds) {
  const { data, searchVector, find, byChunk, byPlace } = setting;
  const { dims } = data;
  const queries = readFloats(data.queries);
  const keptRows = filter.kept.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, i) => first + i),
  );
  const kept = new Set(keptRows);
  const options = (exact) => ({ k: K, exact, paths: filter.globs });
  const search = (exact) => (vector) => searchVector(vector, options(exact));
  const ask = (exact) => (vector) => find(vector, options(exact));
  const ids = (found) => found.map(({ id }) => byChunk(id));
  const places = (hits) => hits.map(({ path, startLine, text }) => byPlace(path, startLine, text));
  const candidates = [
    candidate('find', ask(false), ids),
    candidate('find, exact', ask(true), ids),
    candidate('searchVector', search(false), places),
    candidate('searchVector, exact', search(true), places),
    candidate('plain JavaScript scan', scanOf(setting, keptRows), (best) => [...best.rows]),
  ];
  for (const one of candidates) one.turn = () => turnOf(one, queries, dims);
  console.error(`${data.name}: ${filter.name}`);
  const times = await takeTurns(candidates, { rounds });
  const blocks = readBlocks(data.vectors, dims);
  const truth = exactNearest(blocks, queries, { dims, k: K, keeps: (row) => kept.has(row) });
  const { similarity, close } = similarityOf(data);
  const row = ({ name, rows, found }) => {
    const { p50, p95 } = times.get(name);
    const exact = times.get(
      name.startsWith('searchVector') ? 'searchVector, exact' : 'find, exact',
    );
    const scan = times.get('plain JavaScript scan');
    return [
      ...[filter.name, kept.size, name, digits(p50), digits(p95)],
      shareText(recall(found.map(rows), truth, similarity)),
      ...[exact, scan].map((other) => `${digits(p50 / other.p50)}×`),
    ];
  };
  const rows = candidates.map(row);
  close();
  return rows;
}

function candidate(name, search, rows) {
  return { name, search, rows, found: null };
}

async function turnOf(one, queries, dims) {
  const [times, found] = [[], []];
  const began = performance.now();
  for (let at = 0; at < queries.length; at += dims) {
    const query = queries.slice(at, at + dims);
    const from = performance.now();
    found.push(await one.search(query));
    times.push(performance.now() - from);
    if (performance.now() - began > TURN_MS && times.length >= LEAST) break;
  }
  if (one.found === null || one.found.length < found.length) one.found = found;
  return times;
}

/** The kept vectors, one after the other. */
function scanOf({ data: { dims }, vectors }, rows) {
  const kept = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => {
    kept.set(vectors.subarray(row * dims, (row + 1) * dims), i * dims);
  });
  return (query) => {
    const best = new Best(K);
    for (let i = 0; i < rows.length; i++) {
      const similarity = dot(kept, i * dims, query, 0, dims);
      if (similarity > best.worst) best.add(rows[i], similarity);
    }
    return best;
  };
}
