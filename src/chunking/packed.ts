/** What is known of a document once its cuts are chosen: everything that chunks are made from. */
import type { LineMap } from '../text/lines.ts';
import type { Outline } from './outline.ts';
import type { Pieces } from './pieces.ts';

/** A packed document, or the pieces of one that were packed at once. */
export interface Packed {
  /** As it is stored. */
  readonly text: string;
  /** The same, unit for unit, with a lone CR as LF, and blanks in the place of what is encoded. */
  readonly clean: string;
  readonly pieces: Pieces;
  /** Where the last piece ends. */
  readonly end: number;
  readonly outline: Outline;
  /** First piece of every chunk. */
  readonly cuts: readonly number[];
  readonly title: string | null;
  /** What front matter says that the document is about; '' for nothing. */
  readonly description: string;
  readonly lines: LineMap;
  readonly overlapUnits: number;
}
