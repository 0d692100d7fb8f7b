/**
 * Codes of a vector, relative to the centre of its list: its signs (1 bit a dimension) and a finer one
 * (4 bits), each with the factor that makes the estimate of a dot product unbiased (Gao & Long,
 * RaBitQ, SIGMOD 2024, and its extension of 2025): x ≈ centre + factor · code.
 */

/** Half the width of what 16 levels cover, in standard deviations; more of a normal one is lost outside. */
const CLIP: f32 = 2.5;

/**
 * Encodes one vector.
 *
 * @param dims a multiple of 32
 * @param signs dims / 8 bytes: bit i is 1 where the difference of coordinate i is above 0
 * @param fine dims / 2 bytes: of each 16, byte j has coordinate j in its low half, j + 16 in its high half
 * @param factors two floats, of the signs and of the fine code; 0 where the vector is the centre
 */
export function encode(
  vector: usize,
  centre: usize,
  dims: u32,
  signs: usize,
  fine: usize,
  factors: usize,
): void {
  let squares: f32 = 0;
  let absolute: f32 = 0;
  for (let i: u32 = 0; i < dims; i++) {
    const r = differenceAt(vector, centre, i);
    squares += r * r;
    absolute += abs(r);
  }
  store<f32>(factors, absolute > 0 ? squares / absolute : 0);
  encodeSigns(vector, centre, dims, signs);
  const level = (CLIP / 8) * sqrt<f32>(squares / <f32>dims);
  const inverse: f32 = level > 0 ? <f32>1 / level : 0;
  const product = encodeFine(vector, centre, dims, fine, inverse);
  store<f32>(factors + 4, product > 0 ? squares / product : 0);
}

function differenceAt(vector: usize, centre: usize, i: u32): f32 {
  return load<f32>(vector + ((<usize>i) << 2)) - load<f32>(centre + ((<usize>i) << 2));
}

function encodeSigns(vector: usize, centre: usize, dims: u32, signs: usize): void {
  for (let i: u32 = 0; i < dims; i += 8) {
    let byte: u32 = 0;
    for (let bit: u32 = 0; bit < 8; bit++) {
      if (differenceAt(vector, centre, i + bit) > 0) byte |= 1 << bit;
    }
    store<u8>(signs + (i >> 3), <u8>byte);
  }
}

/** @returns the dot product of the difference and its code */
function encodeFine(vector: usize, centre: usize, dims: u32, fine: usize, inverse: f32): f32 {
  let product: f32 = 0;
  for (let i: u32 = 0; i < dims; i++) {
    const r = differenceAt(vector, centre, i);
    const level = min<f32>(max<f32>(floor<f32>(r * inverse), -8), 7);
    product += r * (level + 0.5);
    const nibble = <u32>(<i32>level + 8);
    const at = fine + ((i >> 5) << 4) + (i & 15);
    if ((i & 16) === 0) store<u8>(at, <u8>nibble);
    else store<u8>(at, <u8>(load<u8>(at) | (nibble << 4)));
  }
  return product;
}

/**
 * Puts a vector's signs into a block of 32 vectors, as `scan` reads them: for each four dimensions 16
 * bytes, each of which has the signs of one vector in its low half, those of another in its high half.
 */
export function pack(signs: usize, dims: u32, blocks: usize, place: u32): void {
  const groups = dims >> 2;
  const shift = shiftOf(place);
  const keep: u32 = 0xf0 >> shift;
  let at = blocks + byteOf(groups, place);
  for (let group: u32 = 0; group < groups; group++, at += 16) {
    const nibble = (<u32>load<u8>(signs + (group >> 1)) >> ((group & 1) << 2)) & 15;
    store<u8>(at, <u8>((load<u8>(at) & keep) | (nibble << shift)));
  }
}

/** Copies the signs of one vector from a place in blocks to another place. */
export function copySigns(from: usize, place: u32, dims: u32, to: usize, toPlace: u32): void {
  const groups = dims >> 2;
  let at = from + byteOf(groups, place);
  let target = to + byteOf(groups, toPlace);
  const shift = shiftOf(place);
  const toShift = shiftOf(toPlace);
  const keep: u32 = 0xf0 >> toShift;
  for (let group: u32 = 0; group < groups; group++, at += 16, target += 16) {
    const nibble = (<u32>load<u8>(at) >> shift) & 15;
    store<u8>(target, <u8>((load<u8>(target) & keep) | (nibble << toShift)));
  }
}

/** Even bytes are vectors 0 to 7 and 16 to 23: the sums come out of the scan in order. */
function byteOf(groups: u32, place: u32): usize {
  const lane = place & 15;
  const byte = lane < 8 ? lane << 1 : ((lane - 8) << 1) + 1;
  return <usize>(place >> 5) * ((<usize>groups) << 4) + <usize>byte;
}

function shiftOf(place: u32): u32 {
  return (place & 16) >> 2;
}
