/** Estimates from codes: every vector, and the best of them. */
import { BLOCK, blockBytes } from './encode';
import { push, threshold } from './heap';

/**
 * Estimates bias + factor · ⟨query, signs⟩ for every place of some blocks, and puts the best into a heap.
 *
 * @param signs the blocks, one behind the other: a gap of a kilobyte between every eight of them makes the
 *   scan of 100 MB take twice as long (measured), since what the processor loads ahead ends there
 * @param factors, biases: a float for each place
 * @param masks a bit for each place, a u32 for each block: places without it count as infinitely far
 * @param tables those of the query, with its `scale`
 * @param estimates receives a float for each place
 */
export function scan(
  signs: usize,
  count: u32,
  dims: u32,
  factors: usize,
  biases: usize,
  masks: usize,
  tables: usize,
  scale: usize,
  estimates: usize,
  heap: usize,
): void {
  const bytes = blockBytes(dims);
  for (let block: u32 = 0; block < count; block++, signs += bytes) {
    const mask = load<u32>(masks + ((<usize>block) << 2));
    const first = block * BLOCK;
    const offset = (<usize>first) << 2;
    if (mask === 0) fillNone(estimates + offset);
    else {
      const to = estimates + offset;
      scanBlock(
        signs,
        dims,
        mask,
        factors + offset,
        biases + offset,
        tables,
        scale,
        to,
        heap,
        first,
      );
    }
  }
}

function fillNone(to: usize): void {
  const none = f32x4.splat(-Infinity);
  for (let at = to; at < to + ((<usize>BLOCK) << 2); at += 16) v128.store(at, none);
}

function scanBlock(
  signs: usize,
  dims: u32,
  mask: u32,
  factors: usize,
  biases: usize,
  tables: usize,
  scale: usize,
  to: usize,
  heap: usize,
  first: u32,
): void {
  const tablesEnd = tables + ((<usize>dims) << 2);
  let both0 = i16x8.splat(0);
  let odd0 = i16x8.splat(0);
  let both1 = i16x8.splat(0);
  let odd1 = i16x8.splat(0);
  for (let table = tables; table < tablesEnd; table += 64, signs += 64) {
    const codes0 = v128.load(signs);
    const codes1 = v128.load(signs, 16);
    const codes2 = v128.load(signs, 32);
    const codes3 = v128.load(signs, 48);
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
  // Even and odd bytes were summed together; encode() orders vectors so that they come out in order.
  const even0 = i16x8.sub(both0, i16x8.shl(odd0, 8));
  const even1 = i16x8.sub(both1, i16x8.shl(odd1, 8));
  for (let part: u32 = 0; part < 8; part++, mask >>= 4) {
    const eight = part < 2 ? even0 : part < 4 ? odd0 : part < 6 ? even1 : odd1;
    const four = part & 1 ? i32x4.extend_high_i16x8_u(eight) : i32x4.extend_low_i16x8_u(eight);
    const at = (<usize>part) << 4;
    const product = f32x4.mul(v128.load(factors + at), toProduct(four, scale));
    const sum = f32x4.add(v128.load(biases + at), product);
    const estimate = v128.bitselect(sum, f32x4.splat(-Infinity), lanesOf(mask));
    v128.store(to + at, estimate);
    if (v128.any_true(f32x4.gt(estimate, f32x4.splat(threshold(heap))))) {
      keep(estimate, first + (part << 2), heap);
    }
  }
}

/** All bits of a lane where its bit of the mask is set. */
function lanesOf(mask: u32): v128 {
  return i32x4.ne(v128.and(i32x4.splat(mask), i32x4(1, 2, 4, 8)), i32x4.splat(0));
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

/** Those of four estimates that are good enough. */
function keep(estimates: v128, position: u32, heap: usize): void {
  for (let lane: u32 = 0; lane < 4; lane++) {
    const key = laneOf(estimates, lane);
    if (key > threshold(heap)) push(heap, key, position + lane);
  }
}

function laneOf(v: v128, lane: u32): f32 {
  if (lane === 0) return f32x4.extract_lane(v, 0);
  if (lane === 1) return f32x4.extract_lane(v, 1);
  return lane === 2 ? f32x4.extract_lane(v, 2) : f32x4.extract_lane(v, 3);
}

/**
 * The positions of estimates from a limit on, in their order.
 *
 * @param size estimates, a multiple of 32
 * @param positions room for u32 numbers
 * @param most positions that there is room for
 * @returns how many there are, which may be more than there was room for
 */
export function collect(estimates: usize, size: u32, limit: f32, positions: usize, most: u32): u32 {
  const least = f32x4.splat(limit);
  let found: u32 = 0;
  for (let first: u32 = 0; first < size; first += 4) {
    const hits = <u32>i32x4.bitmask(f32x4.ge(v128.load(estimates + ((<usize>first) << 2)), least));
    if (hits === 0) continue;
    for (let lane: u32 = 0; lane < 4; lane++) {
      if ((hits & (1 << lane)) === 0) continue;
      if (found < most) store<u32>(positions + ((<usize>found) << 2), first + lane);
      found += 1;
    }
  }
  return found;
}
