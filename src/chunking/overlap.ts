/** Where a chunk begins when it repeats the end of the one before it. */
import { tokenUnits } from '../text/tokens.ts';
import type { Packed } from './packed.ts';
import { findSentence } from './prose.ts';

/** A chunk and the one before it. */
interface Neighbours {
  /** First piece of the chunk before. */
  readonly before: number;
  /** First piece of this chunk. */
  readonly first: number;
  /** Where this chunk begins without overlap. */
  readonly startOffset: number;
}

/**
 * The earliest beginning of a sentence or line in the chunk before, inside the same section, from
 * which no more than the overlap is repeated; `startOffset` if there is none.
 */
export function overlapStart(packed: Packed, neighbours: Neighbours): number {
  const { clean, pieces, outline, overlapUnits } = packed;
  const { before, first, startOffset } = neighbours;
  let start = startOffset;
  let left = overlapUnits - tokenUnits(clean, pieces.starts[first] ?? 0, startOffset);
  for (let piece = first - 1; piece >= before; piece -= 1) {
    if (outline.section[piece] !== outline.section[first]) return start;
    const from = pieces.starts[piece] ?? 0;
    const to = pieces.starts[piece + 1] ?? packed.end;
    const units = pieces.units[piece] ?? 0;
    if (units > left) return tailStart(packed, { from, to, left }) ?? start;
    left -= units;
    start = from;
  }
  return start;
}

/** The earliest sentence or line of a piece from which no more than `left` units remain. */
function tailStart(
  { clean }: Packed,
  { from, to, left }: { from: number; to: number; left: number },
): number | null {
  let rest = tokenUnits(clean, from, to);
  let start = from;
  while (start < to) {
    const { offset } = findSentence(clean, start, to);
    rest -= tokenUnits(clean, start, offset);
    start = offset;
    if (rest <= left && start < to) return start;
  }
  return null;
}
