/** What a cloud of vectors looks like: enough to tell whether made ones are like real ones. */
import { dot } from './exact.mjs';
import { mix, random } from './random.mjs';
import { quantile } from './timing.mjs';

const PAIRS = 20_000;
const SAMPLE = 4_000;

/**
 * Statistics of unit vectors.
 *
 * @param documents of `{ first, count }`, rows that belong together
 * @returns mean and deviation of the cosine of random pairs and of pairs inside a document, the share
 *   of variance on the first direction and on the first ten, and effective dimensions (participation
 *   ratio of the spectrum: (Σλ)²/Σλ²)
 */
export function describe(vectors, dims, documents) {
  const rows = vectors.length / dims;
  const next = random(mix(7));
  const pairs = Array.from({ length: PAIRS }, () => [next() % rows, next() % rows]);
  const several = documents.filter(({ count }) => count > 1);
  const inside = Array.from({ length: PAIRS }, () => {
    const { first, count } = several[next() % several.length];
    const a = next() % count;
    return [first + a, first + ((a + 1 + (next() % (count - 1))) % count)];
  });
  const cosines = (all) => all.map(([a, b]) => dot(vectors, a * dims, vectors, b * dims, dims));
  return {
    random: spread(cosines(pairs.filter(([a, b]) => a !== b))),
    inside: spread(several.length === 0 ? [] : cosines(inside)),
    ...spectrum(vectors, dims, next),
  };
}

/** Mean, deviation and median. */
export function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length), median: quantile(values, 0.5) };
}

function spectrum(vectors, dims, next) {
  const rows = vectors.length / dims;
  const size = Math.min(SAMPLE, rows);
  const sample = Float64Array.from({ length: size * dims });
  for (let i = 0; i < size; i++) {
    const row = next() % rows;
    sample.set(vectors.subarray(row * dims, (row + 1) * dims), i * dims);
  }
  const covariance = covarianceOf(sample, dims);
  let [trace, squares] = [0, 0];
  for (let i = 0; i < dims; i++) trace += covariance[i * dims + i];
  for (const value of covariance) squares += value * value;
  const largest = leading(covariance, dims, 10).map((value) => value / trace);
  return {
    first: largest[0],
    firstTen: largest.reduce((sum, value) => sum + value, 0),
    effective: trace ** 2 / squares,
  };
}

function covarianceOf(sample, dims) {
  const size = sample.length / dims;
  for (let d = 0; d < dims; d++) {
    let sum = 0;
    for (let i = d; i < sample.length; i += dims) sum += sample[i];
    for (let i = d; i < sample.length; i += dims) sample[i] -= sum / size;
  }
  const covariance = new Float64Array(dims * dims);
  for (let at = 0; at < sample.length; at += dims) {
    for (let a = 0; a < dims; a++) {
      const value = sample[at + a] / size;
      if (value === 0) continue;
      for (let b = 0; b < dims; b++) covariance[a * dims + b] += value * sample[at + b];
    }
  }
  return covariance;
}

/** The largest eigenvalues, by power iteration, each taken out before the next. */
function leading(matrix, dims, count) {
  const values = [];
  for (let n = 0; n < count; n++) {
    let vector = Float64Array.from({ length: dims }, (_, i) => (mix(n, i) & 255) - 127.5);
    let value = 0;
    for (let time = 0; time < 60; time++) {
      const image = Float64Array.from({ length: dims }, (_, i) =>
        dot(matrix, i * dims, vector, 0, dims),
      );
      value = Math.sqrt(dot(image, 0, image, 0, dims));
      vector = image.map((entry) => entry / value);
    }
    values.push(value);
    for (let a = 0; a < dims; a++) {
      for (let b = 0; b < dims; b++) matrix[a * dims + b] -= value * vector[a] * vector[b];
    }
  }
  return values;
}
