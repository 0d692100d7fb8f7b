/**
 * Estimates from codes. The signs of 32 vectors are looked up at once in tables of the query (André et
 * al., Quicker ADC, 2019): for each four dimensions a table of 16 partial sums, one byte each.
 */
import { push, threshold } from './heap';

/** The largest sum of four dimensions: four of them fit a byte, and 1,040 16 bits. */
const MOST: f32 = 63;
const MOST_SUM: f32 = 65535;

/**
 * Makes the tables of a query.
 *
 * @param tables dims / 4 tables of 16 bytes
 * @param scale receives two floats: what a sum's unit is worth, and what is taken from every sum
 */
export function makeTables(query: usize, dims: u32, tables: usize, scale: usize): void {
  const groups = dims >> 2;
  let widest: f32 = 0;
  let total: f32 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    const reach = reachOf(query + ((<usize>group) << 4));
    widest = max<f32>(widest, reach);
    total += reach;
  }
  const most = min<f32>(MOST, floor<f32>(MOST_SUM / <f32>groups));
  const unit: f32 = widest > 0 ? (2 * widest) / most : 1;
  const inverse = f32x4.splat(<f32>1 / unit);
  const half = f32x4.splat(0.5);
  for (let group: u32 = 0; group < groups; group++) {
    const at = query + ((<usize>group) << 4);
    // Four sums at a time: lanes are the signs of the first two, each vector those of the other two.
    const first = f32x4.mul(v128.load32_splat(at), f32x4(-1, 1, -1, 1));
    const second = f32x4.mul(v128.load32_splat(at, 4), f32x4(-1, -1, 1, 1));
    const pair = f32x4.add(f32x4.add(first, second), f32x4.splat(reachOf(at)));
    const third = v128.load32_splat(at, 8);
    const fourth = v128.load32_splat(at, 12);
    const without = f32x4.sub(pair, fourth);
    const having = f32x4.add(pair, fourth);
    const sums0 = toWhole(f32x4.sub(without, third), inverse, half);
    const sums1 = toWhole(f32x4.add(without, third), inverse, half);
    const sums2 = toWhole(f32x4.sub(having, third), inverse, half);
    const sums3 = toWhole(f32x4.add(having, third), inverse, half);
    const low = i16x8.narrow_i32x4_u(sums0, sums1);
    const high = i16x8.narrow_i32x4_u(sums2, sums3);
    v128.store(tables + ((<usize>group) << 4), i8x16.narrow_i16x8_u(low, high));
  }
  store<f32>(scale, unit);
  store<f32>(scale + 4, total);
}

function toWhole(sums: v128, inverse: v128, half: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(sums, inverse), half));
}

function reachOf(at: usize): f32 {
  return (
    abs(load<f32>(at)) + abs(load<f32>(at + 4)) + abs(load<f32>(at + 8)) + abs(load<f32>(at + 12))
  );
}

/**
 * Scans the codes of a list and puts the best estimates into a heap: bias + factor · ⟨query, signs⟩.
 *
 * @param tables those of the query, with its `scale`
 * @param factors one float for each vector, padded to whole blocks, as `biases`
 * @param biases 0: `bias` for all of them
 * @param heap 0: every estimate is stored at `list`, padded to whole blocks
 */
