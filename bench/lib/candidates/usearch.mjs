/** usearch: HNSW over float16, held in memory. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildOnce } from '../built.mjs';
import { readBlocks } from '../exact.mjs';

const EXPANSIONS = [16, 32, 48, 64, 96, 128, 192, 256, 384];

const settings = (dimensions, expansion) => ({
  ...{ dimensions, metric: 'ip', quantization: 'f16', connectivity: 16 },
  ...{ expansion_add: 128, expansion_search: expansion, multi: false },
});

/** Builds the index with every core. */
export async function build(data) {
  return buildOnce(data, 'usearch-f16', (folder) => {
    const index = new (load().Index)(settings(data.dims, 64));
    for (const { first, vectors } of readBlocks(data.vectors, data.dims)) {
      const keys = BigUint64Array.from({ length: vectors.length / data.dims }, (_, i) =>
        BigInt(first + i),
      );
      index.add(keys, vectors, 0);
    }
    index.save(join(folder, 'index.usearch'));
  });
}

/** One index is in memory whatever the number of variants: the others are views of the same pages. */
export async function open(data) {
  const path = join((await build(data)).folder, 'index.usearch');
  const variants = EXPANSIONS.map((expansion) => {
    const index = new (load().Index)(settings(data.dims, expansion));
    index.view(path);
    const search = (query, k) => index.search(query, k, 1);
    const rows = ({ keys }) => Array.from(keys, Number);
    return { name: `usearch f16, expansion ${expansion}`, search, rows };
  });
  return { variants, close: () => {} };
}

// As CommonJS: its ES module looks for the binary in the wrong folder.
function load() {
  return createRequire(import.meta.url)('usearch');
}
