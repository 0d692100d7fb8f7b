/**
 * A set of vectors on disk with its queries and their exact neighbours, made once. A data set is plain
 * data (paths and numbers), so that it can be handed to another process.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Best, dot, exactNearest, readBlocks } from './exact.mjs';
import { nameCount } from './flags.mjs';
import { RECIPE, vectorSet } from './vectors.mjs';

/** Neighbours that a search asks for. */
export const K = 10;

/** Where data is kept between runs; made if it is not there. */
export function dataFolder(name = '') {
  const root =
    process.env.UMEKOMI_BENCH_DATA ?? fileURLToPath(new URL('../.data', import.meta.url));
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Makes a file with `make(temporaryPath)` unless it is there; never leaves half of one. */
export function makeOnce(path, make) {
  if (existsSync(path)) return path;
  make(`${path}.part`);
  renameSync(`${path}.part`, path);
  return path;
}

/**
 * A seeded data set.
 *
 * @param queries how many (default 200)
 * @returns `{ name, folder, rows, dims, vectors, queries }`, the last two paths of float32 files
 */
export function syntheticData({ rows, dims, queries = 200 }) {
  const name = `${nameCount(rows)}x${dims}`;
  const folder = dataFolder(`${name}-v${RECIPE}`);
  const set = vectorSet({ rows, dims });
  const vectors = makeOnce(join(folder, 'vectors.f32'), (path) => {
    console.error(`making ${name} …`);
    writeFloats(
      path,
      (function* () {
        for (const block of set.blocks()) yield block.vectors;
      })(),
    );
  });
  const queryFile = makeOnce(join(folder, `queries-${queries}.f32`), (path) =>
    writeFloats(path, [set.queries(queries)]),
  );
  return { name, folder, rows, dims, vectors, queries: queryFile, synthetic: true };
}

/** Writes float32 arrays one after the other. */
export function writeFloats(path, arrays) {
  const file = openSync(path, 'w');
  try {
    for (const { buffer, byteOffset, byteLength } of arrays) {
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      for (let done = 0; done < byteLength; ) done += writeSync(file, bytes, done);
    }
  } finally {
    closeSync(file);
  }
}

/** All numbers of a float32 file. */
export function readFloats(path) {
  const file = openSync(path, 'r');
  try {
    const { buffer } = new Float32Array(statSync(path).size / 4);
    const bytes = Buffer.from(buffer);
    // A single read ends at 2 GiB.
    for (let at = 0; at < bytes.length; )
      at += readSync(file, bytes, at, Math.min(2 ** 30, bytes.length - at), at);
    return new Float32Array(buffer);
  } finally {
    closeSync(file);
  }
}

/** The exact neighbours of the queries of a data set, a `Best` each; kept on disk. */
export function truthOf({ name, vectors, queries, dims }, k = K) {
  const path = queries.replace(/\.f32$/, `-nearest-${k}.json`);
  makeOnce(path, (part) => {
    console.error(`comparing every vector of ${name} …`);
    const found = exactNearest(readBlocks(vectors, dims), readFloats(queries), { dims, k });
    writeFileSync(
      part,
      JSON.stringify(found.map(({ rows, similarities }) => [[...rows], [...similarities]])),
    );
  });
  return JSON.parse(readFileSync(path, 'utf8')).map(([rows, similarities]) =>
    Object.assign(new Best(0), {
      rows: Float64Array.from(rows),
      similarities: Float64Array.from(similarities),
    }),
  );
}

/** A function that tells the similarity of a query's number and a row, reading that row from disk. */
export function similarityOf({ vectors, queries, dims }) {
  const asked = readFloats(queries);
  const file = openSync(vectors, 'r');
  const row = new Float32Array(dims);
  const bytes = Buffer.from(row.buffer);
  const similarity = (query, number) => {
    readSync(file, bytes, 0, bytes.length, number * dims * 4);
    return dot(row, 0, asked, query * dims, dims);
  };
  return { similarity, close: () => closeSync(file) };
}
