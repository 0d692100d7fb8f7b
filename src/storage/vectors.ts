/** Vectors as bytes: little-endian float32, and sign bits as sqlite-vec packs them. */
import { endianness } from 'node:os';

const LITTLE_ENDIAN = endianness() === 'LE';

/** A copy of a vector as little-endian float32, 4 bytes a dimension. */
export function toBytes(vector: Float32Array): Buffer {
  // A view's `buffer` is the whole underlying memory: copy exactly the view's part.
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const copy = Buffer.from(bytes);
  return LITTLE_ENDIAN ? copy : copy.swap32();
}

/** A vector as little-endian float32, to be bound and not kept: its own memory where that is the same. */
export function asBytes(vector: Float32Array): Buffer {
  if (!LITTLE_ENDIAN) return toBytes(vector);
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** The vector in a BLOB of little-endian float32; a copy, since BLOBs need not be aligned. A damaged one's rest is left out. */
export function fromBytes(bytes: Uint8Array): Float32Array {
  const copy = new Uint8Array(bytes);
  if (!LITTLE_ENDIAN) Buffer.from(copy.buffer, 0, copy.length & ~3).swap32();
  return new Float32Array(copy.buffer, 0, copy.length >> 2);
}

/** Dimensions of the bit vectors: sqlite-vec wants a multiple of 8. */
export function bitDimensions(dimensions: number): number {
  return Math.ceil(dimensions / 8) * 8;
}

/**
 * Mean-centred sign bits: bit i is 1 where `vector[i] − mean[i] > 0`, the lowest bit of a byte
 * first, padded with zeros. The same as sqlite-vec's `vec_quantize_binary(vec_sub(vector, mean))`.
 */
export function signBits(vector: Float32Array, mean: Float32Array): Buffer {
  const bits = Buffer.alloc(bitDimensions(vector.length) / 8);
  for (let i = 0; i < vector.length; i++) {
    // float32 subtraction, as sqlite-vec does it: the sign of a tiny difference is the same there.
    if (Math.fround((vector[i] ?? 0) - (mean[i] ?? 0)) > 0) {
      bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    }
  }
  return bits;
}
