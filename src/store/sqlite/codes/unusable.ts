/**
 * A corpus may come from elsewhere, and the kernel trusts the sizes that it is told: what was read of the
 * codes is checked before it goes there.
 */

/** The codes are not what they should be: the search does without, and the next writer makes them anew. */
export class CodesUnusable extends Error {
  override readonly name = 'CodesUnusable';
}

/** @throws CodesUnusable unless `isRight` */
export function check(isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new CodesUnusable(`The codes of vectors are damaged: ${what}.`);
}

/** Of unit vectors no factor and no bias is larger. */
const MAX_MAGNITUDE = 8;

/** @throws CodesUnusable for NaN and for numbers that no unit vector leads to */
export function checkFloats(values: Float32Array, what: string): void {
  for (let i = 0; i < values.length; i++) {
    // Not `> MAX_MAGNITUDE`: NaN is neither.
    if (!(Math.abs(values[i] as number) <= MAX_MAGNITUDE)) check(false, what);
  }
}
