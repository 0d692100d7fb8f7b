/**
 * What the Markdown parser gets to see of a text: the lines as they are, except where it would read what no
 * writer meant, or take quadratic time. Positions stay: every line keeps its length, and chunks are cut from
 * the text itself.
 */
import type { Input } from '@lezer/common';
import { type Underlines, underlinesOf } from './underlines.ts';

/** Lines longer than this are looked at for blank runs before the parser sees them. */
const LONG_LINE = 512;

/** The parser's table rule takes quadratic time on such a run; filler of the same length does not. */
const BLANK_RUN = /[ \t]{256,}/g;

/** Input methods type a wide space behind `#`, and editors a hard one: both are meant as a space. */
const HEADING_SPACE = /^( {0,3}#{1,6})([\u00a0\u2000-\u200a\u202f\u3000]+)/;

/** Gives the parser one line at a time, so that it need not look for line ends itself. */
export class LineInput implements Input {
  readonly lineChunks = true;
  readonly length: number;
  readonly #text: string;
  readonly #underlines: Underlines;

  constructor(text: string) {
    this.#text = text;
    this.length = text.length;
    this.#underlines = underlinesOf(text);
  }

  chunk(from: number): string {
    const end = this.#text.indexOf('\n', from);
    if (end === from) return '\n';
    const line = this.#text.slice(from, end < 0 ? this.length : end);
    // To the parser's blank-line rule a carriage return is text.
    const bare = line.endsWith('\r') ? `${line.slice(0, -1)} ` : line;
    return bare.length > LONG_LINE
      ? bare.replace(BLANK_RUN, (run) => 'x'.repeat(run.length))
      : this.#underlines.asMeant(withHeadingSpace(bare), from);
  }

  read(from: number, to: number): string {
    return this.#text.slice(from, to);
  }
}

/** A line whose `#` are followed by spaces, whatever kind of space stands there. */
export function withHeadingSpace(line: string): string {
  return line.replace(HEADING_SPACE, (_, marks: string, spaces: string) => {
    return marks + ' '.repeat(spaces.length);
  });
}
