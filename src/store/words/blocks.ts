/**
 * Posting lists in bytes: blocks of up to 1,024 postings, so that lists can be read and merged in parts.
 * A posting is the distance to the row before, doubled, as a varint (seven bits a byte, lowest first,
 * the eighth says that more follow); if it is odd, a byte with the weighted frequency follows, else that
 * is 1. The first distance is 0: the block's first row stands beside it.
 */
import type { Postings } from './postings.ts';

/** A part of a posting list. */
export interface Block {
  /** Its first row. */
  readonly first: number;
  /** Postings in it. */
  readonly count: number;
  readonly data: Uint8Array;
}

/** Postings in a full block: 5 KB at most, which SQLite keeps in one page with three others. */
export const BLOCK_POSTINGS = 1024;

/** Ids of rows above this one are not indexed: arrays over all rows stay below 64 MB. */
export const LAST_ROW: number = 2 ** 26 - 1;

/** A block says something that no writer wrote. */
export class BlockDamaged extends Error {
  override readonly name = 'BlockDamaged';
}

/** Four bytes hold a doubled distance up to {@link LAST_ROW}, and one the frequency. */
const MAX_POSTING_BYTES = 5;

/** Reused: a block is copied out of it. */
const space = new Uint8Array(BLOCK_POSTINGS * MAX_POSTING_BYTES);

/** Writes a list as blocks, in the order of their rows. */
export function encodeBlocks({ rows, frequencies }: Postings): readonly Block[] {
  const blocks: Block[] = [];
  for (let start = 0; start < rows.length; start += BLOCK_POSTINGS) {
    const end = Math.min(rows.length, start + BLOCK_POSTINGS);
    const first = rows[start] as number;
    let size = 0;
    let before = first;
    for (let i = start; i < end; i++) {
      const row = rows[i] as number;
      const frequency = frequencies[i] as number;
      let rest = ((row - before) << 1) | (frequency > 1 ? 1 : 0);
      for (; rest >= 0x80; rest >>>= 7) space[size++] = (rest & 0x7f) | 0x80;
      space[size++] = rest;
      if (frequency > 1) space[size++] = frequency;
      before = row;
    }
    blocks.push({ first, count: end - start, data: space.slice(0, size) });
  }
  return blocks;
}

/** Where decoded postings go. */
export interface PostingsSink extends Postings {
  /** Entries that are filled. */
  size: number;
}

/** Room for so many postings. */
export function postingsSink(room: number): PostingsSink {
  return { rows: new Uint32Array(room), frequencies: new Uint8Array(room), size: 0 };
}

/**
 * Refuses what cannot be a block before room is made for it.
 *
 * @throws BlockDamaged
 */
export function checkBlock({ first, count, data }: Block): void {
  const isBlock =
    Number.isInteger(first) && first >= 0 && first <= LAST_ROW && data instanceof Uint8Array;
  const fits = count > 0 && count <= BLOCK_POSTINGS && count <= data.length;
  if (!isBlock || !fits) throw new BlockDamaged('a block of postings that cannot be one');
}

/**
 * Appends the postings of a block that was checked. The sink must have room for its count.
 *
 * @throws BlockDamaged
 */
export function decodeBlock({ first, count, data }: Block, sink: PostingsSink): void {
  const { rows, frequencies } = sink;
  let { size } = sink;
  let at = 0;
  let row = first;
  let isAscending = true;
  const start = size;
  for (const end = size + count; size < end; size++) {
    let byte = data[at++] as number;
    let code = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && shift < 32; shift += 7) {
      byte = data[at++] as number;
      code |= (byte & 0x7f) << shift;
    }
    if (code >>> 1 === 0 && size > start) isAscending = false;
    row += code >>> 1;
    rows[size] = row;
    frequencies[size] = (code & 1) === 0 ? 1 : (data[at++] as number);
  }
  sink.size = size;
  // Read beyond the end, the loop adds nothing.
  if (at !== data.length || !isAscending || row > LAST_ROW) {
    throw new BlockDamaged('a block of postings with other bytes than were written');
  }
}
