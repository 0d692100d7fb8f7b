import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRacy, isTouchedSince } from '../../../src/files/racy.ts';

const MS = 1_000_000n;
const S = 1_000n * MS;
/** A time with a fraction, so that the file system is known to keep one. */
const T = 1_700_000_000n * S + 123_456_789n;
const WHOLE = 1_700_000_000n * S;

describe('isRacy', () => {
  const table: [string, bigint, bigint, boolean][] = [
    ['written an hour before it was read', T, T + 3600n * S, false],
    ['written at the same moment', T, T, true],
    ['written within one tick', T, T + 10n * MS, true],
    ['written 21 ms before', T, T + 21n * MS, false],
    ['written in the future: the clock went back', T, T - 5n * S, true],
    ['whole seconds, one second before: the disk may keep no fraction', WHOLE, WHOLE + S, true],
    ['whole seconds, just under two (FAT)', WHOLE, WHOLE + 2n * S - 1n, true],
    ['whole seconds, three seconds before', WHOLE, WHOLE + 3n * S, false],
    ['the epoch', 0n, T, false],
    ['before the epoch', -1n * S, T, false],
  ];
  it.each(table)('%s', (_title, mtime, observed, expected) => {
    expect(isRacy(mtime, observed)).toBe(expected);
  });

  it('a later look never makes a file racier', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), fc.bigInt({ min: 0n }), (mtime, observed, later) => {
        if (!isRacy(mtime, observed)) expect(isRacy(mtime, observed + later)).toBe(false);
      }),
    );
  });

  it('what was not older than the look is always racy', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 0n }), (observed, ahead) => {
        expect(isRacy(observed + ahead, observed)).toBe(true);
      }),
    );
  });
});

describe('isTouchedSince', () => {
  const table: [string, bigint, bigint, boolean][] = [
    ['changed before it was read', T, T + 1n, false],
    ['changed in the moment of reading: not, or every new file would be read twice', T, T, false],
    ['changed in the millisecond of reading: the clock has no more', T + MS - 1n, T, false],
    ['changed after it was read', T + MS, T, true],
    ['in the future: the clock went back', T + 3600n * S, T, true],
    ['whole seconds, one second before: the disk may keep no fraction', WHOLE, WHOLE + S, true],
    ['whole seconds, three seconds before', WHOLE, WHOLE + 3n * S, false],
    ['a file system that keeps none', 0n, T, false],
  ];
  it.each(table)('%s', (_title, ctime, observed, expected) => {
    expect(isTouchedSince(ctime, observed)).toBe(expected);
  });
});
