/**
 * A document as a row of pieces: the smallest parts that chunks are packed from, and how good a
 * place the border before each one is for a cut.
 */

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

/** Pieces in document order; together they cover the body without gaps. */
export class Pieces {
  /** Start of each piece, in UTF-16 units. */
  readonly starts: number[] = [];
  /** The border before each piece. */
  readonly borders: BorderKind[] = [];
  /** Size of each piece in units of `text/tokens`. */
  readonly units: number[] = [];
  readonly headings: Heading[] = [];
  readonly tables: SplitTable[] = [];
  /** The most units that a chunk may hold. */
  readonly limit: number;
  #glued = 0;
  #afterHeading = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  get count(): number {
    return this.starts.length;
  }

  /** Units left for the next piece: a heading takes room from what it must not be parted from. */
  get room(): number {
    return this.limit - this.#glued;
  }

  push(start: number, border: BorderKind, units: number): void {
    this.#append(start, border, units);
    this.#glued = 0;
    this.#afterHeading = false;
  }

  /** Adds one piece of a heading; `heading` is null for the further pieces of an overlong one. */
  pushHeading(heading: Heading, units: number): void {
    this.#append(heading.start, heading.level, units);
    this.headings.push(heading);
    this.#glued = this.#glued + units < this.limit ? this.#glued + units : 0;
    this.#afterHeading = true;
  }

  #append(start: number, border: BorderKind, units: number): void {
    this.starts.push(start);
    this.borders.push(this.#afterHeading ? Border.Glue : border);
    this.units.push(units);
  }
}
