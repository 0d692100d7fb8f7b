/**
 * A random rotation that is quick: signs, Hadamard transforms of blocks and a shuffle, three times.
 * Real models spread their directions over all coordinates; a spectrum along the axes would hurt or
 * flatter whatever looks at single coordinates, as sign bits do.
 */
import { mix, random } from './random.mjs';

const TIMES = 3;

/** A function that turns `values[at … at + dims)` in place; lengths and angles stay. */
export function rotation(dims, seed) {
  const size = dims & -dims;
  const steps = Array.from({ length: TIMES }, (_, time) => step(dims, mix(seed, time)));
  const scale = 1 / Math.sqrt(size) ** TIMES;
  const scratch = new Float64Array(dims);
  return (values, at) => {
    for (const { signs, order } of steps) {
      for (let i = 0; i < dims; i++) scratch[i] = signs[i] * values[at + order[i]];
      for (let block = 0; block < dims; block += size) hadamard(scratch, block, size);
      for (let i = 0; i < dims; i++) values[at + i] = scratch[i];
    }
    for (let i = 0; i < dims; i++) values[at + i] *= scale;
  };
}

function step(dims, seed) {
  const next = random(seed);
  const order = Int32Array.from({ length: dims }, (_, i) => i);
  for (let i = dims - 1; i > 0; i--) {
    const j = next() % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return { order, signs: Float64Array.from({ length: dims }, () => (next() & 1 ? 1 : -1)) };
}

function hadamard(values, at, size) {
  for (let half = 1; half < size; half *= 2) {
    for (let start = at; start < at + size; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const [a, b] = [values[i], values[i + half]];
        values[i] = a + b;
        values[i + half] = a - b;
      }
    }
  }
}
