/** A kernel, vectors by chance in its memory, and their codes: what tests of the kernel work with. */
import { createKernel, type Kernel } from '../../../src/store/kernel.ts';
import { seeded } from './sqlite/filled.ts';

/** Coordinates: multiples of 32, powers of two and others; with the largest the tables have fewer steps. */
export const WIDTHS: readonly number[] = [32, 96, 384, 768, 1056, 4224];

/** Vectors that are encoded: three blocks, of which the last one is not full. */
export const COUNT = 70;
export const PLACES = 96;

/** Signs, factors and biases of some places in the kernel's memory, and what they are of. */
export interface Coded {
  readonly signs: number;
  readonly factors: number;
  readonly biases: number;
  /** vector − mean, by place. */
  readonly rests: readonly Float32Array[];
}

export interface Room {
  readonly kernel: Kernel;
  readonly random: () => number;
  /** Values in −1 … 1. */
  vectorOf(width: number): Float32Array;
  /** @returns the address */
  put(values: Float32Array): number;
  /** Room that is not clean, as it is after a search. */
  dirty(bytes: number): number;
  /** Encodes vectors at their places, in an order by chance. */
  encodeAll(width: number, vectors: readonly Float32Array[], mean: Float32Array): Coded;
  /** The signs of a place, by the layout that kernel/encode.ts describes. */
  signsAt(signs: number, width: number, place: number): boolean[];
}

export function createRoom(): Room {
  const kernel = createKernel();
  const random = seeded(7);
  const put = (values: Float32Array): number => {
    const at = kernel.allocate(4 * values.length);
    kernel.floats(at, values.length).set(values);
    return at;
  };
  const dirty = (bytes: number): number => {
    const at = kernel.allocate(bytes);
    kernel.bytes(at, bytes).fill(0xa5);
    return at;
  };
  return {
    ...{ kernel, random, put, dirty },
    vectorOf: (width) => Float32Array.from({ length: width }, () => 2 * random() - 1),
    encodeAll: (width, vectors, mean) => {
      const signs = dirty(4 * width * (PLACES / 32));
      const [factors, biases] = [dirty(4 * PLACES), dirty(4 * PLACES)];
      const [at, meanAt] = [dirty(4 * width), put(mean)];
      const order = [...vectors.keys()].sort(() => random() - 0.5);
      for (const place of order) {
        kernel.floats(at, width).set(vectors[place] ?? []);
        kernel.encode(at, meanAt, width, signs, factors, biases, place);
      }
      const rests = vectors.map((vector) => vector.map((value, i) => value - (mean[i] ?? 0)));
      return { signs, factors, biases, rests };
    },
    signsAt: (signs, width, place) => {
      const lane = place % 16;
      const byte = lane < 8 ? 2 * lane : 2 * (lane - 8) + 1;
      const block = signs + Math.floor(place / 32) * 4 * width;
      return Array.from({ length: width }, (_, i) => {
        const both = kernel.bytes(block + 16 * (i >> 2) + byte, 1)[0] ?? 0;
        const nibble = place % 32 < 16 ? both & 15 : both >> 4;
        return ((nibble >> (i & 3)) & 1) === 1;
      });
    },
  };
}

export function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
