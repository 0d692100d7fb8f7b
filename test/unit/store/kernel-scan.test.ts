/** Scans of many codes, and what is collected from them, against their definitions in plain JavaScript. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  COUNT,
  type Coded,
  createRoom,
  PLACES,
  product,
  type Room,
  WIDTHS,
} from './kernel-room.ts';

let room: Room;

beforeEach(() => {
  room = createRoom();
});

/** A query's tables, and room for a scan of all places. */
interface Asked {
  readonly query: Float32Array;
  readonly tables: number;
  readonly scale: number;
  readonly estimates: number;
}

function ask(query: Float32Array): Asked {
  const width = query.length;
  const [tables, scale, estimates] = [room.dirty(4 * width), room.dirty(8), room.dirty(4 * PLACES)];
  room.kernel.makeTables(room.put(query), width, tables, scale);
  return { query, tables, scale, estimates };
}

function heapOf(capacity: number): number {
  const heap = room.dirty(8 + 8 * capacity);
  room.kernel.words(heap, 2).set([0, capacity]);
  return heap;
}

/** Entries of a heap, the best first; of equal ones the first places. */
function entriesOf(heap: number): { estimate: number; place: number }[] {
  const count = room.kernel.words(heap, 1)[0] ?? 0;
  return Array.from({ length: count }, (_, i) => ({
    estimate: room.kernel.floats(heap + 8 + 8 * i, 1)[0] ?? NaN,
    place: room.kernel.words(heap + 8 + 8 * i, 2)[1] ?? -1,
  })).sort((a, b) => b.estimate - a.estimate || a.place - b.place);
}

function masksOf(isKept: (place: number) => boolean): number {
  const words = new Uint32Array(PLACES / 32);
  for (let place = 0; place < PLACES; place++) {
    if (isKept(place)) words[place >> 5] = (words[place >> 5] ?? 0) | (1 << (place & 31));
  }
  const at = room.dirty(words.byteLength);
  room.kernel.words(at, words.length).set(words);
  return at;
}

/** @returns the estimates */
function scan(width: number, coded: Coded, asked: Asked, masks: number, heap: number) {
  const { signs, factors, biases } = coded;
  const { tables, scale, estimates } = asked;
  const codes = [signs, PLACES / 32, width, factors, biases, masks] as const;
  room.kernel.scan(...codes, tables, scale, estimates, heap);
  return room.kernel.floats(estimates, PLACES).slice();
}

const KEPT: readonly (readonly [name: string, isKept: (place: number) => boolean])[] = [
  ['all', (place) => place < COUNT],
  ['none', () => false],
  ['every third', (place) => place < COUNT && place % 3 === 0],
  ['one block of three', (place) => place >= 32 && place < 64],
  ['the first and the last', (place) => place === 0 || place === COUNT - 1],
];

describe.each(WIDTHS)('a scan of %d signs', (width) => {
  const setUp = (): { coded: Coded; asked: Asked } => {
    const vectors = Array.from({ length: COUNT }, () => room.vectorOf(width));
    const coded = room.encodeAll(width, vectors, room.vectorOf(width));
    // Were they counted, what is left over behind the last place would be the best.
    room.kernel.floats(coded.biases, PLACES).fill(1e6, COUNT);
    return { coded, asked: ask(room.vectorOf(width)) };
  };

  it.each(KEPT)('estimates %s by bias + factor · ⟨query, signs⟩', (_, isKept) => {
    const { coded, asked } = setUp();
    const found = scan(width, coded, asked, masksOf(isKept), heapOf(5));
    const [unit = NaN] = room.kernel.floats(asked.scale, 1);
    found.forEach((estimate, place) => {
      if (!isKept(place)) {
        expect(estimate).toBe(-Infinity);
        return;
      }
      const signs = room.signsAt(coded.signs, width, place).map((isSet) => (isSet ? 1 : -1));
      const factor = room.kernel.floats(coded.factors, COUNT)[place] ?? NaN;
      const bias = room.kernel.floats(coded.biases, COUNT)[place] ?? NaN;
      // Each table is rounded to the next unit.
      const rounding = factor * (unit / 2 + 1e-4) * (width / 4) + 1e-3;
      const exact = bias + factor * product(asked.query, signs);
      expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(rounding);
    });
  });

  it.each(KEPT)('has the best of %s in the heap, however many it holds', (_, isKept) => {
    const { coded, asked } = setUp();
    for (const capacity of [1, 5, COUNT, PLACES + 4]) {
      const heap = heapOf(capacity);
      const found = scan(width, coded, asked, masksOf(isKept), heap);
      const best = Array.from(found, (estimate, place) => ({ estimate, place }))
        .filter(({ place }) => isKept(place))
        .sort((a, b) => b.estimate - a.estimate)
        .slice(0, capacity);
      expect(entriesOf(heap)).toEqual(best);
    }
  });
});

