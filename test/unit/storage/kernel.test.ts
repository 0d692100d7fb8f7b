/** Every function of the kernel against its definition in plain JavaScript. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createKernel, type Kernel, KernelFull } from '../../../src/storage/kernel.ts';
import { seeded } from './filled.ts';

/** Dimensions of models, and odd ones; in the kernel they are padded to a multiple of 32. */
const DIMENSIONS = [8, 12, 100, 384, 1000, 1025, 4096];

let kernel: Kernel;
let random: () => number;

beforeEach(() => {
  kernel = createKernel();
  random = seeded(7);
});

function widthOf(dimensions: number): number {
  return Math.ceil(dimensions / 32) * 32;
}

/** Values in −1 … 1, padded with zeros. */
function vectorOf(dimensions: number, width: number): Float32Array {
  return Float32Array.from({ length: width }, (_, i) => (i < dimensions ? 2 * random() - 1 : 0));
}

function put(values: Float32Array): number {
  const at = kernel.allocate(4 * values.length);
  kernel.floats(at, values.length).set(values);
  return at;
}

/** Room that is not clean, as it is after a search. */
function dirty(bytes: number): number {
  const at = kernel.allocate(bytes);
  kernel.bytes(at, bytes).fill(0xa5);
  return at;
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

describe.each(DIMENSIONS)('vectors of %d dimensions', (dimensions) => {
  const width = widthOf(dimensions);

  it('dot is the sum of products', () => {
    const [a, b] = [vectorOf(dimensions, width), vectorOf(dimensions, width)];
    expect(kernel.dot(put(a), put(b), width)).toBeCloseTo(product(a, b), 3);
  });

  it('addTo adds with a weight', () => {
    const [sum, vector] = [vectorOf(dimensions, width), vectorOf(dimensions, width)];
    const at = put(sum);
    kernel.addTo(at, put(vector), -0.75, width);
    const expected = sum.map((value, i) => value - 0.75 * (vector[i] ?? 0));
    kernel.floats(at, width).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? 0, 5);
    });
  });

  it('rotate keeps lengths and angles, and spreads one coordinate over many', () => {
    const signs = put(Float32Array.from({ length: 4 * width }, () => (random() < 0.5 ? 1 : -1)));
    const [a, b] = [vectorOf(dimensions, width), vectorOf(dimensions, width)];
    const places = [put(a), put(b)] as const;
    for (const at of places) kernel.rotate(at, width, signs);
    const [ra, rb] = places.map((at) => kernel.floats(at, width)) as [Float32Array, Float32Array];
    expect(product(ra, rb)).toBeCloseTo(product(a, b), 2);
    expect(product(ra, ra) / product(a, a)).toBeCloseTo(1, 4);
    const one = new Float32Array(width);
    one[dimensions - 1] = 1;
    const at = put(one);
    kernel.rotate(at, width, signs);
    const largest = kernel.floats(at, width).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(largest).toBeLessThan(0.6);
  });

  it('encode has the signs, levels and factors of the definition', () => {
    const [vector, centre] = [vectorOf(dimensions, width), vectorOf(dimensions, width)];
    const coded = encode(vector, centre);
    const r = vector.map((value, i) => value - (centre[i] ?? 0));
    const squares = product(r, r);
    const signs = r.map((value) => (value > 0 ? 1 : -1));
    expect(coded.signs).toEqual([...r].map((value) => value > 0));
    expect(coded.factor).toBeCloseTo(squares / product(r, signs), 4);
    const level = (2.5 / 8) * Math.sqrt(squares / width);
    const levels = [...r].map((value) => Math.min(7, Math.max(-8, Math.floor(value / level))));
    // A value on the edge of two levels may fall to either side.
    const differing = levels.filter((value, i) => value !== coded.levels[i]).length;
    expect(differing).toBeLessThanOrEqual(width / 100);
    const centred = coded.levels.map((value) => value + 0.5);
    expect(coded.fineFactor).toBeCloseTo(squares / product(r, centred), 4);
    // What makes the estimates unbiased: the code of a vector gives its own length exactly.
    expect(coded.fineFactor * product(r, centred)).toBeCloseTo(squares, 2);
  });

  it('encode gives a vector that is its own centre the factor 0', () => {
    const vector = vectorOf(dimensions, width);
    const coded = encode(vector, vector);
    expect([coded.factor, coded.fineFactor]).toEqual([0, 0]);
    expect(coded.signs.every((sign) => !sign)).toBe(true);
  });

  function encode(vector: Float32Array, centre: Float32Array) {
    const [signs, fine, factors] = [dirty(width / 8), dirty(width / 2), dirty(8)];
    kernel.encode(put(vector), put(centre), width, signs, fine, factors);
    const bits = kernel.bytes(signs, width / 8);
    const halves = kernel.bytes(fine, width / 2);
    const [factor = NaN, fineFactor = NaN] = kernel.floats(factors, 2);
    return {
      factor,
      fineFactor,
      signs: Array.from({ length: width }, (_, i) => (((bits[i >> 3] ?? 0) >> (i & 7)) & 1) === 1),
      levels: Array.from({ length: width }, (_, i) => levelAt(halves, i)),
    };
  }
});

