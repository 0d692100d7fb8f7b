/**
 * Searching inverted lists. A list is 20 bytes in a table: addresses of its blocks of signs and their
 * factors, its size, addresses of its ids and of its fine codes, whose factors stand before them.
 */
import { push, threshold } from './heap';
import { fineProduct, scan } from './scan';
import { dot } from './vectors';

const LIST: usize = 20;

/** Puts the best of some scores into a heap, by their number. */
export function selectBest(scores: usize, size: u32, heap: usize): void {
  for (let i: u32 = 0; i < size; i++) {
    const score = load<f32>(scores + ((<usize>i) << 2));
    if (score > threshold(heap)) push(heap, score, 0, i);
  }
}

/**
 * Scans lists into a heap, and remembers for each the product of query and centre.
 *
 * @param numbers of the lists (u32)
 * @param mean number of the centre that all lists from it on have
 * @param products one float for each list of the table
 */
export function scanLists(
  numbers: usize,
  count: u32,
  lists: usize,
  centres: usize,
  mean: u32,
  query: usize,
  width: u32,
  tables: usize,
  scale: usize,
  products: usize,
  heap: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const number = load<u32>(numbers + ((<usize>i) << 2));
    const list = lists + <usize>number * LIST;
    const centre = centres + <usize>min<u32>(number, mean) * ((<usize>width) << 2);
    const product = dot(query, centre, width);
    store<f32>(products + ((<usize>number) << 2), product);
    const size = load<u32>(list, 8);
    const blocks = <usize>load<u32>(list);
    const factors = <usize>load<u32>(list, 4);
    scan(blocks, size, width, tables, scale, factors, 0, product, heap, number);
  }
}

/**
 * Estimates for the entries of a heap by their fine codes, in the heap's order.
 *
 * @param unit what one of `whole` is worth
 * @param shift what the levels' being 0 to 15 instead of −7.5 to 7.5 adds to a product
 * @param estimates, ids: where they go
 */
export function refine(
  heap: usize,
  lists: usize,
  products: usize,
  whole: usize,
  unit: f32,
  shift: f32,
  width: u32,
  estimates: usize,
  ids: usize,
): void {
  const count = <usize>load<u32>(heap);
  for (let i: usize = 0; i < count; i++) {
    const entry = heap + 8 + i * 12;
    const number = <usize>load<u32>(entry, 4);
    const place = <usize>load<u32>(entry, 8);
    const list = lists + number * LIST;
    const fine = <usize>load<u32>(list, 16);
    const factor = load<f32>(fine - ((<usize>load<u32>(list, 8)) << 2) + (place << 2));
    const product = fineProduct(fine + place * (<usize>width >> 1), whole, width);
    const from = load<f32>(products + (number << 2));
    store<f32>(estimates + (i << 2), from + factor * (unit * <f32>product - shift));
    store<u32>(ids + (i << 2), load<u32>(<usize>load<u32>(list, 12) + (place << 2)));
  }
}
