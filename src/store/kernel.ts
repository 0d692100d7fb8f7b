/** The WebAssembly kernel of vector search (kernel/) and the memory that it works on. */
import { readFileSync } from 'node:fs';

/** As much of the platform's WebAssembly as is used; the types of Node have none of it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Beside the build, from the sources as from what they are built to. */
const FILE = new URL('../../dist/kernel.wasm', import.meta.url);

const PAGE_BYTES = 65_536;

/** What kernel/index.ts exports; addresses are bytes, and its comments say what they hold. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  addTo(sum: number, vector: number, weight: number, dims: number): void;
  dot(a: number, b: number, dims: number): number;
  rotate(vector: number, dims: number, signs: number): void;
  encode(
    vector: number,
    mean: number,
    dims: number,
    signs: number,
    factors: number,
    biases: number,
    place: number,
  ): void;
  makeTables(query: number, dims: number, tables: number, scale: number): void;
  scan(
    signs: number,
    count: number,
    dims: number,
    factors: number,
    biases: number,
    masks: number,
    tables: number,
    scale: number,
    estimates: number,
    heap: number,
  ): void;
  collect(estimates: number, size: number, limit: number, positions: number, most: number): number;
}

/** The kernel with memory that is handed out from the bottom up and given back down to a mark. */
export interface Kernel extends Exports {
  /**
   * Room for so many bytes, aligned to a cache line; what is in it is left over from before.
   *
   * @throws KernelFull
   */
  allocate(bytes: number): number;
  /** Where the next room begins; to `release` it gives back all that was allocated since. */
  mark(): number;
  release(mark: number): void;
  /** Views of memory, good until the next `allocate`. */
  floats(at: number, length: number): Float32Array;
  words(at: number, length: number): Uint32Array;
  bytes(at: number, length: number): Uint8Array;
}

/** More memory was asked for than a kernel can have (4 GiB), or than there is. */
export class KernelFull extends Error {
  override readonly name = 'KernelFull';
}

/** Compiles the kernel and gives it memory of its own: under a millisecond. */
export function createKernel(): Kernel {
  const module = new WebAssembly.Module(readFileSync(FILE));
  const exports = new WebAssembly.Instance(module).exports as Exports;
  const { memory } = exports;
  // The kernel has no data of its own; address 0 stands for none.
  let next = 64;
  const growBy = (pages: number): void => {
    try {
      memory.grow(pages);
    } catch (cause) {
      throw new KernelFull('There is no more memory for vectors.', { cause });
    }
  };
  return {
    ...exports,
    allocate: (bytes) => {
      const at = next;
      const end = at + Math.ceil(bytes / 64) * 64;
      const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
      // In steps, since to grow may move all of it.
      if (missing > 0) growBy(Math.max(missing, 64));
      next = end;
      return at;
    },
    mark: () => next,
    release: (mark) => {
      next = mark;
    },
    floats: (at, length) => new Float32Array(memory.buffer, at, length),
    words: (at, length) => new Uint32Array(memory.buffer, at, length),
    bytes: (at, length) => new Uint8Array(memory.buffer, at, length),
  };
}
