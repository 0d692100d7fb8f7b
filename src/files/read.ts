/**
 * Opens one document and reads it whole: its bytes' hash, its text, and the size and time that
 * belong to exactly these bytes. Whatever happened to the file since the crawl, this ends.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MAX_FILE_BYTES } from '../model/defaults.ts';
import type { SkipReason } from '../model/types.ts';
import type { OpenFile } from './adaptive-disk.ts';
import { decodeText } from './decode.ts';
import { errorCode, isMissing } from './file-system.ts';

/** A document was read. */
export interface ReadText {
  readonly kind: 'read';
  /** sha256 of the bytes, 32 bytes. */
  readonly hash: Buffer;
  /** Bytes. */
  readonly size: number;
  /** Modification time of the bytes read, nanoseconds since the epoch. */
  readonly mtimeNs: bigint;
  /** Clock before the file was opened, nanoseconds since the epoch; see `isRacy`. */
  readonly observedAtNs: bigint;
  /** Decoded, without BOM, line ends as found. */
  readonly text: string;
  /** Its name in the WHATWG standard. */
  readonly encoding: string;
}

/** A document was left out. */
export interface ReadSkipped {
  readonly kind: 'skipped';
  readonly reason: Extract<
    SkipReason,
    | 'too-large'
    | 'binary'
    | 'encoding'
    | 'symlink'
    | 'not-a-file'
    | 'unreadable'
    | 'vanished'
    | 'changed-while-read'
  >;
  /** For people: an error code, a size, what is wrong with the encoding. */
  readonly detail?: string | undefined;
}

/** What came of reading a document. */
export type ReadResult = ReadText | ReadSkipped;

/** Options of {@link readDocument}. */
export interface ReadOptions {
  /** What its source declares of files that are not recognised with certainty; default: nothing. */
  readonly encoding?: string | null | undefined;
  /** Larger files are skipped; bytes, default MAX_FILE_BYTES. */
  readonly maxBytes?: number | undefined;
  /** Nanoseconds since the epoch; default: the system's clock. */
  readonly now?: (() => bigint) | undefined;
  /** Opens a file for reading with these flags; default: node's. */
  readonly open?: ((path: string, flags: number) => Promise<OpenFile>) | undefined;
}

/**
 * A link put in the file's place since the crawl must not lead out of the source, and a named pipe
 * must not be waited for. Windows has neither flag, nor named pipes among files. (A folder above
 * it that is swapped for a link is not noticed: node has no openat.)
 */
const FLAGS: number =
  constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A file that changes while it is read is read once more; a busy one is left to the next run. */
const ATTEMPTS = 2;

/**
 * Reads a file whole. Never throws for what the disk or the content does; at most `maxBytes + 1`
 * bytes are held.
 *
 * @param file absolute path; a symbolic link is not followed
 */
export async function readDocument(file: string, options: ReadOptions = {}): Promise<ReadResult> {
  const now = options.now ?? systemClock;
  const openFile = options.open ?? open;
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const observedAtNs = now();
      const bytes = await readBytes(
        await openFile(file, FLAGS),
        options.maxBytes ?? MAX_FILE_BYTES,
      );
      if (bytes === 'changed') continue;
      if ('kind' in bytes) return bytes;
      return toResult(bytes, { observedAtNs, encoding: options.encoding ?? null });
    }
    return { kind: 'skipped', reason: 'changed-while-read' };
  } catch (error) {
    return failure(error);
  }
}

interface Snapshot {
  readonly bytes: Buffer;
  readonly mtimeNs: bigint;
}

/** Reads and closes. `changed` if size or one of its times differ before and after. */
async function readBytes(
  handle: OpenFile,
  maxBytes: number,
): Promise<Snapshot | ReadSkipped | 'changed'> {
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return { kind: 'skipped', reason: 'not-a-file' };
    if (before.size > BigInt(maxBytes)) {
      return { kind: 'skipped', reason: 'too-large', detail: `${before.size} bytes` };
    }
    const bytes = await readUpTo(handle, Number(before.size) + 1);
    const after = await handle.stat({ bigint: true });
    const sameTimes = before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs;
    if (!sameTimes || before.size !== after.size || BigInt(bytes.length) !== before.size)
      return 'changed';
    return { bytes, mtimeNs: before.mtimeNs };
  } finally {
    await handle.close();
  }
}

async function readUpTo(handle: OpenFile, limit: number): Promise<Buffer> {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  while (length < limit) {
    const { bytesRead } = await handle.read(buffer, length, limit - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function toResult(
  { bytes, mtimeNs }: Snapshot,
  { observedAtNs, encoding }: { readonly observedAtNs: bigint; readonly encoding: string | null },
): ReadResult {
  const decoded = decodeText(bytes, encoding);
  if ('reason' in decoded) return { kind: 'skipped', ...decoded };
  const hash = createHash('sha256').update(bytes).digest();
  return { kind: 'read', hash, size: bytes.length, mtimeNs, observedAtNs, ...decoded };
}

function failure(error: unknown): ReadSkipped {
  const detail = errorCode(error);
  if (isMissing(error)) return { kind: 'skipped', reason: 'vanished', detail };
  // O_NOFOLLOW says ELOOP (EMLINK on FreeBSD); opening a socket says ENXIO (EOPNOTSUPP on macOS).
  if (detail === 'ELOOP' || detail === 'EMLINK') return { kind: 'skipped', reason: 'symlink' };
  if (detail === 'ENXIO' || detail === 'EOPNOTSUPP')
    return { kind: 'skipped', reason: 'not-a-file' };
  return { kind: 'skipped', reason: 'unreadable', detail };
}

/** Milliseconds are as fine as the system's clock is read; `isRacy`'s margin is larger. */
function systemClock(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