/** Of 32 coordinates the first 16 are in the low halves of 16 bytes, the others in the high ones. */
function levelAt(halves: Uint8Array, i: number): number {
  const byte = halves[(i >> 5) * 16 + (i & 15)] ?? 0;
  return ((i & 16) === 0 ? byte & 15 : byte >> 4) - 8;
}

/** Signs of several vectors, one bit each, in bytes. */
function randomSigns(width: number): Uint8Array {
  return Uint8Array.from({ length: width / 8 }, () => Math.floor(256 * random()));
}

function putBytes(bytes: Uint8Array): number {
  const at = kernel.allocate(bytes.length);
  kernel.bytes(at, bytes.length).set(bytes);
  return at;
}

/** The sign bits of the vector at a place in blocks, by the layout that kernel/encode.ts describes. */
function signsInBlocks(blocks: number, width: number, place: number): Uint8Array {
  const lane = place % 16;
  const byte = lane < 8 ? 2 * lane : 2 * (lane - 8) + 1;
  const start = blocks + Math.floor(place / 32) * 4 * width;
  const bits = new Uint8Array(width / 8);
  for (let group = 0; group < width / 4; group++) {
    const both = kernel.bytes(start + 16 * group + byte, 1)[0] ?? 0;
    const nibble = place % 32 < 16 ? both & 15 : both >> 4;
    bits[group >> 1] = (bits[group >> 1] ?? 0) | (nibble << (4 * (group & 1)));
  }
  return bits;
}

