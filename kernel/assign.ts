/** The centre that a vector is nearest to, among so many that only the likely ones are compared. */
import { makeTables, scan } from './scan';
import { dot } from './vectors';

/**
 * The nearest centre: the best estimates from codes of the centres, then exactly. Nearest is where
 * ⟨vector, centre⟩ − |centre|² / 2 is largest.
 *
 * @param tables, scale, heap: room that is overwritten; the heap has its capacity set
 * @param blocks, factors, biases: the codes of the centres; a bias is −|centre|² / 2
 * @returns its number
 */
export function nearestCentre(
  vector: usize,
  dims: u32,
  tables: usize,
  scale: usize,
  heap: usize,
  blocks: usize,
  factors: usize,
  biases: usize,
  centres: usize,
  size: u32,
): u32 {
  makeTables(vector, dims, tables, scale);
  store<u32>(heap, 0);
  scan(blocks, size, dims, tables, scale, factors, biases, 0, heap, 0);
  let best: u32 = 0;
  let most: f32 = -Infinity;
  const count = load<u32>(heap);
  for (let i: u32 = 0; i < count; i++) {
    const centre = load<u32>(heap + 8 + <usize>i * 12 + 8);
    const score =
      dot(vector, centres + <usize>centre * ((<usize>dims) << 2), dims) +
      load<f32>(biases + ((<usize>centre) << 2));
    if (score > most || (score === most && centre < best)) {
      most = score;
      best = centre;
    }
  }
  return best;
}
