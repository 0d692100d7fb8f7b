/** The section that every piece is in: what decides heading paths, and what a chunk mixes. */
import type { Heading, Pieces } from './pieces.ts';

/** The outline of a document's pieces. */
export interface Outline {
  /** Per piece: index of the heading whose section it is in (itself if it is one); -1 for none. */
  readonly section: Int32Array;
  /** Per piece: index of the first piece behind it that is outside its section and subsections. */
  readonly leaves: Int32Array;
  /** Per heading: index of the heading around it; -1 for none. */
  readonly parent: Int32Array;
}

/** Computes the outline in one pass each way. */
export function makeOutline(pieces: Pieces): Outline {
  const { count, headings } = pieces;
  const section = new Int32Array(count).fill(-1);
  const parent = new Int32Array(headings.length).fill(-1);
  const sectionEnd = new Int32Array(headings.length).fill(count);
  const open: number[] = [];
  headings.forEach((heading, index) => {
    while (open.length > 0 && levelOf(headings, open) >= heading.level) {
      sectionEnd[open.pop() ?? 0] = heading.piece;
    }
    parent[index] = open.at(-1) ?? -1;
    open.push(index);
    section.fill(index, heading.piece, headings[index + 1]?.piece ?? count);
  });
  const firstHeading = headings[0]?.piece ?? count;
  const leaves = section.map((index) => (index < 0 ? firstHeading : (sectionEnd[index] ?? count)));
  return { section, leaves, parent };
}

function levelOf(headings: readonly Heading[], open: readonly number[]): number {
  return headings[open.at(-1) ?? 0]?.level ?? 0;
}

/** The headings around piece `index`, outermost first, as indexes. */
export function pathOf(outline: Outline, index: number): number[] {
  const path: number[] = [];
  for (let at = outline.section[index] ?? -1; at >= 0; at = outline.parent[at] ?? -1) path.push(at);
  return path.reverse();
}
