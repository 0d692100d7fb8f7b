/**
 * What the built-in embedder's data files have in common: where they are, how they are read, and how a
 * damaged one is found out before it makes vectors that belong to no space.
 */

import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { EmbeddingError } from '../../model/errors.ts';
import { BUILTIN_DATA } from '../data-folder.ts';

/** The version of the files' form that this reader understands. */
const FORMAT_VERSION = 1;

/** Magic, version and checksum. */
const FIXED_HEADER_BYTES = 12;

/**
 * Reads a data file that ships with the package.
 *
 * @param name its name in data/builtin/
 * @param parse makes something of its bytes; throws an Error with what is wrong with them
 * @param folder where to look instead, for tests
 * @throws EmbeddingError `BUILTIN_DATA_UNUSABLE` if it cannot be read or is damaged
 */
export async function loadDataFile<T>(
  name: string,
  parse: (bytes: Uint8Array) => T,
  folder: URL = BUILTIN_DATA,
): Promise<T> {
  try {
    return parse(await readFile(new URL(name, folder)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The built-in embedder cannot use its data file ${name}: ${why}. Install umekomi again.`;
    throw new EmbeddingError('BUILTIN_DATA_UNUSABLE', message, { cause });
  }
}

/** What follows the checksum in a file's header. */
export interface Header {
  readonly view: DataView;
  readonly counts: readonly number[];
  /** Where the header ends. */
  readonly start: number;
}

/**
 * Reads and checks a header: magic, format version, CRC-32 of everything behind it, then counts; each is
 * 32 bits, little-endian.
 *
 * @throws Error with what is wrong
 */
export function readHeader(bytes: Uint8Array, magic: number, countsInHeader: number): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = FIXED_HEADER_BYTES + 4 * countsInHeader;
  if (bytes.length < start || view.getUint32(0, true) !== magic) {
    throw new Error('it is not the file that belongs here');
  }
  const version = view.getUint32(4, true);
  if (version !== FORMAT_VERSION) {
    throw new Error(`it has format ${version}, this umekomi reads ${FORMAT_VERSION}`);
  }
  if (view.getUint32(8, true) !== crc32(bytes.subarray(FIXED_HEADER_BYTES))) {
    throw new Error('it is damaged (its checksum differs)');
  }
  const counts = Array.from({ length: countsInHeader }, (_, i) =>
    view.getUint32(FIXED_HEADER_BYTES + 4 * i, true),
  );
  return { view, counts, start };
}

/** The 32 bits at a place as a signed integer. */
export function int32At(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
