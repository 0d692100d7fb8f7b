/**
 * Vectors as the kernel has them: padded and rotated. The rotation spreads over all coordinates what a
 * model may hold in a few, without which signs say little (docs/performance.md has the difference).
 */
import type { Kernel } from '../kernel.ts';
import { seededRandom } from './random.ts';

/** Another seed is another recipe: stored codes are of this one. */
const ROTATION_SEED = 0x756d656b;

/** Four flips of signs make the rotation (kernel/vectors.ts). */
const FLIPS = 4;

/** Turns stored vectors into rotated ones in the kernel's memory. */
export interface Encoder {
  readonly kernel: Kernel;
  /** Coordinates of a vector in the kernel: a multiple of 32. */
  readonly width: number;
  /** Puts a vector (little-endian float32) there as it is, padded with zeros. */
  put(vector: Uint8Array, at: number): void;
  /** Puts it there rotated. */
  putRotated(vector: Uint8Array, at: number): void;
}

/** An encoder for vectors of so many dimensions; its tables stay in the kernel's memory. */
export function createEncoder(kernel: Kernel, dimensions: number): Encoder {
  const width = Math.ceil(dimensions / 32) * 32;
  const signs = kernel.allocate(4 * FLIPS * width);
  const random = seededRandom(ROTATION_SEED);
  kernel.floats(signs, FLIPS * width).forEach((_, index, all) => {
    all[index] = random() < 0.5 ? 1 : -1;
  });
  const put = (vector: Uint8Array, at: number): void => {
    const bytes = kernel.bytes(at, 4 * width);
    bytes.set(vector);
    bytes.fill(0, vector.length);
  };
  return {
    kernel,
    width,
    put,
    putRotated: (vector, at) => {
      put(vector, at);
      kernel.rotate(at, width, signs);
    },
  };
}
