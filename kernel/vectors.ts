/** Float vectors: dot products, sums, and the rotation that spreads what a few coordinates hold. */

/** The dot product of two vectors; `dims` is a multiple of 16. */
export function dot(a: usize, b: usize, dims: u32): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  const end = a + ((<usize>dims) << 2);
  for (; a < end; a += 64, b += 64) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(a), v128.load(b)));
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load(a, 32), v128.load(b, 32)));
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load(a, 48), v128.load(b, 48)));
  }
  const sum = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3));
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  );
}

/** Adds `vector · weight` to `sum`; `dims` is a multiple of 16. */
export function addTo(sum: usize, vector: usize, weight: f32, dims: u32): void {
  const w = f32x4.splat(weight);
  const end = sum + ((<usize>dims) << 2);
  for (; sum < end; sum += 16, vector += 16) {
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(v128.load(vector), w)));
  }
}

/**
 * Rotates a vector in place: signs flipped by chance, then a Hadamard transform of the first and of
 * the last 2^n coordinates, twice (a Kac walk as in RaBitQ's library). Lengths and angles stay.
 *
 * @param dims a multiple of 32
 * @param signs four times `dims` floats, each 1 or −1
 */
export function rotate(vector: usize, dims: u32, signs: usize): void {
  const power: u32 = 1 << (31 - clz(dims));
  const rest = vector + ((<usize>(dims - power)) << 2);
  for (let round = 0; round < 2; round++) {
    flip(vector, dims, signs);
    hadamard(vector, power);
    signs += (<usize>dims) << 2;
    flip(vector, dims, signs);
    hadamard(rest, power);
    signs += (<usize>dims) << 2;
  }
}

function flip(vector: usize, dims: u32, signs: usize): void {
  const end = vector + ((<usize>dims) << 2);
  for (; vector < end; vector += 16, signs += 16) {
    v128.store(vector, f32x4.mul(v128.load(vector), v128.load(signs)));
  }
}

/** The fast Walsh–Hadamard transform, scaled to keep lengths; `count` is a power of two from 32. */
function hadamard(vector: usize, count: u32): void {
  const bytes = (<usize>count) << 2;
  const end = vector + bytes;
  for (let at = vector; at < end; at += 16) {
    const v = v128.load(at);
    const swapped = v128.shuffle<f32>(v, v, 1, 0, 3, 2);
    const pairs = f32x4.add(f32x4.mul(v, f32x4(1, -1, 1, -1)), swapped);
    const crossed = v128.shuffle<f32>(pairs, pairs, 2, 3, 0, 1);
    v128.store(at, f32x4.add(f32x4.mul(pairs, f32x4(1, 1, -1, -1)), crossed));
  }
  for (let half: usize = 16; half < bytes; half <<= 1) {
    for (let block = vector; block < end; block += half << 1) {
      for (let at = block; at < block + half; at += 16) {
        const a = v128.load(at);
        const b = v128.load(at + half);
        v128.store(at, f32x4.add(a, b));
        v128.store(at + half, f32x4.sub(a, b));
      }
    }
  }
  const scale = f32x4.splat(<f32>1 / sqrt<f32>(<f32>count));
  for (let at = vector; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), scale));
}
