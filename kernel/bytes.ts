/** Vectors as bytes, each with its scale: a quarter of their size, and how wrong they are is known. */
import { push, threshold } from './heap';
import { touch } from './touch';

/** Bytes that are loaded ahead: they stay in the first two caches. */
const AT_A_TIME: u32 = 65536;

/**
 * Encodes a vector: coordinate ≈ scale · byte.
 *
 * @param dims a multiple of 16
 * @param scale receives the scale (f32)
 * @returns the length of what is lost
 */
export function encodeBytes(vector: usize, dims: u32, bytes: usize, scale: usize): f32 {
  const end = vector + ((<usize>dims) << 2);
  let widest = f32x4.splat(0);
  for (let at = vector; at < end; at += 16) {
    widest = f32x4.max(widest, f32x4.abs(v128.load(at)));
  }
  const most = max<f32>(
    max<f32>(f32x4.extract_lane(widest, 0), f32x4.extract_lane(widest, 1)),
    max<f32>(f32x4.extract_lane(widest, 2), f32x4.extract_lane(widest, 3)),
  );
  const unit: f32 = most > 0 ? most / 127 : 1;
  store<f32>(scale, unit);
  const inverse = f32x4.splat(<f32>1 / unit);
  let lost = f32x4.splat(0);
  for (let at = vector; at < end; at += 64, bytes += 16) {
    const a = f32x4.nearest(f32x4.mul(v128.load(at), inverse));
    const b = f32x4.nearest(f32x4.mul(v128.load(at, 16), inverse));
    const c = f32x4.nearest(f32x4.mul(v128.load(at, 32), inverse));
    const d = f32x4.nearest(f32x4.mul(v128.load(at, 48), inverse));
    lost = f32x4.add(lost, squaredLoss(v128.load(at), a, unit));
    lost = f32x4.add(lost, squaredLoss(v128.load(at, 16), b, unit));
    lost = f32x4.add(lost, squaredLoss(v128.load(at, 32), c, unit));
    lost = f32x4.add(lost, squaredLoss(v128.load(at, 48), d, unit));
    const low = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(a), i32x4.trunc_sat_f32x4_s(b));
    const high = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(c), i32x4.trunc_sat_f32x4_s(d));
    v128.store(bytes, i8x16.narrow_i16x8_s(low, high));
  }
  return sqrt<f32>(
    f32x4.extract_lane(lost, 0) +
      f32x4.extract_lane(lost, 1) +
      f32x4.extract_lane(lost, 2) +
      f32x4.extract_lane(lost, 3),
  );
}

function squaredLoss(values: v128, levels: v128, unit: f32): v128 {
  const loss = f32x4.sub(values, f32x4.mul(levels, f32x4.splat(unit)));
  return f32x4.mul(loss, loss);
}

/**
 * Estimates the product of a query and every vector, and puts the best into a heap.
 *
 * @param size rows; memory goes on to a multiple of 4
 * @param whole the query in whole numbers (makeWhole), each worth `unit`
 * @param estimates one float for each vector
 */
export function scanBytes(
  bytes: usize,
  size: u32,
  dims: u32,
  scales: usize,
  whole: usize,
  unit: f32,
  estimates: usize,
  heap: usize,
): void {
  const wholeEnd = whole + ((<usize>dims) << 1);
  const row = <usize>dims;
  let touched: u32 = 0;
  for (let first: u32 = 0; first < size; first += 4) {
    if (first >= touched) {
      const rows = min<u32>(AT_A_TIME / dims, size - touched);
      // Where the next estimate will be: so that the loads have an end.
      const sink = estimates + ((<usize>first) << 2);
      store<u32>(sink, touch(bytes + <usize>touched * row, <usize>rows * row));
      touched += max<u32>(rows, 1);
    }
    let sum0 = i32x4.splat(0);
    let sum1 = i32x4.splat(0);
    let sum2 = i32x4.splat(0);
    let sum3 = i32x4.splat(0);
    let at = bytes + <usize>first * row;
    for (let q = whole; q < wholeEnd; q += 32, at += 16) {
      const low = v128.load(q);
      const high = v128.load(q, 16);
      sum0 = i32x4.add(sum0, product(v128.load(at), low, high));
      sum1 = i32x4.add(sum1, product(v128.load(at + row), low, high));
      sum2 = i32x4.add(sum2, product(v128.load(at + 2 * row), low, high));
      sum3 = i32x4.add(sum3, product(v128.load(at + 3 * row), low, high));
    }
    const left = pairs(sum0, sum1);
    const right = pairs(sum2, sum3);
    const sums = i32x4.add(
      v128.shuffle<i32>(left, right, 0, 2, 4, 6),
      v128.shuffle<i32>(left, right, 1, 3, 5, 7),
    );
    const scale = f32x4.mul(v128.load(scales + ((<usize>first) << 2)), f32x4.splat(unit));
    const four = f32x4.mul(f32x4.convert_i32x4_s(sums), scale);
    v128.store(estimates + ((<usize>first) << 2), four);
    if (v128.any_true(f32x4.gt(four, f32x4.splat(threshold(heap))))) {
      for (let i: u32 = 0; i < 4; i++) {
        const estimate = load<f32>(estimates + ((<usize>(first + i)) << 2));
        if (first + i < size && estimate > threshold(heap)) push(heap, estimate, 0, first + i);
      }
    }
  }
}

function product(bytes: v128, low: v128, high: v128): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(bytes), low),
    i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(bytes), high),
  );
}

/** Two of four lanes each, added up to two. */
function pairs(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}
