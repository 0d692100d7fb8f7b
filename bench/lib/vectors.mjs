/**
 * Vectors as embedding models make them, without a model: topics → documents → chunks, a shared
 * direction, a spectrum that falls by a power law. Streams, is seeded, and every document can be made
 * by itself. `npm run bench -- statistics` compares it with real corpora.
 */
import { addNoise, mix, random, uniform } from './random.mjs';
import { rotation } from './rotation.mjs';

/** Another recipe is another data set: everything that is cached is made again. */
export const RECIPE = 2;

/** Shares of a vector's squared length; the rest is the chunk's own. */
const SHARED = 0.3;
const TOPIC = 0.15;
const DOCUMENT = 0.25;
const CHUNK = 1 - SHARED - TOPIC - DOCUMENT;

/** Neighbouring documents of one topic: a folder. */
const FOLDER = 20;

/** Chunks of a document: 1 … 19, ten on average. */
const MOST_CHUNKS = 19;

/** How far a query is from the chunk that it is about: squared length of its noise, chunk = 1. */
const QUERY_NOISE = 0.35;

/** What tells the levels' random numbers. */
const LEVEL = { shared: 1, topic: 2, document: 3, chunk: 4, query: 5, turn: 6, place: 7 };

/**
 * A set of vectors, not made yet.
 *
 * @param rows chunks
 * @param dims dimensions, a multiple of 8
 * @param seed default 1
 * @returns `documents()` yields `{ index, first, count, topic }` up to `rows`; `fill` makes the
 *   vectors of one; `blocks(size)` yields `{ first, vectors }`, all of them; `queries(count)`
 *   makes that many, about documents of the set or about the given ones; `document(index)` is one of
 *   them, or one beyond
 */
export function vectorSet({ rows, dims, seed = 1 }) {
  // A topic of about 1,000 chunks; more of them in larger sets, as in real ones.
  const topics = Math.max(8, Math.round(rows / 1000));
  const scales = levels(dims);
  const turn = rotation(dims, mix(seed, LEVEL.turn));
  const maker = {
    dims,
    seed,
    scales,
    turn,
    base: baseOf(dims, seed, scales),
    scratch: new Float64Array(dims),
  };
  const fill = (document, into, at = 0) => fillDocument(maker, document, into, at);
  return {
    ...{ rows, dims, seed, topics, fill },
    documents: () => documents({ rows, seed, topics }),
    blocks: (size = 4096) =>
      blocks({ rows, dims, fill, documents: documents({ rows, seed, topics }) }, size),
    queries: (count, about = [...documents({ rows, seed, topics })]) =>
      queries(maker, about, count),
    document: (index) => ({ ...shape(seed, topics, index), index }),
  };
}

/** Deviation of every coordinate, a level: variance falls as i^-1.5 for topics, i^-½ for chunks. */
function levels(dims) {
  const spectrum = (share, fall) => {
    const falls = Float64Array.from({ length: dims }, (_, i) => 1 / fall(i + 2));
    const squares = falls.reduce((sum, value) => sum + value * value, 0);
    return falls.map((value) => value * Math.sqrt(share / squares));
  };
  // Square roots are exact everywhere, powers are not.
  const root = Math.sqrt;
  return {
    topic: spectrum(TOPIC, (i) => root(i) * root(root(i))),
    document: spectrum(DOCUMENT, root),
    chunk: spectrum(CHUNK, (i) => root(root(i))),
    noise: spectrum(QUERY_NOISE, (i) => root(root(i))),
  };
}

function baseOf(dims, seed) {
  const base = new Float64Array(dims);
  addNoise(base, 0, new Float64Array(dims).fill(1), mix(seed, LEVEL.shared));
  const length = Math.sqrt(base.reduce((sum, value) => sum + value * value, 0));
  return base.map((value) => (value / length) * Math.sqrt(SHARED));
}

/** Topic and number of chunks of a document; large topics are much larger than small ones. */
function shape(seed, topics, index) {
  const folder = Math.floor(index / FOLDER);
  const place = uniform(random(mix(seed, LEVEL.place, folder)));
  const count = 1 + (mix(seed, LEVEL.document, index) % MOST_CHUNKS);
  return { topic: Math.floor(place * place * topics), folder, count };
}

function* documents({ rows, seed, topics }) {
  for (let index = 0, first = 0; first < rows; index++) {
    const { topic, folder, count } = shape(seed, topics, index);
    yield { index, first, topic, folder, count: Math.min(count, rows - first) };
    first += count;
  }
}

function fillDocument(maker, { index, topic, count }, into, at) {
  const { dims, seed, scales, base, scratch } = maker;
  scratch.set(base);
  addNoise(scratch, 0, scales.topic, mix(seed, LEVEL.topic, topic));
  addNoise(scratch, 0, scales.document, mix(seed, LEVEL.document, index, 1));
  for (let chunk = 0; chunk < count; chunk++) {
    const start = at + chunk * dims;
    into.set(scratch, start);
    addNoise(into, start, scales.chunk, mix(seed, LEVEL.chunk, index, chunk));
    maker.turn(into, start);
    toUnit(into, start, dims);
  }
}

function* blocks({ rows, dims, fill, documents: all }, size) {
  let vectors = new Float32Array((size + MOST_CHUNKS) * dims);
  let [first, filled] = [0, 0];
  for (const document of all) {
    fill(document, vectors, filled * dims);
    filled += document.count;
    if (filled < size && first + filled < rows) continue;
    yield { first, vectors: vectors.subarray(0, filled * dims) };
    first += filled;
    filled = 0;
    vectors = new Float32Array(vectors.length);
  }
}

/** Each is near a chunk drawn at random, and in the set nowhere. */
function queries(maker, all, count) {
  const { dims, seed, scales } = maker;
  const next = random(mix(seed, LEVEL.query));
  const vectors = new Float32Array(count * dims);
  const one = new Float32Array(MOST_CHUNKS * dims);
  const noise = new Float64Array(dims);
  for (let query = 0; query < count; query++) {
    const document = all[next() % all.length];
    const chunk = next() % document.count;
    fillDocument(maker, document, one, 0);
    noise.fill(0);
    addNoise(noise, 0, scales.noise, mix(seed, LEVEL.query, query));
    maker.turn(noise, 0);
    for (let i = 0; i < dims; i++) vectors[query * dims + i] = one[chunk * dims + i] + noise[i];
    toUnit(vectors, query * dims, dims);
  }
  return vectors;
}

function toUnit(values, at, dims) {
  let squares = 0;
  for (let i = at; i < at + dims; i++) squares += values[i] * values[i];
  const factor = 1 / Math.sqrt(squares);
  for (let i = at; i < at + dims; i++) values[i] *= factor;
}