describe.each(DIMENSIONS)('blocks of signs of %d dimensions', (dimensions) => {
  const width = widthOf(dimensions);
  const COUNT = 70;

  it('hold every vector, in whatever order they are packed and copied', () => {
    const all = Array.from({ length: COUNT }, () => randomSigns(width));
    const blocks = dirty(3 * 4 * width);
    const copies = dirty(3 * 4 * width);
    const order = [...all.keys()].sort(() => random() - 0.5);
    for (const place of order) {
      kernel.pack(putBytes(all[place] ?? new Uint8Array()), width, blocks, place);
    }
    for (const place of order) kernel.copySigns(blocks, place, width, copies, COUNT - 1 - place);
    all.forEach((signs, place) => {
      expect(signsInBlocks(blocks, width, place)).toEqual(signs);
      expect(signsInBlocks(copies, width, COUNT - 1 - place)).toEqual(signs);
    });
  });

  it.each([1, 31, 32, 33, COUNT])('are scanned as far as %d vectors reach', (size) => {
    const scanned = setUp(size);
    const { tables, scale, blocks, factors, query, signs } = scanned;
    const scores = dirty(4 * 96);
    kernel.scan(blocks, size, width, tables, scale, factors, 0, 0.25, 0, scores);
    const [unit = 0] = kernel.floats(scale, 1);
    const weights = kernel.floats(factors, size);
    kernel.floats(scores, size).forEach((score, place) => {
      const exact = signedProduct(query, signs[place] ?? new Uint8Array());
      // Each table is rounded to the next unit.
      const most = (unit / 2 + 1e-4) * (width / 4);
      expect(Math.abs(score - 0.25 - (weights[place] ?? 0) * exact)).toBeLessThanOrEqual(
        Math.abs(weights[place] ?? 0) * most + 1e-4,
      );
    });
  });

  it.each([1, 33, COUNT])('the best of %d by a heap are the best, none of the padding', (size) => {
    const { tables, scale, blocks, factors } = setUp(size);
    const scores = dirty(4 * 96);
    kernel.scan(blocks, size, width, tables, scale, factors, 0, -3, 0, scores);
    // Were padding counted it would be the best.
    kernel.floats(factors, 96).fill(1e6, size);
    for (const capacity of [1, 5, COUNT + 10]) {
      const heap = heapOf(capacity);
      kernel.scan(blocks, size, width, tables, scale, factors, 0, -3, heap, 42);
      const found = entriesOf(heap);
      const best = [...kernel.floats(scores, size)].sort((a, b) => b - a).slice(0, capacity);
      expect(found.map(({ key }) => key).sort((a, b) => b - a)).toEqual(best);
      for (const { key, list, place } of found) {
        expect(list).toBe(42);
        expect(kernel.floats(scores, size)[place]).toBe(key);
      }
      expect(new Set(found.map(({ place }) => place)).size).toBe(found.length);
    }
  });

  it('add a bias of its own to each', () => {
    const { tables, scale, blocks, factors } = setUp(40);
    const [plain, biased] = [dirty(4 * 64), dirty(4 * 64)];
    const biases = put(Float32Array.from({ length: 64 }, () => random()));
    kernel.scan(blocks, 40, width, tables, scale, factors, 0, 0, 0, plain);
    kernel.scan(blocks, 40, width, tables, scale, factors, biases, 0, 0, biased);
    kernel.floats(biased, 40).forEach((score, i) => {
      const expected = (kernel.floats(plain, 40)[i] ?? 0) + (kernel.floats(biases, 40)[i] ?? 0);
      expect(score).toBeCloseTo(expected, 4);
    });
  });

  function setUp(size: number) {
    const query = vectorOf(dimensions, width);
    const signs = Array.from({ length: size }, () => randomSigns(width));
    const blocks = dirty(3 * 4 * width);
    signs.forEach((bits, place) => {
      kernel.pack(putBytes(bits), width, blocks, place);
    });
    const factors = put(Float32Array.from({ length: 96 }, () => random()));
    const [tables, scale] = [dirty(4 * width), dirty(8)];
    kernel.makeTables(put(query), width, tables, scale);
    return { query, signs, blocks, factors, tables, scale };
  }
});

function signedProduct(query: Float32Array, bits: Uint8Array): number {
  return product(
    query,
    query.map((_, i) => (((bits[i >> 3] ?? 0) >> (i & 7)) & 1 ? 1 : -1)),
  );
}

function heapOf(capacity: number): number {
  const heap = kernel.allocate(8 + 12 * capacity);
  kernel.words(heap, 2).set([0, capacity]);
  return heap;
}

function entriesOf(heap: number): { key: number; list: number; place: number }[] {
  const count = kernel.words(heap, 1)[0] ?? 0;
  return Array.from({ length: count }, (_, i) => ({
    key: kernel.floats(heap + 8 + 12 * i, 1)[0] ?? NaN,
    list: kernel.words(heap + 8 + 12 * i, 3)[1] ?? -1,
    place: kernel.words(heap + 8 + 12 * i, 3)[2] ?? -1,
  }));
}

describe('tables of extreme queries', () => {
  it.each([
    ['zeros', () => 0],
    ['one large coordinate', (i: number) => (i === 5 ? 1 : 0)],
    ['equal ones', () => 1],
    ['tiny ones', () => 1e-20],
  ])('%s overflow nothing', (_, value) => {
    for (const width of [32, 384, 4096]) {
      const query = Float32Array.from({ length: width }, (_, i) => value(i));
      const [tables, scale, blocks] = [dirty(4 * width), dirty(8), dirty(4 * width)];
      const all = new Uint8Array(width / 8).fill(255);
      kernel.pack(putBytes(all), width, blocks, 0);
      kernel.pack(putBytes(all.map(() => 0)), width, blocks, 1);
      const scores = dirty(128);
      const factors = put(new Float32Array(32).fill(1));
      kernel.makeTables(put(query), width, tables, scale);
      kernel.scan(blocks, 2, width, tables, scale, factors, 0, 0, 0, scores);
      const [plus = NaN, minus = NaN] = kernel.floats(scores, 2);
      const sum = query.reduce((a, b) => a + b, 0);
      const rounding = ((kernel.floats(scale, 1)[0] ?? 0) / 2) * (width / 4) + 1e-3 * sum;
      expect(Math.abs(plus - sum)).toBeLessThanOrEqual(rounding);
      expect(Math.abs(minus + sum)).toBeLessThanOrEqual(rounding);
    }
  });
});

