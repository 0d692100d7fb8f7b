/**
 * What the Markdown parser gets to see of a text: the lines as they are, except where it would read what no
 * writer meant, or take quadratic time. Positions stay: every line keeps its length, and chunks are cut from
 * the text itself.
 */
import type { Input } from '@lezer/common';
import type { Underlines } from './underlines.ts';

/** Lines longer than this are looked at for blank runs before the parser sees them. */
const LONG_LINE = 512;

/** The parser's table rule takes quadratic time on a run of so many blanks; filler of the same length does not. */
const BLANK_RUN = 256;
/** A longer row of `|`, `-`, `:` and blanks heads no table: the parser's rule for it overflows the stack. */
const MAX_DELIMITERS = 10_000;

/** Input methods type a wide space behind `#`, and editors a hard one: both are meant as a space. */
const HEADING_SPACE = /^( {0,3}#{1,6})([\u00a0\u2000-\u200a\u202f\u3000]+)/;

/** Part of a text, in UTF-16 units; end exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Gives the parser one line at a time, so that it need not look for line ends itself. */
export class LineInput implements Input {
  readonly lineChunks = true;
  readonly length: number;
  readonly #text: string;
  readonly #from: number;
  readonly #underlines: Underlines;

  /**
   * Part of a text, from the beginning of a line to the end of one.
   *
   * @param underlines of the whole text
   */
  constructor(text: string, { from, to }: Stretch, underlines: Underlines) {
    this.#text = text;
    this.#from = from;
    this.length = to - from;
    this.#underlines = underlines;
  }

  chunk(position: number): string {
    const from = this.#from + position;
    const end = this.#text.indexOf('\n', from);
    if (end === from) return '\n';
    const line = this.#text.slice(from, end < 0 ? this.#text.length : end);
    // To the parser's blank-line rule a carriage return is text.
    const bare = line.endsWith('\r') ? `${line.slice(0, -1)} ` : line;
    return bare.length > LONG_LINE
      ? withoutBlankRuns(bare)
      : this.#underlines.asMeant(withHeadingSpace(bare), from);
  }

  read(from: number, to: number): string {
    return this.#text.slice(this.#from + from, this.#from + to);
  }
}

/** A line whose `#` are followed by spaces, whatever kind of space stands there. */
export function withHeadingSpace(line: string): string {
  return line.replace(HEADING_SPACE, (_, marks: string, spaces: string) => {
    return marks + ' '.repeat(spaces.length);
  });
}

/**
 * A line of the same length with filler for long runs of blanks. A loop: a regular expression's stack grows
 * with the run, and overflows.
 */
function withoutBlankRuns(line: string): string {
  const parts: string[] = [];
  let done = 0;
  let hasText = line.length <= MAX_DELIMITERS;
  for (let start = 0; start < line.length; ) {
    if (!isBlank(line.charCodeAt(start))) {
      hasText ||= !/[|:-]/.test(line.charAt(start));
      start += 1;
      continue;
    }
    let end = start + 1;
    while (end < line.length && isBlank(line.charCodeAt(end))) end += 1;
    if (end - start >= BLANK_RUN) {
      parts.push(line.slice(done, start), 'x'.repeat(end - start));
      done = end;
    }
    start = end;
  }
  return hasText ? parts.join('') + line.slice(done) : 'x'.repeat(line.length);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
