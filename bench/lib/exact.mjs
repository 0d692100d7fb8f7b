/** Exact nearest neighbours, and recall against them. */
import { closeSync, openSync, readSync } from 'node:fs';

/** Dot product of `a[i …]` and `b[j …]`; four sums, which the engine keeps in registers. */
export function dot(a, i, b, j, dims) {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let d = 0; d < dims; d += 4) {
    s0 += a[i + d] * b[j + d];
    s1 += a[i + d + 1] * b[j + d + 1];
    s2 += a[i + d + 2] * b[j + d + 2];
    s3 += a[i + d + 3] * b[j + d + 3];
  }
  return s0 + s1 + (s2 + s3);
}

/** Keeps the k best of what it is shown: rows and similarities, best first. */
export class Best {
  constructor(k) {
    this.rows = new Float64Array(k).fill(-1);
    this.similarities = new Float64Array(k).fill(-Infinity);
  }

  /** The similarity that a row must exceed to get in. */
  get worst() {
    return this.similarities[this.similarities.length - 1];
  }

  add(row, similarity) {
    const { rows, similarities } = this;
    let place = similarities.length - 1;
    if (!(similarity > similarities[place])) return;
    for (; place > 0 && similarities[place - 1] < similarity; place--) {
      similarities[place] = similarities[place - 1];
      rows[place] = rows[place - 1];
    }
    similarities[place] = similarity;
    rows[place] = row;
  }
}

/** Reads a file of little-endian float32 vectors in blocks: `{ first, vectors }`. */
export function* readBlocks(path, dims, size = 8192) {
  const file = openSync(path, 'r');
  const buffer = Buffer.from(new ArrayBuffer(size * dims * 4));
  try {
    for (let first = 0; ; ) {
      const bytes = readSync(file, buffer, 0, buffer.length, first * dims * 4);
      if (bytes === 0) return;
      yield { first, vectors: new Float32Array(buffer.buffer, 0, bytes / 4) };
      first += bytes / 4 / dims;
    }
  } finally {
    closeSync(file);
  }
}

/**
 * The k nearest rows of every query, by comparing all.
 *
 * @param blocks of `{ first, vectors }`
 * @param keeps whether a row may be found; default all
 * @returns a `Best` for every query
 */
export function exactNearest(blocks, queries, { dims, k, keeps = () => true }) {
  const found = Array.from({ length: queries.length / dims }, () => new Best(k));
  for (const { first, vectors } of blocks) {
    for (let at = 0; at < vectors.length; at += dims) {
      const row = first + at / dims;
      if (!keeps(row)) continue;
      for (let query = 0; query < found.length; query++) {
        const similarity = dot(vectors, at, queries, query * dims, dims);
        if (similarity > found[query].worst) found[query].add(row, similarity);
      }
    }
  }
  return found;
}

/** Rows as near as the last exact one count, whichever of equal ones a candidate chose. */
const TIE = 1e-6;

/**
 * Mean share of the exact k nearest that a candidate found.
 *
 * @param rows what it found, an array of rows a query
 * @param truth a `Best` for every query
 * @param similarity of a query's number and a row
 */
export function recall(rows, truth, similarity) {
  const shares = rows.map((found, query) => {
    const { similarities } = truth[query];
    const wanted = similarities.filter((value) => value > -Infinity).length;
    const least = similarities[wanted - 1] - TIE;
    const distinct = [...new Set(found)].slice(0, wanted);
    return distinct.filter((row) => similarity(query, row) >= least).length / wanted;
  });
  return shares.reduce((sum, value) => sum + value, 0) / shares.length;
}