describe('selectBest', () => {
  it.each([1, 7, 64, 500])('keeps the best of many scores, %d of them', (capacity) => {
    const scores = Float32Array.from({ length: 500 }, () => Math.floor(40 * random()));
    const heap = heapOf(capacity);
    kernel.selectBest(put(scores), scores.length, heap);
    const found = entriesOf(heap);
    const best = [...scores].sort((a, b) => b - a).slice(0, capacity);
    expect(found.map(({ key }) => key).sort((a, b) => b - a)).toEqual(best);
    for (const { key, place } of found) expect(scores[place]).toBe(key);
    expect(new Set(found.map(({ place }) => place)).size).toBe(found.length);
  });

  it('takes no NaN', () => {
    const heap = heapOf(4);
    kernel.selectBest(put(Float32Array.of(NaN, 1, NaN, -2)), 4, heap);
    expect(
      entriesOf(heap)
        .map(({ place }) => place)
        .sort(),
    ).toEqual([1, 3]);
  });
});

describe.each(DIMENSIONS)('lists of vectors of %d dimensions', (dimensions) => {
  const width = widthOf(dimensions);
  const SIZES = [40, 0, 7];

  it('give estimates by the finer code, near the exact products', () => {
    const { vectors, centres, lists, query, ids } = setUp();
    const count = SIZES.reduce((a, b) => a + b, 0);
    const [tables, scale, products] = [dirty(4 * width), dirty(8), dirty(4 * SIZES.length)];
    kernel.makeTables(query, width, tables, scale);
    const heap = heapOf(100);
    const numbers = kernel.allocate(12);
    kernel.words(numbers, 3).set([0, 1, 2]);
    const where = [numbers, 3, lists, centres, SIZES.length, query, width] as const;
    kernel.scanLists(...where, tables, scale, products, heap);
    expect(entriesOf(heap)).toHaveLength(count);
    const whole = dirty(2 * width);
    const unit = kernel.makeWhole(query, width, whole);
    const q = kernel.floats(query, width);
    const shift = 7.5 * q.reduce((a, b) => a + b, 0);
    const [estimates, found] = [dirty(4 * count), dirty(4 * count)];
    kernel.refine(heap, lists, products, whole, unit, shift, width, estimates, found);
    const norm = Math.sqrt(product(kernel.floats(query, width), kernel.floats(query, width)));
    entriesOf(heap).forEach(({ list, place }, i) => {
      expect(kernel.words(found, count)[i]).toBe(ids(list, place));
      const { at, r, fine } = vectors[list]?.[place] ?? { at: 0, r: 0, fine: [] };
      const estimate = kernel.floats(estimates, count)[i] ?? NaN;
      const asFloats =
        kernel.dot(query, centres + 4 * width * list, width) +
        product(kernel.floats(query, width), fine);
      // What the query loses as whole numbers.
      const lost = (unit / 2) * fine.reduce((sum, value) => sum + Math.abs(value), 0);
      expect(Math.abs(estimate - asFloats)).toBeLessThanOrEqual(lost * 2 + 1e-3);
      const exact = kernel.dot(query, at, width);
      expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(0.35 * norm * Math.sqrt(r));
    });
  });

  /** Lists in memory as kernel/lists.ts describes them, with the fine codes as floats beside. */
  function setUp() {
    const centres = kernel.allocate(4 * width * (SIZES.length + 1));
    kernel.floats(centres, width * (SIZES.length + 1)).forEach((_, i, all) => {
      all[i] = i % width < dimensions ? random() - 0.5 : 0;
    });
    const lists = kernel.allocate(20 * SIZES.length);
    const vectors = SIZES.map((size, list) => {
      const blocks = dirty(4 * width * Math.ceil(size / 32));
      const factors = dirty(128 * Math.ceil(size / 32));
      const rows = dirty(4 * size);
      const fineFactors = dirty(4 * size + (width / 2) * size);
      const fine = fineFactors + 4 * size;
      kernel.words(lists + 20 * list, 5).set([blocks, factors, size, rows, fine]);
      const [signs, both] = [dirty(width / 8), dirty(8)];
      const centre = centres + 4 * width * list;
      return Array.from({ length: size }, (_, place) => {
        const at = put(vectorOf(dimensions, width));
        const codes = fine + (width / 2) * place;
        kernel.encode(at, centre, width, signs, codes, both);
        kernel.pack(signs, width, blocks, place);
        const [factor = 0, fineFactor = 0] = kernel.floats(both, 2);
        kernel.floats(factors, size)[place] = factor;
        kernel.floats(fineFactors, size)[place] = fineFactor;
        kernel.words(rows, size)[place] = idOf(list, place);
        const [v, c] = [kernel.floats(at, width), kernel.floats(centre, width)];
        const halves = kernel.bytes(codes, width / 2);
        return {
          at,
          r: v.reduce((sum, value, i) => sum + (value - (c[i] ?? 0)) ** 2, 0),
          fine: Array.from(v, (_, i) => fineFactor * (levelAt(halves, i) + 0.5)),
        };
      });
    });
    const query = put(vectorOf(dimensions, width));
    return { vectors, centres, lists, query, ids: idOf };
  }

  function idOf(list: number, place: number): number {
    return 1000 * (list + 1) + place;
  }

  it.each([1, 5, 24, 100])('belong to the nearest of %d centres', (size) => {
    const centres = kernel.allocate(4 * width * (size + 1));
    kernel.floats(centres, width * (size + 1)).forEach((_, i, all) => {
      all[i] = i % width < dimensions && i < width * size ? random() - 0.5 : 0;
    });
    const padded = Math.ceil(size / 32) * 32;
    const [factors, biases] = [dirty(4 * padded), dirty(4 * padded)];
    const blocks = dirty(4 * width * Math.ceil(size / 32));
    const [signs, fine, both] = [dirty(width / 8), dirty(width / 2), dirty(8)];
    for (let list = 0; list < size; list++) {
      const centre = centres + 4 * width * list;
      kernel.encode(centre, centres + 4 * width * size, width, signs, fine, both);
      kernel.pack(signs, width, blocks, list);
      kernel.floats(factors, size)[list] = kernel.floats(both, 1)[0] ?? 0;
      kernel.floats(biases, size)[list] = -kernel.dot(centre, centre, width) / 2;
    }
    const [tables, scale, heap] = [dirty(4 * width), dirty(8), heapOf(24)];
    const rooms = [tables, scale, heap, blocks, factors, biases, centres] as const;
    let right = 0;
    for (let i = 0; i < 20; i++) {
      const target = Math.floor(size * random());
      const vector = kernel
        .floats(centres + 4 * width * target, width)
        .map((value, j) => value + (j < dimensions ? 0.2 * (random() - 0.5) : 0));
      const at = put(vector);
      const scores = Array.from({ length: size }, (_, list) => {
        const centre = kernel.floats(centres + 4 * width * list, width);
        return product(vector, centre) - product(centre, centre) / 2;
      });
      const found = kernel.nearestCentre(at, width, ...rooms, size);
      const best = Math.max(...scores);
      if (Math.abs((scores[found] ?? -Infinity) - best) < 1e-4) right += 1;
    }
    // Up to as many centres as are compared exactly it is always right.
    expect(right).toBeGreaterThanOrEqual(size <= 24 ? 20 : 19);
  });
});

describe('memory', () => {
  it('is handed out on lines of 64 bytes, apart, and given back to a mark', () => {
    const first = kernel.allocate(1);
    const mark = kernel.mark();
    const second = kernel.allocate(10_000_000);
    expect([first % 64, second % 64]).toEqual([0, 0]);
    expect(second).toBeGreaterThan(first);
    kernel.bytes(second, 10_000_000).fill(1);
    kernel.release(mark);
    expect(kernel.allocate(5)).toBe(second);
  });

  it('that there is not is an error, after which it goes on', () => {
    const mark = kernel.mark();
    expect(() => kernel.allocate(5e9)).toThrow(KernelFull);
    expect(kernel.mark()).toBe(mark);
    kernel.bytes(kernel.allocate(100), 100).fill(1);
  });
});
