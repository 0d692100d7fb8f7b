/**
 * The code of a vector, relative to the mean of all: its signs (1 bit a dimension), and two numbers with
 * which the estimate of its dot product with a query is unbiased (Gao & Long, RaBitQ, SIGMOD 2024):
 * ⟨query − mean, vector − mean⟩ ≈ factor · ⟨query − mean, signs⟩.
 */

/** Vectors of a block: their signs are summed up together. */
export const BLOCK: u32 = 32;

/** Bytes of a block: for each four dimensions 16, in which every vector has half a byte. */
export function blockBytes(dims: u32): usize {
  return (<usize>dims) << 2;
}

/**
 * Encodes a vector into a place. Its factor is |r|² / Σ|rᵢ| with r = vector − mean, its bias −|r|² / 2, what
 * the length of r takes from the dot product of unit vectors.
 *
 * @param dims a multiple of 32
 * @param signs blocks of 32 vectors, as `scan` reads them; what is in other places stays
 * @param factors, biases: a float for each place
 */
export function encode(
  vector: usize,
  mean: usize,
  dims: u32,
  signs: usize,
  factors: usize,
  biases: usize,
  place: u32,
): void {
  const block = signs + <usize>(place / BLOCK) * blockBytes(dims);
  const shift = shiftOf(place);
  const keep: u32 = 0xf0 >> shift;
  let at = block + byteOf(place);
  let squares = f32x4.splat(0);
  let absolute = f32x4.splat(0);
  const end = vector + ((<usize>dims) << 2);
  for (; vector < end; vector += 16, mean += 16, at += 16) {
    const r = f32x4.sub(v128.load(vector), v128.load(mean));
    squares = f32x4.add(squares, f32x4.mul(r, r));
    absolute = f32x4.add(absolute, f32x4.abs(r));
    const nibble = <u32>i32x4.bitmask(f32x4.gt(r, f32x4.splat(0)));
    store<u8>(at, <u8>((load<u8>(at) & keep) | (nibble << shift)));
  }
  const length = sumOf(squares);
  const sum = sumOf(absolute);
  const offset = (<usize>place) << 2;
  store<f32>(factors + offset, sum > 0 ? length / sum : 0);
  store<f32>(biases + offset, -length / 2);
}

function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Even bytes are vectors 0 to 7 and 16 to 23 of a block: the sums come out of the scan in order. */
function byteOf(place: u32): usize {
  const lane = place & 15;
  return <usize>(lane < 8 ? lane << 1 : ((lane - 8) << 1) + 1);
}

function shiftOf(place: u32): u32 {
  return (place & 16) >> 2;
}
