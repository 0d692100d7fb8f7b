/**
 * One list as it is stored: the ids of its vectors, and two codes of each, relative to the list's centre.
 * `codes` holds ids (u32), factors (f32) and blocks of signs; `fine` holds factors (f32) and the finer
 * codes, which are read for the best candidates only. All little-endian.
 */
import type { Encoder } from './encoder.ts';
import { check, checkBlob, checkFloats } from './unusable.ts';

/** A list in its stored form. */
export interface StoredList {
  /** How many vectors it has. */
  readonly size: number;
  readonly codes: Buffer;
  readonly fine: Buffer;
}

/** A list without its finer codes. */
export type StoredSigns = Omit<StoredList, 'fine'>;

/** A vector for a list. */
export interface Entry {
  /** Its row in `embedding`. */
  readonly id: number;
  /** Little-endian float32. */
  readonly vector: Uint8Array;
}

/** No vectors. */
export const EMPTY_LIST: StoredList = { size: 0, codes: Buffer.alloc(0), fine: Buffer.alloc(0) };

/** Bytes of signs in blocks of 32 vectors. */
function blockBytes(size: number, width: number): number {
  return Math.ceil(size / 32) * 4 * width;
}

/** The ids of a list's vectors. */
export function idsOf({ codes, size }: StoredSigns): Uint32Array {
  // A copy: a BLOB need not be aligned.
  return new Uint32Array(new Uint8Array(codes.subarray(0, 4 * size)).buffer);
}

/** @throws ListsUnusable unless a list holds what its size says, in numbers that make sense */
export function checkSigns({ size, codes }: StoredSigns, width: number): void {
  check(Number.isSafeInteger(size) && size >= 0, 'the size of a list');
  checkBlob(codes, 8 * size + blockBytes(size, width), 'the length of a list');
  checkFloats(floatsOf(codes, 4 * size, size), 'factors of a list');
}

/** @throws ListsUnusable unless these are the fine codes of a list of this size */
export function checkFine(codes: unknown, size: number, width: number): asserts codes is Buffer {
  checkBlob(codes, (4 + width / 2) * size, 'the length of fine codes');
  checkFloats(floatsOf(codes, 0, size), 'factors of fine codes');
}

/** A copy: a BLOB need not be aligned. */
function floatsOf(codes: Buffer, from: number, length: number): Float32Array {
  return new Float32Array(new Uint8Array(codes.subarray(from, from + 4 * length)).buffer);
}

/** Where the parts of a list lie in the kernel's memory once it was copied there. */
export interface ListParts {
  readonly factors: number;
  readonly blocks: number;
}

/** Copies factors and signs into the kernel's memory, padded to whole blocks. */
export function loadSigns({ kernel, width }: Encoder, list: StoredSigns): ListParts {
  const { size, codes } = list;
  const factors = kernel.allocate(128 * Math.ceil(size / 32));
  const blocks = kernel.allocate(blockBytes(size, width));
  kernel.bytes(factors, 4 * size).set(codes.subarray(4 * size, 8 * size));
  kernel.bytes(blocks, blockBytes(size, width)).set(codes.subarray(8 * size));
  return { factors, blocks };
}

/**
 * A list with some of its vectors and with others added.
 *
 * @param centre address of the list's centre
 * @param keeps whether a vector stays, by its id
 */
export function rewriteList(
  encoder: Encoder,
  centre: number,
  old: StoredList,
  { keeps, added }: { keeps: (id: number) => boolean; added: readonly Entry[] },
): StoredList {
  const { kernel, width } = encoder;
  const mark = kernel.mark();
  const oldIds = idsOf(old);
  const kept = [...oldIds.keys()].filter((place) => keeps(oldIds[place] ?? 0));
  const size = kept.length + added.length;
  const target = allocateList(encoder, size);
  const from = loadSigns(encoder, old);
  const fineBytes = width / 2;
  kept.forEach((place, to) => {
    kernel.words(target.codes, size)[to] = oldIds[place] ?? 0;
    kernel.floats(target.factors, size)[to] = kernel.floats(from.factors, old.size)[place] ?? 0;
    kernel.copySigns(from.blocks, place, width, target.blocks, to);
    kernel.bytes(target.fine + 4 * to, 4).set(old.fine.subarray(4 * place, 4 * place + 4));
    const start = 4 * old.size + fineBytes * place;
    const fine = target.fineCodes + fineBytes * to;
    kernel.bytes(fine, fineBytes).set(old.fine.subarray(start, start + fineBytes));
  });
  encodeInto(encoder, centre, { ...target, size, first: kept.length }, added);
  const codes = Buffer.from(kernel.bytes(target.codes, 8 * size + blockBytes(size, width)));
  const fine = Buffer.from(kernel.bytes(target.fine, (4 + fineBytes) * size));
  kernel.release(mark);
  return { size, codes, fine };
}

interface Target {
  /** The stored form of `codes` begins here, with the ids. */
  readonly codes: number;
  readonly factors: number;
  readonly blocks: number;
  /** That of `fine`, with its factors. */
  readonly fine: number;
  readonly fineCodes: number;
}

function allocateList({ kernel, width }: Encoder, size: number): Target {
  const codes = kernel.allocate(8 * size + blockBytes(size, width));
  const fine = kernel.allocate((4 + width / 2) * size);
  const blocks = codes + 8 * size;
  kernel.bytes(blocks, blockBytes(size, width)).fill(0);
  return { codes, factors: codes + 4 * size, blocks, fine, fineCodes: fine + 4 * size };
}

function encodeInto(
  { kernel, width, putRotated }: Encoder,
  centre: number,
  target: Target & { size: number; first: number },
  added: readonly Entry[],
): void {
  const { size, first } = target;
  const vector = kernel.allocate(4 * width);
  const signs = kernel.allocate(width / 8);
  const both = kernel.allocate(8);
  added.forEach((entry, index) => {
    const place = first + index;
    putRotated(entry.vector, vector);
    const fine = target.fineCodes + (width / 2) * place;
    kernel.encode(vector, centre, width, signs, fine, both);
    kernel.pack(signs, width, target.blocks, place);
    const [factor = 0, fineFactor = 0] = kernel.floats(both, 2);
    kernel.words(target.codes, size)[place] = entry.id;
    kernel.floats(target.factors, size)[place] = factor;
    kernel.floats(target.fine, size)[place] = fineFactor;
  });
}
