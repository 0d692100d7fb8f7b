import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findVectorFault, toUnitVector } from '../../../src/embedding/vectors.ts';

describe('a vector is looked at', () => {
  it.each([
    [[3, 4], 2, null],
    [[3, 4], null, null],
    [[3, 4], 3, 'dimensions'],
    [[], null, 'dimensions'],
    [[0, 0], 2, 'zero'],
    [[-0, 0], 2, 'zero'],
    [[1e-20, 0], 2, 'zero'],
    [[1, Number.NaN], 2, 'not-finite'],
    [[1, Number.POSITIVE_INFINITY], 2, 'not-finite'],
    [[3e38, 3e38], 2, null],
  ])('%j of %s: %s', (values, dimensions, fault) => {
    expect(findVectorFault(Float32Array.from(values), dimensions)).toBe(fault);
  });
});

describe('a unit vector', () => {
  it('has length 1 and the same direction, whatever the scale', () => {
    const component = fc.double({ min: -1e30, max: 1e30, noNaN: true });
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 50 }), (values) => {
        const vector = Float32Array.from(values);
        fc.pre(findVectorFault(vector, null) === null);
        const unit = toUnitVector(vector);
        expect(Math.hypot(...unit)).toBeCloseTo(1, 5);
        expect(unit.every((value, i) => value === 0 || value > 0 === (vector[i] ?? 0) > 0)).toBe(
          true,
        );
      }),
    );
  });

  it('is a copy in a buffer of its own, not a view of the batch', () => {
    const batch = Float32Array.from([9, 9, 3, 4, 9]);
    const unit = toUnitVector(batch.subarray(2, 4));
    expect([...unit]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(unit.buffer.byteLength).toBe(8);
    expect([...batch]).toEqual([9, 9, 3, 4, 9]);
  });
});
