/** Finds terms in the pages of a segment of FTS5, as they lie on disk (fts5_index.c describes them). */

/** Where the list of a term begins, and where it ends at the latest on the same page. */
export interface ListStart {
  /** Which of the pages. */
  readonly index: number;
  readonly offset: number;
  /** Where the next term begins; the end of the content where there is none. */
  readonly end: number;
}

/** A position in a page, for reading numbers of one to nine bytes. */
interface Cursor {
  readonly page: Uint8Array;
  at: number;
}

/** Seven bits a byte, the highest first. Numbers here are ids of rows, sizes and offsets. */
export function readVarint(cursor: Cursor): number {
  let value = 0;
  for (;;) {
    const byte = cursor.page[cursor.at++] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value;
  }
}

/** Where the content of a page ends and the offsets of its terms begin. */
export function contentEnd(page: Uint8Array): number {
  return ((page[2] ?? 0) << 8) | (page[3] ?? 0);
}

/** Where the first row is that goes on a list of the page before; 0 if there is none. */
export function firstRow(page: Uint8Array): number {
  return ((page[0] ?? 0) << 8) | (page[1] ?? 0);
}

/** Where the terms of a page begin. */
export function termOffsets(page: Uint8Array): number[] {
  const offsets: number[] = [];
  const cursor = { page, at: contentEnd(page) };
  for (let offset = 0; cursor.at < page.length; ) {
    offset += readVarint(cursor);
    offsets.push(offset);
  }
  return offsets;
}

/**
 * Finds the list of a term in pages that follow each other.
 *
 * @param prefix true for the lists of all terms that begin with the key
 */
export function findLists(
  pages: readonly Uint8Array[],
  key: Uint8Array,
  prefix: boolean,
): ListStart[] {
  const found: ListStart[] = [];
  for (const [index, page] of pages.entries()) {
    const offsets = termOffsets(page);
    // How far the term before begins as the key does.
    let shared = 0;
    for (const [n, start] of offsets.entries()) {
      const cursor = { page, at: start };
      const kept = n === 0 ? 0 : readVarint(cursor);
      const length = kept + readVarint(cursor);
      // What a term keeps of the one before beyond what that shares with the key differs as before.
      if (kept <= shared) {
        shared = kept;
        const rest = cursor.at - kept;
        while (shared < key.length && shared < length && page[rest + shared] === key[shared])
          shared++;
        const isBehind =
          shared < key.length && shared < length && (page[rest + shared] ?? 0) > (key[shared] ?? 0);
        if (isBehind) return found;
      }
      if (shared < key.length || (length > shared && !prefix)) continue;
      // A damaged page may say that they lie anywhere.
      const end = Math.min(offsets[n + 1] ?? contentEnd(page), page.length);
      found.push({ index, offset: Math.min(cursor.at - kept + length, end), end });
      if (!prefix) return found;
    }
  }
  return found;
}
