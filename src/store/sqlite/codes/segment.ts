/**
 * A segment: the codes of up to 256 vectors, a row of `vector_codes`. It has, each for all 256 places, the
 * ids of the vectors (u32), their factors and biases (f32), and their signs in blocks of 32 vectors
 * (kernel/encode.ts); little-endian. A page of the file holds one of 768 signs a vector.
 */
import type { Encoder } from './encoder.ts';
import { check, checkFloats } from './unusable.ts';

/** Vectors of a segment. */
export const CAPACITY = 256;

/** Bytes of the ids, of the factors and of the biases. */
const NUMBERS = 4 * CAPACITY;

/** A row of `vector_codes`. */
export interface Segment {
  /** Vectors in it: the first places; what is behind them does not count. */
  readonly size: number;
  readonly codes: Uint8Array;
}

/** A vector that is to be encoded. */
export interface Entry {
  /** Its place in the segment, from 0. */
  readonly place: number;
  /** Its row in `embedding`. */
  readonly id: number;
  /** Little-endian float32. */
  readonly vector: Uint8Array;
}

/** Bytes of the signs of a segment. */
export function signBytes(width: number): number {
  return (CAPACITY * width) / 8;
}

/** Bytes of a segment. */
export function segmentBytes(width: number): number {
  return 3 * NUMBERS + signBytes(width);
}

/** Parts of a segment, as they are stored. */
export const PARTS = {
  ids: (codes: Uint8Array): Uint8Array => codes.subarray(0, NUMBERS),
  factors: (codes: Uint8Array): Uint8Array => codes.subarray(NUMBERS, 2 * NUMBERS),
  biases: (codes: Uint8Array): Uint8Array => codes.subarray(2 * NUMBERS, 3 * NUMBERS),
  signs: (codes: Uint8Array): Uint8Array => codes.subarray(3 * NUMBERS),
};

/** The ids of a segment's vectors, in ascending order but for ids that were used again. */
export function idsOf({ codes, size }: Segment): Uint32Array {
  // A copy: a BLOB need not be aligned.
  return new Uint32Array(new Uint8Array(PARTS.ids(codes)).buffer, 0, size);
}

/** Factors and biases. */
function numbersOf(codes: Uint8Array): Float32Array {
  // A copy: a BLOB need not be aligned.
  return new Float32Array(new Uint8Array(codes.subarray(NUMBERS, 3 * NUMBERS)).buffer);
}

/** @throws CodesUnusable unless a segment holds what it says, in numbers that make sense */
export function checkSegment({ size, codes }: Segment, width: number): void {
  check(Number.isSafeInteger(size) && size > 0 && size <= CAPACITY, 'the size of a segment');
  const isWhole = codes instanceof Uint8Array && codes.length === segmentBytes(width);
  check(isWhole, 'the length of a segment');
  checkFloats(numbersOf(codes), 'numbers of a segment');
}

/**
 * A segment's bytes with the codes of vectors at their places; others stay as they are.
 *
 * @param mean address of the rotated mean
 * @param old null for a new segment
 */
export function encoded(
  { kernel, width, putRotated }: Encoder,
  mean: number,
  old: Uint8Array | null,
  entries: readonly Entry[],
): Buffer {
  const mark = kernel.mark();
  const bytes = segmentBytes(width);
  const vector = kernel.allocate(4 * width);
  const at = kernel.allocate(bytes);
  if (old === null) kernel.bytes(at, bytes).fill(0);
  else kernel.bytes(at, bytes).set(old);
  const [factors, biases, signs] = [at + NUMBERS, at + 2 * NUMBERS, at + 3 * NUMBERS];
  for (const entry of entries) {
    putRotated(entry.vector, vector);
    kernel.encode(vector, mean, width, signs, factors, biases, entry.place);
    kernel.words(at, CAPACITY)[entry.place] = entry.id;
  }
  const codes = Buffer.from(kernel.bytes(at, bytes));
  kernel.release(mark);
  return codes;
}
