/** Vectors as bytes: little-endian float32. */
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

/** Float32 of a few thousand dimensions is off by less than a thousandth of this. */
const UNIT_TOLERANCE = 1e-3;

/** True for a BLOB of unit length and as many dimensions as its space has. */
export function isUnitVector(blob: unknown, dimensions: number): blob is Uint8Array {
  if (!(blob instanceof Uint8Array) || blob.length !== 4 * dimensions) return false;
  let squares = 0;
  for (const value of fromBytes(blob)) squares += value * value;
  return Math.abs(squares - 1) <= UNIT_TOLERANCE;
}
