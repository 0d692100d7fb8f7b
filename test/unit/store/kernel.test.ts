/** What the kernel does with single vectors, against its definitions in plain JavaScript. */
import { beforeEach, describe, expect, it } from 'vitest';
import { KernelFull } from '../../../src/store/kernel.ts';
import { COUNT, createRoom, product, type Room, WIDTHS } from './kernel-room.ts';

let room: Room;

beforeEach(() => {
  room = createRoom();
});

describe.each(WIDTHS)('vectors of %d coordinates', (width) => {
  it('dot is the sum of products', () => {
    const [a, b] = [room.vectorOf(width), room.vectorOf(width)];
    expect(room.kernel.dot(room.put(a), room.put(b), width)).toBeCloseTo(product(a, b), 3);
  });

  it('addTo adds with a weight', () => {
    const [sum, vector] = [room.vectorOf(width), room.vectorOf(width)];
    const at = room.put(sum);
    room.kernel.addTo(at, room.put(vector), -0.75, width);
    const expected = sum.map((value, i) => value - 0.75 * (vector[i] ?? 0));
    room.kernel.floats(at, width).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? 0, 5);
    });
  });

  it('rotate keeps lengths and angles, and spreads one coordinate over many', () => {
    const signs = room.put(
      Float32Array.from({ length: 4 * width }, () => (room.random() < 0.5 ? 1 : -1)),
    );
    const rotated = (vector: Float32Array): Float32Array => {
      const at = room.put(vector);
      room.kernel.rotate(at, width, signs);
      return room.kernel.floats(at, width).slice();
    };
    const [a, b] = [room.vectorOf(width), room.vectorOf(width)];
    expect(product(rotated(a), rotated(b))).toBeCloseTo(product(a, b), 2);
    expect(product(rotated(a), rotated(a)) / product(a, a)).toBeCloseTo(1, 4);
    const one = new Float32Array(width);
    one[width - 1] = 1;
    const largest = rotated(one).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThan(0.6);
  });
});

describe.each(WIDTHS)('codes of %d signs', (width) => {
  it('have the signs, factors and biases of the definition, each at its place', () => {
    const vectors = Array.from({ length: COUNT }, () => room.vectorOf(width));
    const { signs, factors, biases, rests } = room.encodeAll(width, vectors, room.vectorOf(width));
    rests.forEach((r, place) => {
      const squares = product(r, r);
      const absolute = r.reduce((sum, value) => sum + Math.abs(value), 0);
      expect(room.signsAt(signs, width, place)).toEqual(Array.from(r, (value) => value > 0));
      expect(room.kernel.floats(factors, COUNT)[place]).toBeCloseTo(squares / absolute, 4);
      expect((room.kernel.floats(biases, COUNT)[place] ?? NaN) / squares).toBeCloseTo(-0.5, 5);
    });
  });

  it('of a vector that is the mean are no signs, and numbers of 0', () => {
    const mean = room.vectorOf(width);
    const { signs, factors, biases } = room.encodeAll(width, [mean], mean);
    expect(room.signsAt(signs, width, 0)).not.toContain(true);
    expect(room.kernel.floats(factors, 1)[0]).toBe(0);
    expect(Math.abs(room.kernel.floats(biases, 1)[0] ?? NaN)).toBe(0);
  });

  it('may be written over, and leave other places as they are', () => {
    const vectors = Array.from({ length: COUNT }, () => room.vectorOf(width));
    const zero = room.put(new Float32Array(width));
    const { signs, factors, biases } = room.encodeAll(width, vectors, new Float32Array(width));
    const before = [20, 22].map((place) => room.signsAt(signs, width, place));
    const other = room.vectorOf(width);
    room.kernel.encode(room.put(other), zero, width, signs, factors, biases, 21);
    expect(room.signsAt(signs, width, 21)).toEqual(Array.from(other, (value) => value > 0));
    expect([20, 22].map((place) => room.signsAt(signs, width, place))).toEqual(before);
  });
});

describe.each(WIDTHS)('tables of %d coordinates', (width) => {
  it('have the sums of four coordinates with every choice of signs, as whole numbers', () => {
    const query = room.vectorOf(width);
    const [tables, scale] = [room.dirty(4 * width), room.dirty(8)];
    room.kernel.makeTables(room.put(query), width, tables, scale);
    const [unit = NaN, total = NaN] = room.kernel.floats(scale, 2);
    expect(total).toBeCloseTo(
      query.reduce((sum, value) => sum + Math.abs(value), 0),
      2,
    );
    let most = 0;
    room.kernel.bytes(tables, 4 * width).forEach((whole, at) => {
      const four = query.subarray(4 * (at >> 4), 4 * (at >> 4) + 4);
      const reach = four.reduce((sum, value) => sum + Math.abs(value), 0);
      const exact = four.reduce((sum, x, i) => sum + ((at >> i) & 1 ? x : -x), reach);
      expect(Math.abs(whole - exact / unit)).toBeLessThan(0.501);
      most = Math.max(most, whole);
    });
    // Four of them fit a byte, and all of them 16 bits.
    expect(most).toBe(Math.min(63, Math.floor(65_535 / (width / 4))));
  });
});

describe('memory', () => {
  it('is handed out on lines of 64 bytes, apart, and given back to a mark', () => {
    const first = room.kernel.allocate(1);
    const mark = room.kernel.mark();
    const second = room.kernel.allocate(10_000_000);
    expect([first % 64, second % 64]).toEqual([0, 0]);
    expect(second).toBeGreaterThan(first);
    room.kernel.bytes(second, 10_000_000).fill(1);
    room.kernel.release(mark);
    expect(room.kernel.allocate(5)).toBe(second);
  });

  it('that there is not is an error, after which it goes on', () => {
    const mark = room.kernel.mark();
    for (const bytes of [5e9, 2 ** 53, 1e300]) {
      expect(() => room.kernel.allocate(bytes)).toThrow(KernelFull);
      expect(room.kernel.mark()).toBe(mark);
    }
    room.kernel.bytes(room.kernel.allocate(100), 100).fill(1);
  });
});
