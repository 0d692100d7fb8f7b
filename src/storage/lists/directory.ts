/**
 * The directory: the centres of the lists in the kernel's memory, with codes of their own, so that the
 * lists nearest to a vector are found without comparing it with every centre.
 */
import type { Encoder } from './encoder.ts';
import { check, checkBlob, checkFloats } from './unusable.ts';

/** Best estimates among the centres that are compared exactly to find the nearest one. */
const LIKELY_CENTRES = 24;

/** Where the directory lies in the kernel's memory. */
export interface Directory {
  /** How many lists there are. */
  readonly size: number;
  /** Address of a list's centre; that of list `size` is the mean of all vectors. */
  centreOf(list: number): number;
  /** The number of the list that a vector (rotated, at an address) belongs to. */
  nearest(vector: number): number;
  readonly blocks: number;
  readonly factors: number;
  /** −|centre|² / 2 for each. */
  readonly biases: number;
}

/** The directory as it is stored, little-endian. */
export interface StoredDirectory {
  /** (size + 1) × width floats, rotated; the last one is the mean of all vectors. */
  readonly centres: Buffer;
  /** Factors and biases, floats padded to whole blocks, then blocks of signs. */
  readonly codes: Buffer;
}

/** Room for a directory of so many lists, to be filled by training. */
export function createDirectory(encoder: Encoder, size: number): Directory {
  const { kernel, width } = encoder;
  const padded = Math.ceil(size / 32) * 32;
  const centres = kernel.allocate(4 * width * (size + 1));
  const factors = kernel.allocate(codesBytes(size, width));
  const biases = factors + 4 * padded;
  const blocks = biases + 4 * padded;
  const room = createRoom(encoder, LIKELY_CENTRES);
  return {
    ...{ size, blocks, factors, biases },
    centreOf: (list) => centres + 4 * width * list,
    nearest: (vector) =>
      kernel.nearestCentre(
        ...([vector, width, room.tables, room.scale, room.heap] as const),
        ...([blocks, factors, biases, centres, size] as const),
      ),
  };
}

/** Factors, biases and blocks. */
function codesBytes(size: number, width: number): number {
  return Math.ceil(size / 32) * (256 + 4 * width);
}

/**
 * A stored directory in the kernel's memory.
 *
 * @param size how many lists it should have
 * @throws ListsUnusable if it is not such a one
 */
export function loadDirectory(
  encoder: Encoder,
  { centres, codes }: StoredDirectory,
  size: number,
): Directory {
  const { kernel, width } = encoder;
  checkBlob(centres, 4 * width * (size + 1), 'the length of the centres');
  checkBlob(codes, codesBytes(size, width), 'the length of their codes');
  const directory = createDirectory(encoder, size);
  kernel.bytes(directory.centreOf(0), centres.length).set(centres);
  kernel.bytes(directory.factors, codes.length).set(codes);
  checkFloats(kernel.floats(directory.factors, size), 'factors of centres');
  checkFloats(kernel.floats(directory.biases, size), 'lengths of centres');
  const floats = width * (size + 1);
  // No centre is longer than a vector. One product shows every NaN, and is done in no time.
  const squares = kernel.dot(directory.centreOf(0), directory.centreOf(0), floats);
  check(squares <= 2 * (size + 1), 'centres');
  return directory;
}

/** The stored form of a directory. */
export function storeDirectory({ kernel, width }: Encoder, directory: Directory): StoredDirectory {
  const { size, centreOf, factors } = directory;
  return {
    centres: Buffer.from(kernel.bytes(centreOf(0), 4 * width * (size + 1))),
    codes: Buffer.from(kernel.bytes(factors, codesBytes(size, width))),
  };
}

/** Makes the codes of the centres anew: they have moved. */
export function encodeCentres(encoder: Encoder, directory: Directory): void {
  const { kernel, width } = encoder;
  const { size, centreOf, blocks, factors, biases } = directory;
  const mark = kernel.mark();
  const signs = kernel.allocate(width / 8);
  const fine = kernel.allocate(width / 2);
  const both = kernel.allocate(8);
  for (let list = 0; list < size; list++) {
    const centre = centreOf(list);
    kernel.encode(centre, centreOf(size), width, signs, fine, both);
    kernel.pack(signs, width, blocks, list);
    kernel.floats(factors, size)[list] = kernel.floats(both, 1)[0] ?? 0;
    kernel.floats(biases, size)[list] = -kernel.dot(centre, centre, width) / 2;
  }
  kernel.release(mark);
}

/** Room for what a scan needs of its query, and for its best estimates. */
export interface Room {
  readonly tables: number;
  readonly scale: number;
  readonly heap: number;
}

/** Room in the kernel's memory, its heap empty. */
export function createRoom({ kernel, width }: Encoder, capacity: number): Room {
  const tables = kernel.allocate(4 * width);
  const scale = kernel.allocate(8);
  const heap = kernel.allocate(8 + 12 * capacity);
  kernel.words(heap, 2).set([0, capacity]);
  return { tables, scale, heap };
}