it('estimates of the dot products of many vectors have no bias, and the error that theory says', () => {
  const width = 768;
  const unit = (vector: Float32Array): Float32Array => {
    const length = Math.sqrt(product(vector, vector));
    return vector.map((value) => value / length);
  };
  const gaussian = (): Float32Array =>
    room.vectorOf(width).map(() => {
      const radius = Math.sqrt(-2 * Math.log(1 - room.random()));
      return radius * Math.cos(2 * Math.PI * room.random());
    });
  const errors: number[] = [];
  for (let round = 0; round < 10; round++) {
    const query = unit(gaussian());
    const vectors = Array.from({ length: COUNT }, () => unit(gaussian()));
    const coded = room.encodeAll(width, vectors, new Float32Array(width));
    const heap = heapOf(1);
    const found = scan(width, coded, ask(query), masksOf(KEPT[0]?.[1] ?? Boolean), heap);
    vectors.forEach((vector, place) => {
      errors.push((found[place] ?? NaN) + 0.5 - product(query, vector));
    });
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  // √(π/2 − 1) / √width of vectors whose coordinates are normally distributed.
  const expected = Math.sqrt((Math.PI / 2 - 1) / width);
  expect(Math.abs(mean)).toBeLessThan(4 * (expected / Math.sqrt(errors.length)));
  expect(deviation / expected).toBeGreaterThan(0.9);
  expect(deviation / expected).toBeLessThan(1.15);
});

describe('tables of extreme queries', () => {
  it.each([
    ['zeros', () => 0],
    ['one large coordinate', (i: number) => (i === 5 ? 1 : 0)],
    ['equal ones', () => 1],
    ['tiny ones', () => 1e-20],
  ])('%s overflow nothing', (_, value) => {
    for (const width of WIDTHS) {
      const query = Float32Array.from({ length: width }, (_, i) => value(i));
      const signs = [1, -1].map((sign) => new Float32Array(width).fill(sign));
      const coded = room.encodeAll(width, signs, new Float32Array(width));
      room.kernel.floats(coded.biases, PLACES).fill(0);
      const asked = ask(query);
      const masks = masksOf((place) => place < 2);
      const [plus = NaN, minus = NaN] = scan(width, coded, asked, masks, heapOf(2));
      const sum = query.reduce((a, b) => a + b, 0);
      const rounding =
        ((room.kernel.floats(asked.scale, 1)[0] ?? 0) / 2) * (width / 4) + 1e-3 * sum;
      expect(Math.abs(plus - sum)).toBeLessThanOrEqual(rounding);
      expect(Math.abs(minus + sum)).toBeLessThanOrEqual(rounding);
    }
  });
});

describe('the heap', () => {
  it('keeps as many of equal estimates as it holds, each once', () => {
    const width = 32;
    const same = room.vectorOf(width);
    const coded = room.encodeAll(
      width,
      Array.from({ length: COUNT }, () => same),
      new Float32Array(width),
    );
    const heap = heapOf(9);
    scan(
      width,
      coded,
      ask(same),
      masksOf((place) => place < COUNT),
      heap,
    );
    const found = entriesOf(heap);
    expect(new Set(found.map(({ place }) => place)).size).toBe(9);
    expect(new Set(found.map(({ estimate }) => estimate)).size).toBe(1);
  });
});

describe('collect', () => {
  const VALUES = Float32Array.from({ length: PLACES }, (_, i) => (i % 5 === 4 ? -Infinity : i % 7));

  it.each([-1, 0, 3, 6, 7, -Infinity])(
    'gives the positions from %d on, in their order',
    (limit) => {
      const positions = room.dirty(4 * PLACES);
      const count = room.kernel.collect(room.put(VALUES), PLACES, limit, positions, PLACES);
      const expected = [...VALUES.keys()].filter((i) => (VALUES[i] ?? NaN) >= limit);
      expect([...room.kernel.words(positions, count)]).toEqual(expected);
    },
  );

  it('writes no more than there is room for, and tells how many there are', () => {
    const positions = room.dirty(4 * PLACES);
    const expected = [...VALUES.keys()].filter((i) => (VALUES[i] ?? NaN) >= 3);
    expect(room.kernel.collect(room.put(VALUES), PLACES, 3, positions, 4)).toBe(expected.length);
    expect([...room.kernel.words(positions, 4)]).toEqual(expected.slice(0, 4));
    expect(room.kernel.words(positions, 5)[4]).toBe(0xa5a5a5a5);
  });

  it('takes no NaN', () => {
    const values = new Float32Array(32).fill(NaN);
    values[3] = 1;
    const positions = room.dirty(128);
    expect(room.kernel.collect(room.put(values), 32, -5, positions, 32)).toBe(1);
    expect(room.kernel.words(positions, 1)[0]).toBe(3);
    expect(room.kernel.collect(room.put(values), 32, NaN, positions, 32)).toBe(0);
  });
});
