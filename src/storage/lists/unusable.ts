/**
 * A corpus may come from elsewhere, and the kernel trusts the sizes that it is told: what was read of the
 * lists is checked before it goes there.
 */

/** The lists are not what they should be: the search does without, and the next writer makes them anew. */
export class ListsUnusable extends Error {
  override readonly name = 'ListsUnusable';
}

/** @throws ListsUnusable unless `isRight` */
export function check(isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new ListsUnusable(`The lists of vectors are damaged: ${what}.`);
}

/** @throws ListsUnusable unless this is a BLOB of so many bytes */
export function checkBlob(blob: unknown, bytes: number, what: string): asserts blob is Buffer {
  check(blob instanceof Uint8Array && blob.length === bytes, what);
}

/** Of unit vectors no factor, bias or coordinate of a centre is larger. */
const LARGEST = 8;

/** @throws ListsUnusable for NaN and for numbers that no unit vector leads to */
export function checkFloats(values: Float32Array, what: string): void {
  check(
    values.every((value) => Math.abs(value) <= LARGEST),
    what,
  );
}
