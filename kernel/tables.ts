/**
 * The look-up tables of a query: the signs of 32 vectors are looked up at once (André et al., Quicker ADC,
 * 2019), for each four dimensions in a table of 16 partial sums, one byte each.
 */

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
