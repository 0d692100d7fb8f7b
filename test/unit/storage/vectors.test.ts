import Database from 'better-sqlite3';
import fc from 'fast-check';
import * as sqliteVec from 'sqlite-vec';
import { describe, expect, it } from 'vitest';
import { bitDimensions, fromBytes, signBits, toBytes } from '../../../src/storage/vectors.ts';

const float = fc.float({ min: -2, max: 2, noNaN: true });

/** A vector and a mean of the same length, which need not be a multiple of 8. */
const pair = fc
  .integer({ min: 1, max: 130 })
  .chain((length) =>
    fc.tuple(
      fc.array(float, { minLength: length, maxLength: length }),
      fc.array(float, { minLength: length, maxLength: length }),
    ),
  );

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

  it('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true })), (values) => {
        const vector = Float32Array.from(values);
        expect(fromBytes(toBytes(vector))).toEqual(vector);
      }),
    );
  });
});

describe('sign bits', () => {
  const db = new Database(':memory:');
  sqliteVec.load(db);
  const quantized = db.prepare('SELECT vec_quantize_binary(vec_sub(?, ?))').pluck();

  /** sqlite-vec quantizes multiples of 8 only. */
  function padded(values: readonly number[]): Buffer {
    const vector = new Float32Array(bitDimensions(values.length));
    vector.set(values);
    return toBytes(vector);
  }

  it("are those of sqlite-vec's vec_quantize_binary(vec_sub(vector, mean)), whatever the dimensions", () => {
    fc.assert(
      fc.property(pair, ([vector, mean]) => {
        const ours = signBits(Float32Array.from(vector), Float32Array.from(mean));
        expect(ours).toEqual(quantized.get(padded(vector), padded(mean)));
      }),
      { numRuns: 300 },
    );
  });

  it('are 0 where the vector is on the mean, and in the padding', () => {
    const vector = Float32Array.from({ length: 9 }, () => 0.1);
    expect(signBits(vector, vector)).toEqual(Buffer.alloc(2));
    expect(signBits(vector, new Float32Array(9))).toEqual(Buffer.from([0xff, 0x01]));
  });
});
