/** A plain loop over a Float32Array: what anybody writes first, and exact. */

import { bytesOf } from '../built.mjs';
import { readFloats } from '../dataset.mjs';
import { Best, dot } from '../exact.mjs';

/** Nothing is built. */
export async function build(data) {
  return { ms: 0, bytes: bytesOf(data.vectors) };
}

/** All vectors in memory. */
export async function open({ vectors: path, dims }) {
  const vectors = readFloats(path);
  const search = (query, k) => {
    const best = new Best(k);
    for (let at = 0, row = 0; at < vectors.length; at += dims, row++) {
      const similarity = dot(vectors, at, query, 0, dims);
      if (similarity > best.worst) best.add(row, similarity);
    }
    return best;
  };
  const rows = (best) => [...best.rows];
  return { variants: [{ name: 'plain JavaScript scan, exact', search, rows }], close: () => {} };
}
