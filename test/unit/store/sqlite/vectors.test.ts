import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBytes, toBytes } from '../../../../src/store/sqlite/vectors.ts';

describe('vectors as bytes', () => {
  it('the buffer of a Float32Array view is the whole underlying buffer: only the view is stored', () => {
    const batch = Float32Array.from([1, 2, 3, 4, 5, 6]);
    const view = batch.subarray(2, 4);
    const bytes = toBytes(view);
    expect(bytes.length).toBe(8);
    expect(bytes.buffer).not.toBe(batch.buffer);
    expect([...fromBytes(bytes)]).toEqual([3, 4]);
  });

  it('is little-endian float32 on every machine', () => {
    expect(toBytes(Float32Array.from([1, -2])).toString('hex')).toBe('0000803f000000c0');
  });

  it('reads a BLOB that is not aligned to 4 bytes', () => {
    const memory = Buffer.concat([Buffer.from([7]), toBytes(Float32Array.from([0.5, -0.25]))]);
    expect([...fromBytes(memory.subarray(1))]).toEqual([0.5, -0.25]);
  });

  it('leaves out what a damaged BLOB has beyond whole numbers', () => {
    const bytes = Buffer.concat([toBytes(Float32Array.from([0.5])), Buffer.from([1, 2, 3])]);
    expect([...fromBytes(bytes)]).toEqual([0.5]);
    expect([...fromBytes(Buffer.from([7]))]).toEqual([]);
  });

  it('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true })), (values) => {
        const vector = Float32Array.from(values);
        expect(fromBytes(toBytes(vector))).toEqual(vector);
      }),
    );
  });
});
