/**
 * Vectors as the kernel has them: padded and rotated. The rotation spreads over all coordinates what a
 * model may hold in a few, without which signs say little; the padding gives a short vector as many signs
 * as a long one, so that its estimates are as good (docs/performance.md has both differences).
 */
import type { Kernel } from '../../kernel.ts';
import { toBytes } from '../vectors.ts';
import { seededRandom } from './random.ts';

/** Another seed is another recipe: stored codes are of this one. */
const ROTATION_SEED = 0x756d656b;

/** Four flips of signs make the rotation (kernel/vectors.ts). */
const FLIPS = 4;

/** Signs of a code at least: with 384, candidates of a million vectors held .9865 of the nearest, with 768 .9995. */
const MIN_WIDTH = 768;

/** A little more than the length of a unit vector, squared: more is no unit vector. */
export const MAX_SQUARES = 1.1;

/** Turns stored vectors into rotated ones in the kernel's memory. */
export interface Encoder {
  readonly kernel: Kernel;
  /** Coordinates of a vector in the kernel, and signs of its code: a multiple of 32. */
  readonly width: number;
  /**
   * Puts a unit vector (little-endian float32) there rotated and padded with zeros; what is none, in a
   * damaged file, becomes zeros.
   */
  putRotated(vector: Uint8Array, at: number): void;
}

/** Coordinates in the kernel of vectors of so many dimensions. */
export function widthOf(dimensions: number): number {
  return Math.max(MIN_WIDTH, Math.ceil(dimensions / 32) * 32);
}

/** An encoder for vectors of so many dimensions; its tables stay in the kernel's memory. */
export function createEncoder(kernel: Kernel, dimensions: number): Encoder {
  const width = widthOf(dimensions);
  const signs = kernel.allocate(4 * FLIPS * width);
  const random = seededRandom(ROTATION_SEED);
  kernel.floats(signs, FLIPS * width).forEach((_, index, all) => {
    all[index] = random() < 0.5 ? 1 : -1;
  });
  return {
    kernel,
    width,
    putRotated: (vector, at) => {
      const bytes = kernel.bytes(at, 4 * width).fill(0);
      if (vector.length !== 4 * dimensions) return;
      bytes.set(vector);
      kernel.rotate(at, width, signs);
      if (!(kernel.dot(at, at, width) <= MAX_SQUARES)) bytes.fill(0);
    },
  };
}

/** Puts the mean of a space's vectors into the kernel's memory. @returns its address */
export function putMean(encoder: Encoder, mean: Float32Array): number {
  const at = encoder.kernel.allocate(4 * encoder.width);
  encoder.putRotated(toBytes(mean), at);
  return at;
}
