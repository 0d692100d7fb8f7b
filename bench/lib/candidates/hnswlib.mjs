/** hnswlib-node: HNSW over float32, held in memory. */
import { join } from 'node:path';
import { buildOnce } from '../built.mjs';
import { readBlocks } from '../exact.mjs';

const EF = [16, 32, 64, 128, 256];

/** Builds the index; the package has no way to use more than one core. */
export async function build(data) {
  return buildOnce(data, 'hnswlib', async (folder) => {
    const { dims, rows } = data;
    const index = new (await load())('ip', dims);
    index.initIndex(rows, 16, 200, 1);
    for (const { first, vectors } of readBlocks(data.vectors, dims)) {
      for (let at = 0; at < vectors.length; at += dims) {
        index.addPoint(Array.from(vectors.subarray(at, at + dims)), first + at / dims);
      }
    }
    index.writeIndexSync(join(folder, 'index.hnsw'));
  });
}

/** One index; each turn sets its ef. */
export async function open(data) {
  const { folder } = await build(data);
  const index = new (await load())('ip', data.dims);
  index.readIndexSync(join(folder, 'index.hnsw'));
  const variants = EF.map((ef) => ({
    name: `hnswlib-node, ef ${ef}`,
    start: () => index.setEf(ef),
    // It takes arrays of numbers only; making one is not its fault and not timed.
    prepare: (query) => Array.from(query),
    search: (query, k) => index.searchKnn(query, k),
    rows: ({ neighbors }) => neighbors,
  }));
  return { variants, close: () => {} };
}

async function load() {
  return (await import('hnswlib-node')).default.HierarchicalNSW;
}
