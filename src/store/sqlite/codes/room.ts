/** Where the codes of a space, and what a scan works with, lie in the kernel's memory. */
import type { Encoder } from './encoder.ts';
import { CAPACITY, signBytes } from './segment.ts';

/** Vectors of a block (kernel/encode.ts). */
export const BLOCK = 32;
/** Blocks of a segment. */
export const BLOCKS: number = CAPACITY / BLOCK;

/** Addresses in the kernel's memory. */
export interface Room {
  readonly signs: number;
  readonly factors: number;
  readonly biases: number;
  /** A bit for each place that is alive. */
  readonly masks: number;
  /** The same inside a filter. */
  readonly kept: number;
  readonly estimates: number;
  readonly positions: number;
  readonly mean: number;
  readonly query: number;
  readonly tables: number;
  readonly scale: number;
  readonly heap: number;
}

/** Most vectors that a scan gives as `best`. */
export const MAX_BEST = 16_384;

/** Room for so many segments. @param mean address of the rotated mean */
export function createRoom({ kernel, width }: Encoder, capacity: number, mean: number): Room {
  const places = capacity * CAPACITY;
  const room = {
    signs: kernel.allocate(capacity * signBytes(width)),
    factors: kernel.allocate(4 * places),
    biases: kernel.allocate(4 * places),
    masks: kernel.allocate(places / 8),
    kept: kernel.allocate(places / 8),
    estimates: kernel.allocate(4 * places),
    positions: kernel.allocate(4 * places),
    query: kernel.allocate(4 * width),
    tables: kernel.allocate(4 * width),
    scale: kernel.allocate(8),
    heap: kernel.allocate(8 + 8 * MAX_BEST),
  };
  return { ...room, mean };
}
