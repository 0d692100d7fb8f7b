/**
 * A document as a row of pieces: the smallest parts that chunks are packed from, and how good a
 * place the border before each one is for a cut.
 */

import type { Gap } from './gap.ts';

/** What stands before a piece; decides what a cut there costs (see `pack`). 1–6 are heading levels. */
export const Border = {
  /** Behind a thematic break. */
  Break: 7,
  /** Between two blocks, or two paragraphs of plain text. */
  Block: 8,
  /** Between list items, table rows, or paragraph-like lines of one block. */
  Item: 9,
  /** Between blocks inside a list item or quote, and lines of code. */
  Inner: 10,
  Sentence: 11,
  /** Behind a line that announces what follows (`For example:`), or next to a tag that encloses. */
  LeadIn: 12,
  /** A line end inside a sentence. */
  Line: 13,
  Clause: 14,
  Word: 15,
  Grapheme: 16,
  /** Behind a heading or the header of a table: cut only if nothing else is left. */
  Glue: 17,
} as const;

/** A heading level (1–6) or one of `Border`. */
export type BorderKind = number;

/** A heading of the document's outline. */
export interface Heading {
  /** Index of the piece it is. */
  readonly piece: number;
  /** Where its piece begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly level: number;
  /** Plain text. */
  readonly text: string;
}

/** A table whose rows may be spread over several chunks. */
export interface SplitTable {
  /** Where its first body row begins. */
  readonly bodyStart: number;
  readonly end: number;
  /** Header row and delimiter row, shortened for repeating. */
  readonly header: string;
}

/** A heading before it has its place among the pieces. */
export type FoundHeading = Omit<Heading, 'piece'>;

/** So many pieces are packed at once: what is known of them takes a hundred bytes or two each. */
const MAX_PIECES = 32_768;

/** Packs what is laid out until now. @param end where it ends, in UTF-16 units */
export type Packer = (pieces: Pieces, end: number) => void;

/** What pieces are made for. */
export interface PiecesOptions {
  readonly limit: number;
  /** What no chunk may hold, in order. */
  readonly gaps: readonly Gap[];
  readonly packer: Packer;
}

/**
 * Pieces in document order; together they cover the body without gaps. A document of very many is packed in
 * several goes: `packer` gets what there is, and what follows begins with the headings that go on to hold.
 */
export class Pieces {
  /** Start of each piece, in UTF-16 units. */
  starts: number[] = [];
  /** The border before each piece. */
  borders: BorderKind[] = [];
  /** Size of each piece in units of `text/tokens`. */
  units: number[] = [];
  headings: Heading[] = [];
  tables: SplitTable[] = [];
  /** The first heading of the document. */
  firstHeading: FoundHeading | null = null;
  /** The most units that a chunk may hold. */
  readonly limit: number;
  readonly #gaps: readonly Gap[];
  readonly #packer: Packer;
  #glued = 0;
  #afterHeading = false;

  constructor({ limit, gaps, packer }: PiecesOptions) {
    this.limit = limit;
    this.#gaps = gaps;
    this.#packer = packer;
  }

  get count(): number {
    return this.starts.length;
  }

  /** Units left for the next piece: a heading takes room from what it must not be parted from. */
  get room(): number {
    return this.limit - this.#glued;
  }

  /** The first gap that ends behind `start` and begins before `end`. */
  gapIn(start: number, end: number): Gap | null {
    let low = 0;
    let high = this.#gaps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#gaps[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const gap = this.#gaps[low];
    return gap !== undefined && gap.start < end ? gap : null;
  }

  /** True if a range can be one piece. @param units its size */
  fits(start: number, end: number, units: number): boolean {
    return units <= this.room && this.gapIn(start, end) === null;
  }

  /** Adds a piece that no chunk holds: too large to share one, and left out where it would be one. */
  pushGap(start: number): void {
    this.push(start, Border.Line, this.limit + 1);
  }

  push(start: number, border: BorderKind, units: number): void {
    if (!this.#afterHeading) this.#packMany(start);
    this.#append(start, border, units);
    this.#glued = 0;
    this.#afterHeading = false;
  }

  /** Adds a heading as one piece. */
  pushHeading(heading: FoundHeading, units: number): void {
    this.addHeading(heading);
    this.#append(heading.start, heading.level, units);
    this.#glued = this.#glued + units < this.limit ? this.#glued + units : 0;
    this.#afterHeading = true;
  }

  /** Adds a heading to the outline; it begins with the piece that is pushed next. */
  addHeading(heading: FoundHeading): void {
    this.#packMany(heading.start);
    this.firstHeading ??= heading;
    this.headings.push({ ...heading, piece: this.count });
  }

  /** Hands over what is left. */
  finish(end: number): void {
    this.#packer(this, end);
  }

  #append(start: number, border: BorderKind, units: number): void {
    this.starts.push(start);
    this.borders.push(this.#afterHeading ? Border.Glue : border);
    this.units.push(units);
  }

  #packMany(end: number): void {
    if (this.count < MAX_PIECES) return;
    this.#packer(this, end);
    const open: Heading[] = [];
    for (const heading of this.headings) {
      while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
      open.push({ ...heading, piece: 0 });
    }
    this.starts = [];
    this.borders = [];
    this.units = [];
    this.headings = open;
    this.tables = this.tables.filter((table) => table.end > end);
    this.#glued = 0;
    this.#afterHeading = false;
  }
}