export function scan(
  blocks: usize,
  size: u32,
  dims: u32,
  tables: usize,
  scale: usize,
  factors: usize,
  biases: usize,
  bias: f32,
  heap: usize,
  list: u32,
): void {
  const tablesEnd = tables + ((<usize>dims) << 2);
  for (let first: u32 = 0; first < size; first += 32) {
    let both0 = i16x8.splat(0);
    let odd0 = i16x8.splat(0);
    let both1 = i16x8.splat(0);
    let odd1 = i16x8.splat(0);
    for (let table = tables; table < tablesEnd; table += 64, blocks += 64) {
      const codes0 = v128.load(blocks);
      const codes1 = v128.load(blocks, 16);
      const codes2 = v128.load(blocks, 32);
      const codes3 = v128.load(blocks, 48);
      const sums0 = v128.load(table);
      const sums1 = v128.load(table, 16);
      const sums2 = v128.load(table, 32);
      const sums3 = v128.load(table, 48);
      // Four sums of at most 63 fit a byte.
      const lower = i8x16.add(
        i8x16.add(lowest(sums0, codes0), lowest(sums1, codes1)),
        i8x16.add(lowest(sums2, codes2), lowest(sums3, codes3)),
      );
      const upper = i8x16.add(
        i8x16.add(highest(sums0, codes0), highest(sums1, codes1)),
        i8x16.add(highest(sums2, codes2), highest(sums3, codes3)),
      );
      both0 = i16x8.add(both0, lower);
      odd0 = i16x8.add(odd0, i16x8.shr_u(lower, 8));
      both1 = i16x8.add(both1, upper);
      odd1 = i16x8.add(odd1, i16x8.shr_u(upper, 8));
    }
    // Even and odd bytes were summed together; pack() orders vectors so that they come out in order.
    const even0 = i16x8.sub(both0, i16x8.shl(odd0, 8));
    const even1 = i16x8.sub(both1, i16x8.shl(odd1, 8));
    for (let part: u32 = 0; part < 8; part++) {
      const eight = part < 2 ? even0 : part < 4 ? odd0 : part < 6 ? even1 : odd1;
      const four = part & 1 ? i32x4.extend_high_i16x8_u(eight) : i32x4.extend_low_i16x8_u(eight);
      const at = (<usize>(first + (part << 2))) << 2;
      const from = biases === 0 ? f32x4.splat(bias) : v128.load(biases + at);
      const estimate = f32x4.add(from, f32x4.mul(v128.load(factors + at), toProduct(four, scale)));
      if (heap === 0) v128.store(<usize>list + at, estimate);
      else if (v128.any_true(f32x4.gt(estimate, f32x4.splat(threshold(heap))))) {
        keep(estimate, first + (part << 2), size, heap, list);
      }
    }
  }
}

function lowest(sums: v128, codes: v128): v128 {
  return i8x16.swizzle(sums, v128.and(codes, i8x16.splat(15)));
}

function highest(sums: v128, codes: v128): v128 {
  return i8x16.swizzle(sums, v128.and(i16x8.shr_u(codes, 4), i8x16.splat(15)));
}

function toProduct(sums: v128, scale: usize): v128 {
  const unit = f32x4.splat(load<f32>(scale));
  const total = f32x4.splat(load<f32>(scale, 4));
  return f32x4.sub(f32x4.mul(f32x4.convert_i32x4_u(sums), unit), total);
}

/** Those of four estimates that are good enough, and not of the padding behind the last vector. */
function keep(estimates: v128, place: u32, size: u32, heap: usize, list: u32): void {
  for (let lane: u32 = 0; lane < 4 && place + lane < size; lane++) {
    const key = laneOf(estimates, lane);
    if (key > threshold(heap)) push(heap, key, list, place + lane);
  }
}

function laneOf(v: v128, lane: u32): f32 {
  if (lane === 0) return f32x4.extract_lane(v, 0);
  if (lane === 1) return f32x4.extract_lane(v, 1);
  return lane === 2 ? f32x4.extract_lane(v, 2) : f32x4.extract_lane(v, 3);
}

/** A query as whole numbers for `fineProduct`. @returns what one is worth */
export function makeWhole(query: usize, dims: u32, whole: usize): f32 {
  let widest: f32 = 0;
  for (let i: u32 = 0; i < dims; i++) {
    widest = max<f32>(widest, abs(load<f32>(query + ((<usize>i) << 2))));
  }
  // 15 · 4095 · 4096 dimensions stay below 2^31.
  const unit: f32 = widest > 0 ? widest / 4095 : 1;
  for (let i: u32 = 0; i < dims; i++) {
    const value = nearest<f32>(load<f32>(query + ((<usize>i) << 2)) / unit);
    store<i16>(whole + ((<usize>i) << 1), <i16>value);
  }
  return unit;
}

/** Σ query · level, levels from 0 to 15, of a query in whole numbers and a fine code. */
export function fineProduct(fine: usize, whole: usize, dims: u32): i32 {
  let sum0 = i32x4.splat(0);
  let sum1 = i32x4.splat(0);
  const low = i8x16.splat(15);
  const end = fine + (dims >> 1);
  for (; fine < end; fine += 16, whole += 64) {
    const codes = v128.load(fine);
    const first = v128.and(codes, low);
    const second = i8x16.shr_u(codes, 4);
    sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(first), v128.load(whole)));
    sum1 = i32x4.add(
      sum1,
      i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(first), v128.load(whole, 16)),
    );
    sum0 = i32x4.add(
      sum0,
      i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(second), v128.load(whole, 32)),
    );
    sum1 = i32x4.add(
      sum1,
      i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(second), v128.load(whole, 48)),
    );
  }
  const sum = i32x4.add(sum0, sum1);
  return (
    i32x4.extract_lane(sum, 0) +
    i32x4.extract_lane(sum, 1) +
    i32x4.extract_lane(sum, 2) +
    i32x4.extract_lane(sum, 3)
  );
}
